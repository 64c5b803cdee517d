/** An instant that something is to be done at, or why it is not taken. */
export type Schedule =
  | { readonly kind: 'at'; readonly ms: number; readonly iso: string }
  | { readonly kind: 'refused'; readonly status: number; readonly words: string };

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[-+]\d\d(?::?\d\d)?)?$/i;

/** `patroni/api.py: RestApiHandler.parse_schedule`, of ISO 8601 alone. `now` in milliseconds since 1970. */
export function parseSchedule(text: unknown, action: 'switchover' | 'restart', now: number): Schedule {
  const unreadable: Schedule = {
    kind: 'refused',
    status: 422,
    words: 'Unable to parse scheduled timestamp. It should be in an unambiguous format, e.g. ISO 8601',
  };
  const found = typeof text === 'string' ? INSTANT.exec(text.trim()) : null;
  if (found === null) return unreadable;
  const [, day = '', time = '', zone] = found;
  if (zone === undefined) {
    if (Number.isNaN(Date.parse(`${day}T${time}Z`))) return unreadable;
    return { kind: 'refused', status: 400, words: `Timezone information is mandatory for the scheduled ${action}` };
  }
  const offset = /^z$/i.test(zone) ? '+00:00' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  const iso = `${day}T${time.length === 5 ? `${time}:00` : time}${offset}`;
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return unreadable;
  if (ms < now) return { kind: 'refused', status: 422, words: `Cannot schedule ${action} in the past` };
  return { kind: 'at', ms, iso };
}
