import { formatClock, formatDay, zoneName } from './format';

/** An instant as data has it: ISO 8601 with a zone. */
const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:\d\d)/g;

/** A sentence with its instants in local time with the zone, e.g. `2026-11-23 11:04:09 CET`; as it is where there is none. */
export function localInstants(text: string): string {
  return text.replace(INSTANT, (iso) => {
    const at = new Date(iso);
    return Number.isNaN(at.getTime()) ? iso : `${formatDay(at)} ${formatClock(at)} ${zoneName(at)}`;
  });
}
