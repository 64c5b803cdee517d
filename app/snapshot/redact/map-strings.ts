import { scanJson, type Token } from '../../scan-json';

/** Where a text stands in a JSON value. */
export interface StringPlace {
  /** The names that lead to it, the outermost first; an element of a list has its list's. */
  readonly path: readonly string[];
  /** Whether it is the name of a member and not a value. */
  readonly isName: boolean;
}

/** Says what takes a text's place: null to leave it as it is. */
export type StringChange = (text: string, place: StringPlace) => string | null;

/** Says what takes a number's place: null to leave it as it is. */
export type NumberChange = (text: string, place: StringPlace) => string | null;

/**
 * A JSON text with some of its texts (and numbers) changed and all else as it was written: spaces, numbers past 2^53 and names given
 * twice. Null when the text is no JSON.
 */
export function mapStrings(text: string, change: StringChange, changeNumber: NumberChange = () => null): string | null {
  const { tokens, fault } = scanJson(text);
  if (fault !== null) return null;
  const parts: string[] = [];
  let copied = 0;
  const put = (token: Token, changed: string | null): void => {
    if (changed === null) return;
    parts.push(text.slice(copied, token.start), JSON.stringify(changed));
    copied = token.end;
  };
  const path: string[] = [];
  /** For each open bracket: how long the path was outside it. */
  const open: number[] = [];
  let name: string | null = null;
  for (const token of tokens) {
    switch (token.kind) {
      case 'key': {
        const decoded = decode(text, token);
        put(token, change(decoded, { path, isName: true }));
        name = decoded;
        break;
      }
      case 'string':
        put(token, change(decode(text, token), { path: withName(path, name), isName: false }));
        name = null;
        break;
      case 'number':
        put(token, changeNumber(text.slice(token.start, token.end), { path: withName(path, name), isName: false }));
        name = null;
        break;
      case 'open':
        open.push(path.length);
        if (name !== null) path.push(name);
        name = null;
        break;
      case 'close':
        path.length = open.pop() ?? 0;
        break;
      case 'literal':
        name = null;
        break;
      case 'comma':
      case 'colon':
        break;
    }
  }
  if (copied === 0) return text;
  parts.push(text.slice(copied));
  return parts.join('');
}

const withName = (path: readonly string[], name: string | null): readonly string[] =>
  name === null ? path : [...path, name];

function decode(text: string, token: Token): string {
  const lexeme = text.slice(token.start, token.end);
  return lexeme.includes('\\') ? String(JSON.parse(lexeme)) : lexeme.slice(1, -1);
}
