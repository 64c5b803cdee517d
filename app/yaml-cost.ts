/** How deeply collections may lie within each other. Patroni's own configuration is some five deep. */
const MOST_DEPTH = 100;
/** Keys that are said to be keys (`? key`): each may hold a collection, with keys that do. */
const MOST_EXPLICIT_KEYS = 50;
/** Anchors, aliases and tags. */
const MOST_MARKS = 5000;

const EXPLICIT_KEY = /(?:^|[\s,[{-])\?(?=\s)/g;
const MARK = /(?:^|[\s,[{:-])[&*!]/g;

/**
 * Whether the YAML parser could take minutes, or hours, over a text of a few KiB. It does over collections that are keys of collections
 * that are keys, over brackets within brackets, and over a value with many anchors or tags before it. Looked at before it is parsed,
 * because a parser that runs cannot be ended. JSON of the same text is not concerned.
 */
export function isCostlyYaml(text: string): boolean {
  return depthOf(text) > MOST_DEPTH || isMore(text, EXPLICIT_KEY, MOST_EXPLICIT_KEYS) || isMore(text, MARK, MOST_MARKS);
}

/** Brackets in texts and comments count too: who has so many of them open there is out of luck. */
function depthOf(text: string): number {
  let open = 0;
  let most = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) most = Math.max(most, (open += 1));
    else if (code === 0x5d || code === 0x7d) open -= 1;
  }
  return most;
}

function isMore(text: string, what: RegExp, most: number): boolean {
  let count = 0;
  for (const _found of text.matchAll(what)) {
    count += 1;
    if (count > most) return true;
  }
  return false;
}
