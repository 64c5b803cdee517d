/** A stretch of a text from outside. */
export type Seen =
  | { readonly kind: 'text'; readonly text: string }
  /** A character that cannot be seen or that changes how others are shown, e.g. U+202E. */
  | { readonly kind: 'special'; readonly code: number };

/**
 * Control characters, invisible ones and those that turn the direction of writing, all of which could make a text look
 * like another; and U+FFFD, which stands for bytes that are no UTF-8. A joiner
 * between two emoji is seen: it makes them one.
 */
const UNSEEN =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\ufffd\u{e0000}-\u{e0fff}]|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d|\u200d(?!\p{Extended_Pictographic})/gu;

/** Spaces other than the plain one between two words: in a name nobody would see them, or tell them from it. */
const UNSEEN_SPACE = /^\s+|\s+$|[^\S ]| (?= )/gu;

/** A text in its stretches; a text without anything unseen is one. `spaces`: those that a name should not have count too. */
export function splitUnseen(text: string, { spaces = false } = {}): readonly Seen[] {
  const parts: Seen[] = [];
  let at = 0;
  for (const [index, special] of found(text, spaces)) {
    if (index < at) continue;
    if (index > at) parts.push({ kind: 'text', text: text.slice(at, index) });
    for (const character of special) parts.push({ kind: 'special', code: character.codePointAt(0) ?? 0 });
    at = index + special.length;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}

function found(text: string, spaces: boolean): readonly (readonly [number, string])[] {
  const all = [...text.matchAll(UNSEEN), ...(spaces ? text.matchAll(UNSEEN_SPACE) : [])];
  return all.map((match) => [match.index, match[0]] as const).sort(([a], [b]) => a - b);
}

/** A name for places that take nothing but text: what cannot be seen in it stands as `⟨U+200B⟩`. */
export function plainName(text: string): string {
  return splitUnseen(text, { spaces: true })
    .map((part) => (part.kind === 'text' ? part.text : `⟨${codePointName(part.code)}⟩`))
    .join('');
}

/** How a special character is written on screen and read out, e.g. `U+202E`. */
export function codePointName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What a special character's mark says on hover. */
export function unseenHint(code: number): string {
  if (code === 0xfffd) return 'Bytes that are no UTF-8 text.';
  return 'A character that cannot be seen or that changes how the text around it is shown.';
}
