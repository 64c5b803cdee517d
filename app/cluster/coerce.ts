import type { Json } from '../json';
import { intOf, strip } from './python-text';

// How Patroni turns loose values into booleans and numbers. Its settings take what PostgreSQL's take.

const HEX = /^[-+]?0x[0-9a-fA-F]+/;
const OCTAL = /^[-+]?0[0-7]*/;
const DECIMAL = /^[-+]?[1-9][0-9]*/;
const REAL = /^[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?/;

const MEMORY_UNITS: UnitTable = {
  TB: { factors: { B: 1024 ** 4, kB: 1024 ** 3, MB: 1024 ** 2 }, next: 'GB' },
  GB: { factors: { B: 1024 ** 3, kB: 1024 ** 2, MB: 1024 }, next: 'MB' },
  MB: { factors: { B: 1024 ** 2, kB: 1024, MB: 1 }, next: 'kB' },
  kB: { factors: { B: 1024, kB: 1, MB: 1 / 1024 }, next: 'B' },
  B: { factors: { B: 1, kB: 1 / 1024, MB: 1 / 1024 ** 2 }, next: null },
};
const TIME_UNITS: UnitTable = {
  d: { factors: { ms: 86_400_000, s: 86_400, min: 1440 }, next: 'h' },
  h: { factors: { ms: 3_600_000, s: 3600, min: 60 }, next: 'min' },
  min: { factors: { ms: 60_000, s: 60, min: 1 }, next: 's' },
  s: { factors: { ms: 1000, s: 1, min: 1 / 60 }, next: 'ms' },
  ms: { factors: { ms: 1, s: 1 / 1000, min: 1 / 60_000 }, next: 'us' },
  us: { factors: { ms: 1 / 1000, s: 1 / 1000 ** 2, min: 1 / (1000 ** 2 * 60) }, next: null },
};

/** Each unit in base units, and the smaller unit that a result is rounded to. */
type UnitTable = Readonly<Record<string, { factors: Readonly<Record<string, number>>; next: string | null }>>;

/** Python's `bool(value)`: empty text, list and object, 0, false and null are false. */
export function truthy(value: Json | undefined): boolean {
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
  }
  return Boolean(value);
}

/** `on`, `true`, `yes`, `1` and their opposites in any case; null for anything else (`patroni/utils.py: parse_bool`). */
export function parseBool(value: Json | undefined): boolean | null {
  if (value === undefined || typeof value === 'boolean') return value ?? null;
  const text = asText(value).toLowerCase();
  if (['on', 'true', 'yes', '1'].includes(text)) return true;
  if (['off', 'false', 'no', '0'].includes(text)) return false;
  return null;
}

/**
 * A whole number, decimal, octal (`0…`) or hexadecimal (`0x…`), with an optional unit of memory (`B` … `TB`) or time
 * (`us` … `d`) that is converted to `baseUnit`; null for anything else (`patroni/utils.py: parse_int`).
 */
export function parseInt(value: Json | undefined, baseUnit: string | null = null): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value + 0;
  const text = strip(asText(value));
  let [number, unit] = strtol(text);
  if (/^[.eE]/.test(unit) && (number !== null || unit.startsWith('.'))) [number, unit] = strtod(text);
  if (number === null) return null;
  unit = strip(unit);
  const converted = unit === '' ? number : toBaseUnit(number, unit, baseUnit);
  return converted === null || !Number.isFinite(converted) ? null : roundHalfEven(converted);
}

/** Python's `int(value)`: whole text or number, fractions cut off; null where it raises. */
export function pythonInt(value: Json | undefined): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) + 0 : null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? intOf(value) : null;
}

/** Python's `round`: a half goes to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest < 0.5 ? floor : floor + 1;
}

/** `patroni/utils.py: strtol`: the number that a text begins with, and what follows it. */
function strtol(text: string): [number: number | null, rest: string] {
  const match = HEX.exec(text) ?? OCTAL.exec(text) ?? DECIMAL.exec(text);
  if (match === null) return [null, text];
  const digits = match[0].replace(/^[-+]/, '');
  const magnitude = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return [match[0].startsWith('-') ? 0 - magnitude : magnitude, text.slice(match[0].length)];
}

function strtod(text: string): [number: number | null, rest: string] {
  const match = REAL.exec(text);
  return match === null ? [null, text] : [Number(match[0]), text.slice(match[0].length)];
}

/** `patroni/utils.py: convert_to_base_unit`. */
function toBaseUnit(value: number, unit: string, base: string | null): number | null {
  if (base === null) return null;
  const [count, baseUnit] = strtol(base);
  const table = ['B', 'kB', 'MB'].includes(baseUnit) ? MEMORY_UNITS : TIME_UNITS;
  const row = Object.hasOwn(table, unit) ? table[unit] : undefined;
  if (row === undefined || !Object.hasOwn(row.factors, baseUnit)) return null;
  const converted = (value * (row.factors[baseUnit] ?? 1)) / (count ?? 1);
  const step = row.next === null ? undefined : table[row.next]?.factors[baseUnit];
  return step === undefined ? converted : roundHalfEven(converted / step) * step;
}

/** Python's `str(value)`, as far as the functions above can tell it apart. */
function asText(value: Json | undefined): string {
  return typeof value === 'object' && value !== null ? '' : String(value ?? '');
}
