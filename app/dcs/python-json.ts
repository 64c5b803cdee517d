import type { Json } from '../json';

/** What can be written as JSON. A map is an object whose names keep their order, numbers among them too. */
export type Writable = Json | ReadonlyMap<string, Writable> | readonly Writable[];

/** JSON as Patroni writes it: no blanks, and nothing but ASCII (Python's `json.dumps(value, separators=(',', ':'))`). */
export function pythonJson(value: Writable): string {
  if (isList(value)) return `[${value.map(pythonJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return scalar(value);
  const entries = value instanceof Map ? [...(value as ReadonlyMap<string, Writable>)] : Object.entries(value);
  return `{${entries.map(([name, part]: [string, Writable]) => `${scalar(name)}:${pythonJson(part)}`).join(',')}}`;
}

function scalar(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `Array.isArray` alone does not tell a read-only list from the rest. */
function isList(value: Writable): value is readonly Writable[] {
  return Array.isArray(value);
}
