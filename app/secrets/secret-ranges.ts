import type { Token } from '../scan-json';

/** A part of a text, [start, end) in UTF-16 units. */
export type Range = readonly [start: number, end: number];

/** Names whose value is a secret, as Patroni's and PostgreSQL's configuration have them. */
const SECRET_NAME =
  /passw(?:or)?d|passphrase|passcode|secret|token|credential|private_?key|api_?key|access_?key|authorization|^pass$|^pwd$|_pwd$/i;
/** PostgreSQL parameters that only sound like one. */
const NO_SECRET = /^(?:password_encryption|passfile|scram_iterations)$/i;

// Each repetition has a bound: a value of 1 MB made to be slow must not be. What is longer is no password.

/** The password between `scheme://user:` and the `@` before the host; the slashes may be escaped, as JSON allows. */
const IN_URL = /:(?:\\?\/){2}[^\s:/?#@"']{0,200}:([^\s/?#"']{0,500})@/g;
/** The same with a password that should have been encoded: it holds `/`, `?` or `#`. Too much hidden is better than too little. */
const IN_LOOSE_URL = /:(?:\\?\/){2}[^\s:/?#@"']{0,200}:([^\s"']{0,500})@/g;
/** `password=…` in a conninfo string or a URL's query, the value bare or in single quotes. */
const IN_CONNINFO = /(?:passw(?:or)?d|sslpassword)\s{0,20}=\s{0,20}('(?:[^'\\]|\\.){0,2000}'?|[^\s'"&]{1,2000})/gi;
/** `"password": "…"` and its like, in a text that is no JSON as a whole (YAML, or cut in the middle). */
const IN_LOOSE_TEXT =
  /(?:passw(?:or)?d|passphrase|secret)(?![\w.-]{0,40}encryption)[\w.-]{0,40}["']?\s{0,20}[:=]\s{0,20}("(?:[^"\\\n]|\\.){0,2000}"?|'[^'\n]{0,2000}'?|[^\s,;}\]&"']{1,2000})/gi;

/**
 * Where a value of the store holds passwords: in URLs, in conninfo strings, and as the value of a name that says so.
 * `tokens` are the text's JSON tokens as far as they go; `isJson` says whether they cover it. Rising and apart.
 */
export function secretRanges(text: string, tokens: readonly Token[], isJson: boolean): readonly Range[] {
  const named = tokens.flatMap((token, index) =>
    token.kind === 'key' && isSecretName(nameOf(text, token)) ? valuesOf(text, tokens, index + 2) : [],
  );
  const patterns = isJson ? [IN_URL, IN_LOOSE_URL, IN_CONNINFO] : [IN_URL, IN_LOOSE_URL, IN_CONNINFO, IN_LOOSE_TEXT];
  return merge([...named, ...patterns.flatMap((pattern) => groupsOf(text, pattern))]);
}

/** Whether the value under this name is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NO_SECRET.test(name);
}

function nameOf(text: string, token: Token): string {
  const lexeme = text.slice(token.start, token.end);
  if (!lexeme.includes('\\')) return lexeme.slice(1, -1);
  try {
    return String(JSON.parse(lexeme));
  } catch {
    return lexeme.slice(1, -1);
  }
}

/** The texts and numbers in the value that begins at token `index`; its quotes stay in sight. */
function valuesOf(text: string, tokens: readonly Token[], index: number): Range[] {
  const first = tokens[index];
  if (first === undefined) return [];
  const last = first.kind === 'open' ? (first.match < 0 ? tokens.length - 1 : first.match) : index;
  const ranges: Range[] = [];
  for (let i = index; i <= last; i += 1) {
    const token = tokens[i];
    if (token?.kind === 'string') {
      const closed = token.end - token.start > 1 && text[token.end - 1] === '"';
      ranges.push([token.start + 1, closed ? token.end - 1 : token.end]);
    } else if (token?.kind === 'number') ranges.push([token.start, token.end]);
  }
  return ranges.filter(([start, end]) => end > start);
}

/** Where a pattern's first group stands, without quotes around it. */
function groupsOf(text: string, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  for (const found of text.matchAll(pattern)) {
    const group = found[1] ?? '';
    const bare = group.replace(/^(["'])([\s\S]*?)\1?$/, '$2');
    const start = found.index + found[0].lastIndexOf(group) + (bare === group ? 0 : 1);
    if (bare !== '') ranges.push([start, start + bare.length]);
  }
  return ranges;
}

function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
