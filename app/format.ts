import { formatBytes } from './cluster/lsn';

const pad = (n: number, width = 2): string => String(n).padStart(width, '0');

/** A duration for a person, in its one or two largest units: `0.4 s`, `14 s`, `4 min`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes < 5 && seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 > 0 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** `11:04:09` in local time. */
export function formatClock(at: Date): string {
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** `2026-11-23` in local time. */
export function formatDay(at: Date): string {
  return `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

// Made once: a formatter is dear to build.
const zoneFormat = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });
const numberFormat = new Intl.NumberFormat('en-US');

/** The local zone's short name at an instant, e.g. `CET` or `GMT+5:30`. */
export function zoneName(at: Date): string {
  const parts = zoneFormat.formatToParts(at);
  return parts.find((p) => p.type === 'timeZoneName')?.value ?? 'local';
}

/** An ISO instant in local time with its zone: the clock alone on the day of `now`, with the date otherwise. As stored when it is no instant. */
export function formatInstant(iso: string, now: number): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const clock = formatClock(at);
  return formatDay(at) === formatDay(new Date(now)) ? clock : `${formatDay(at)} ${clock}`;
}

/** The whole of an ISO instant for a hover: local with zone, and UTC. */
export function instantHint(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const utc = at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
  return `${formatDay(at)} ${formatClock(at)} ${zoneName(at)}\n${utc}`;
}

/** The exact number of bytes, e.g. `19,293,798 bytes`. */
export function exactBytes(bytes: number): string {
  return `${numberFormat.format(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
}

export { formatBytes };

/** `1 member`, `3 members`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
