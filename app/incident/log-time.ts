/** A time as logs write it: ISO 8601 with a space or `T`, a fraction after a comma or point, and perhaps a zone. As a part of an expression. */
export const TIME =
  '\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: ?(?:Z|[+-]\\d\\d(?::?\\d\\d)?|[A-Z]{2,5})(?![\\w:]))?';

const PARTS = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d\d(?::?\d\d)?|[A-Z]{2,5}))?$/;

/** Abbreviations that mean one offset all over the world, in hours. Others (IST, CST, BST …) mean several. */
const ZONES: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
};

/** A time out of a log, in milliseconds since 1970; null when it is none. What tells no zone that is known is read as UTC. */
export function readTime(text: string): { readonly ms: number; readonly tellsZone: boolean } | null {
  if (/^\d{10}\.\d{3}$/.test(text)) return { ms: Math.round(Number(text) * 1000), tellsZone: true };
  const parts = PARTS.exec(text);
  if (parts === null) return null;
  const [, day = '', clock = '', fraction = '0', zone] = parts;
  const utc = Date.parse(`${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (Number.isNaN(utc)) return null;
  const minutes = zone === undefined ? null : offsetOf(zone);
  return { ms: utc - (minutes ?? 0) * 60_000, tellsZone: minutes !== null };
}

/** In minutes; null for an abbreviation that may be any of several. */
function offsetOf(zone: string): number | null {
  const numeric = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (numeric !== null) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3] ?? 0);
    return numeric[1] === '-' ? -minutes : minutes;
  }
  const hours = Object.hasOwn(ZONES, zone) ? ZONES[zone] : undefined;
  return hours === undefined ? null : hours * 60;
}
