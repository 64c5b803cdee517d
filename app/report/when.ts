import { formatClock, formatDay, zoneName } from '../format';

/** An instant in local time with its zone, and in UTC where that is another. */
export function when(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const zone = zoneName(at);
  const utc = at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
  return zone === 'UTC' ? utc : `${formatDay(at)} ${formatClock(at)} ${zone} (${utc})`;
}
