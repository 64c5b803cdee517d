export type TokenKind = 'open' | 'close' | 'comma' | 'colon' | 'key' | 'string' | 'number' | 'literal';

/** A piece of a JSON text, by its place. The text itself stays as it was stored. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** For `open`: the index of the token that closes it; -1 when none does, and for all others. */
  match: number;
}

/** Where a text stops being JSON. */
export interface Fault {
  /** Counted in UTF-16 units from 0. */
  readonly offset: number;
  /** A phrase, e.g. `a comma or } is missing`. */
  readonly words: string;
}

export interface JsonScan {
  /** All tokens; with a fault, those before it, an unfinished string included. */
  readonly tokens: readonly Token[];
  readonly fault: Fault | null;
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma' | 'end';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LIST = 0x5b;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /true|false|null/y;

const faultWords: Record<Expected, string> = {
  value: 'a value is missing',
  'value or ]': 'a value or ] is missing',
  key: 'a name in quotes is missing',
  'key or }': 'a name in quotes or } is missing',
  colon: 'a colon is missing',
  comma: 'a comma or a closing bracket is missing',
  end: 'there is more after the end of the value',
};

/**
 * Cuts a JSON text into tokens, strictly by RFC 8259. It does not parse: numbers past 2^53, names given twice and
 * `__proto__` stay as they are in the store, so that the window shows what is there and not what JavaScript makes of it.
 */
export function scanJson(text: string): JsonScan {
  const tokens: Token[] = [];
  const open: number[] = [];
  let expected: Expected = 'value';
  let at = skipSpace(text, 0);

  /** Whether the innermost open bracket is a list's. */
  const isArray = (): boolean => {
    const opener = tokens[open[open.length - 1] ?? -1];
    return opener !== undefined && text.charCodeAt(opener.start) === LIST;
  };
  const push = (kind: TokenKind, end: number): void => {
    tokens.push({ kind, start: at, end, match: -1 });
    at = skipSpace(text, end);
  };
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'comma');

  while (at < text.length) {
    const char = text[at] ?? '';
    const wantsValue: boolean = expected === 'value' || expected === 'value or ]';
    const wantsKey: boolean = expected === 'key' || expected === 'key or }';
    if (wantsValue && (char === '{' || char === '[')) {
      open.push(tokens.length);
      push('open', at + 1);
      expected = char === '{' ? 'key or }' : 'value or ]';
    } else if (
      (char === '}' && open.length > 0 && !isArray() && (expected === 'key or }' || expected === 'comma')) ||
      (char === ']' && open.length > 0 && isArray() && (expected === 'value or ]' || expected === 'comma'))
    ) {
      const opener = tokens[open.pop() ?? -1];
      if (opener) opener.match = tokens.length;
      push('close', at + 1);
      expected = afterValue();
    } else if (expected === 'comma' && char === ',') {
      push('comma', at + 1);
      expected = isArray() ? 'value' : 'key';
    } else if (expected === 'colon' && char === ':') {
      push('colon', at + 1);
      expected = 'value';
    } else if ((wantsValue || wantsKey) && char === '"') {
      const { end, fault } = scanString(text, at);
      push(wantsKey ? 'key' : 'string', end);
      if (fault !== null) return { tokens, fault };
      expected = wantsKey ? 'colon' : afterValue();
    } else {
      const end = wantsValue ? scanWord(text, at) : -1;
      if (end < 0) return { tokens, fault: { offset: at, words: faultWords[expected] } };
      push(char === 't' || char === 'f' || char === 'n' ? 'literal' : 'number', end);
      expected = afterValue();
    }
  }
  if (expected === 'end') return { tokens, fault: null };
  return { tokens, fault: { offset: text.length, words: tokens.length === 0 ? 'it is empty' : 'it ends too early' } };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return at;
  }
}

function scanWord(text: string, from: number): number {
  for (const pattern of [NUMBER, LITERAL]) {
    pattern.lastIndex = from;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return -1;
}

function scanString(text: string, from: number): { end: number; fault: Fault | null } {
  let at = from + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return { end: at + 1, fault: null };
    if (code < 0x20) return { end: at, fault: { offset: at, words: 'a string holds a control character' } };
    if (code !== BACKSLASH) {
      at += 1;
      continue;
    }
    const escape = text.charAt(at + 1);
    if (escape === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) at += 6;
    else if (escape !== '' && '"\\/bfnrt'.includes(escape)) at += 2;
    else
      return { end: Math.min(at + 1, text.length), fault: { offset: at, words: 'a string holds an unknown escape' } };
  }
  return { end: text.length, fault: { offset: text.length, words: 'a string is not closed' } };
}
