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
  // Each level costs at least two characters, so a short text needs no counting.
  if (text.length > 2 * MAX_DEPTH && depthOf(text) > MAX_DEPTH) {
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
  // What every object inherits is there too, e.g. under `constructor`. What is not there needs no second look.
  return value === undefined || Object.hasOwn(object, name) ? value : undefined;
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
  if (!MAYBE_INEXACT.test(text)) return null;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('"')) continue;
    const value = Number(token);
    if (/^-?\d+$/.test(token)) {
      if (!Number.isSafeInteger(value)) return 'has a number beyond 2^53, which is not exact here';
    } else if (Number.isInteger(value)) return 'has a whole number that is written as a fraction';
  }
  return null;
}

// A number of JSON stands at the beginning, or behind one of these. Addresses and versions, which nearly every key holds, do not.
const MAYBE_INEXACT = /(?:^|[:,[])\s*-?(?:\d{16}|\d+[.eE])/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/gs;

/** How deep brackets outside of strings are nested in a text that is valid JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, (depth += 1));
    else if (char === '}' || char === ']') depth -= 1;
  }
  return deepest;
}
