import type { Token } from '../../../app/scan-json';

/** A line of the value pane. */
export type Row =
  /** The tokens `from` to `to` (inclusive) of a JSON text. */
  | { readonly kind: 'tokens'; readonly indent: number; readonly from: number; readonly to: number }
  /** A part of the text as it is; `token` is the JSON token it was cut from, -1 for none. `goesOn`: the same line goes on below. */
  | {
      readonly kind: 'text';
      readonly indent: number;
      readonly start: number;
      readonly end: number;
      readonly token: number;
      readonly goesOn: boolean;
    };

/** A list or object that is shorter than this stays on one line. */
const INLINE_WIDTH = 56;
/** Longer pieces cost more to lay out than a person can read on one screen. */
export const PIECE_LENGTH = 2000;

/** The text in lines as it is stored, long ones cut into pieces. */
export function rawRows(text: string): readonly Row[] {
  const rows: Row[] = [];
  let start = 0;
  for (;;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    pushPieces(rows, text, { start, end, indent: 0, token: -1 });
    if (newline < 0) return rows;
    start = newline + 1;
  }
}

/**
 * JSON tokens in indented lines. Nothing is changed but the space between them; what is short stays on one line. Tokens
 * of an unfinished text are laid out as far as they go.
 */
export function prettyRows(text: string, tokens: readonly Token[]): readonly Row[] {
  const widthBefore = [0];
  for (const { start, end } of tokens) widthBefore.push((widthBefore.at(-1) ?? 0) + end - start + 1);

  const rows: Row[] = [];
  let indent = 0;
  let from = 0;
  const endLine = (to: number): void => {
    if (to >= from) rows.push({ kind: 'tokens', indent, from, to });
    from = to + 1;
  };

  let i = 0;
  while (i < tokens.length) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.kind === 'open') {
      const fits = token.match > 0 && (widthBefore[token.match] ?? 0) - (widthBefore[i] ?? 0) <= INLINE_WIDTH;
      if (token.match === i + 1 || (fits && i > 0)) i = token.match;
      else {
        endLine(i);
        indent += 1;
      }
    } else if (token.kind === 'close') {
      endLine(i - 1);
      indent -= 1;
    } else if (token.kind === 'comma') endLine(i);
    else if (token.end - token.start > PIECE_LENGTH) {
      endLine(i - 1);
      pushPieces(rows, text, { start: token.start, end: token.end, indent: indent + 1, token: i });
      from = i + 1;
    }
    i += 1;
  }
  endLine(tokens.length - 1);
  return rows;
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
  readonly token: number;
}

function pushPieces(rows: Row[], text: string, { start, end, indent, token }: Piece): void {
  let at = start;
  while (end - at > PIECE_LENGTH) {
    // A pair of surrogates is one character.
    const high = text.charCodeAt(at + PIECE_LENGTH - 1);
    const cut = at + PIECE_LENGTH - (high >= 0xd800 && high <= 0xdbff ? 1 : 0);
    rows.push({ kind: 'text', indent, start: at, end: cut, token, goesOn: true });
    at = cut;
  }
  rows.push({ kind: 'text', indent, start: at, end, token, goesOn: false });
}

/** What stands between two tokens on one line. */
export function gapAfter(tokens: readonly Token[], text: string, index: number): string {
  const token = tokens[index];
  const next = tokens[index + 1];
  if (token === undefined || next === undefined) return '';
  if (token.kind === 'comma' || token.kind === 'colon') return ' ';
  const opensObject = token.kind === 'open' && text[token.start] === '{' && next.kind !== 'close';
  const closesObject = next.kind === 'close' && text[next.start] === '}' && token.kind !== 'open';
  return opensObject || closesObject ? ' ' : '';
}
