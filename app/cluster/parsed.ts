import type { Json, JsonObject } from '../json';

/** What could be read from a key's value, and what was wrong with it. A bad value still gives all that is readable. */
export interface Parsed<T> {
  readonly value: T;
  /** A phrase that goes on from "the key's value", e.g. `is not JSON`; null when nothing is wrong. */
  readonly problem: string | null;
}

/** Deeper values cannot be sent between processes without the risk of a stack overflow; Patroni's own are 4 deep. */
const MAX_DEPTH = 100;

/** Reads JSON. Null with a problem where the text is none, or is nested too deeply. */
export function parseJson(text: string): Parsed<Json> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { value: null, problem: text === '' ? 'is empty' : 'is not JSON' };
  }
  if (hasManyBrackets(text, MAX_DEPTH) && depthOf(text, MAX_DEPTH) > MAX_DEPTH) {
    return { value: null, problem: `is nested more than ${MAX_DEPTH} levels deep` };
  }
  return { value: value as Json, problem: null };
}

/** Reads a JSON object; an empty one with a problem where the text is none. */
export function parseJsonObject(text: string): Parsed<JsonObject> {
  const { value, problem } = parseJson(text);
  if (problem !== null) return { value: {}, problem };
  return isObject(value) ? { value, problem: null } : { value: {}, problem: 'is JSON, but not an object' };
}

/** Whether a JSON value is an object, not a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object's own member; undefined where there is none, whatever its name. */
export function get(object: JsonObject, name: string): Json | undefined {
  const value = object[name];
  // What every object inherits is a function, which JSON has not, or stands under this one name. The rest needs no second look.
  if (typeof value !== 'function' && name !== '__proto__') return value;
  return Object.hasOwn(object, name) ? value : undefined;
}

/** An object's own member when it is text that is not empty; null otherwise. */
export function getText(object: JsonObject, name: string): string | null {
  const value = get(object, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * A member as text where only its being set matters to Patroni: JSON when it is of another type, null when it is not set
 * or counts as false in Python.
 */
export function getLoose(object: JsonObject, name: string): string | null {
  const value = get(object, name) ?? null;
  if (value === null || typeof value === 'string') return value;
  const isFalse = value === false || value === 0 || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}';
  return isFalse ? null : JSON.stringify(value);
}

/** Several problems as one phrase; null when there are none. */
export function joinProblems(problems: readonly (string | null)[]): string | null {
  const real = problems.filter((problem) => problem !== null);
  return real.length === 0 ? null : real.join(', and ');
}

/**
 * What is said about a JSON text whose numbers JavaScript does not read exactly; null when it reads them all. Positions
 * beyond 2^53 bytes (8 PiB of WAL) become the nearest number that a double can hold, and `1.0` becomes `1`, which Patroni
 * tells apart. Patroni itself writes neither.
 */
export function inexactNumbers(text: string): string | null {
  if (!SUSPICIOUS.test(text) || !JSON_WITH_NUMBERS.test(text)) return null;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || isDigit(code)) {
      const begin = at;
      while (isDigit(text.charCodeAt(at + 1))) at += 1;
      // Up to 15 digits and nothing but digits are exact.
      const next = text.charCodeAt(at + 1);
      const isWhole = next !== POINT && next !== SMALL_E && next !== LARGE_E;
      if (isWhole && at - begin < 15) continue;
      NUMBER.lastIndex = begin;
      const token = NUMBER.exec(text)?.[0] ?? '';
      const value = Number(token);
      if (isWhole && !Number.isSafeInteger(value)) return 'has a number beyond 2^53, which is not exact here';
      if (!isWhole && Number.isInteger(value)) return 'has a whole number that is written as a fraction';
      at = Math.max(at, begin + token.length - 1);
    }
  }
  return null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const SMALL_E = 0x65;
const LARGE_E = 0x45;
// Some keys may hold an address or a name, in which a number means nothing.
const JSON_WITH_NUMBERS = /^\s*(?:[{[]|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\s*$)/;
// What may be such a number, at a first look: in most texts there is none.
const SUSPICIOUS = /(?:^|[[,:\s])-?(?:\d{16}|\d+[.eE])/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Where the string that begins at `quote` ends: at its closing quote, or with the text. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/** Whether more than so many brackets open in a text, so that it may be nested that deeply. */
function hasManyBrackets(text: string, most: number): boolean {
  // Each level costs at least two characters.
  if (text.length <= 2 * most) return false;
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0 && count <= most; at = text.indexOf(bracket, at + 1)) count += 1;
  }
  return count > most;
}

/** How deep brackets outside of strings are nested in a text that is valid JSON; it counts no further than one beyond `most`. */
function depthOf(text: string, most: number): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length && deepest <= most; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}
