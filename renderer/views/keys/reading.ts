import type { KeyDetail } from '../../../app/ipc/detail';
import type { KeyWords } from './key-words';
import { prettyRows, rawRows, type Row } from './rows';
import { type Fault, scanJson, type Token } from '../../../app/scan-json';
import { type Range, secretRanges } from '../../../app/secrets/secret-ranges';

/** A value with all that is needed to show it. */
export interface Reading {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Where it stops being JSON; null when it is JSON as far as it is here. */
  readonly fault: Fault | null;
  readonly secrets: readonly Range[];
}

/** How near to its end the fault of a value that was cut must be to come from the cut alone: a `\u0041` or a word that is halved. */
const CUT_WIDTH = 16;

/** Reads a value for showing. `cut`: it goes on in the store, so that it may stop in the middle. */
export function readValue(text: string, cut: boolean): Reading {
  const { tokens, fault } = scanJson(text);
  const fromCut = cut && fault !== null && fault.offset >= text.length - CUT_WIDTH;
  return { text, tokens, fault: fromCut ? null : fault, secrets: secretRanges(text, tokens, fault === null) };
}

/** Whether pretty-printing shows more than the text as it is: only lists and objects have an inside. */
export const hasStructure = ({ tokens, fault }: Reading): boolean => fault === null && tokens[0]?.kind === 'open';

export function rowsOf(reading: Reading, pretty: boolean): readonly Row[] {
  return pretty && hasStructure(reading) ? prettyRows(reading.text, reading.tokens) : rawRows(reading.text);
}

/** What is wrong with a value that Patroni reads as JSON, as a sentence; null when nothing is. */
export function problemOf(words: KeyWords, { text, fault }: Reading): string | null {
  if (!words.expectsJson || fault === null) return null;
  // Patroni takes an empty /sync for "nobody is synchronous".
  if (text === '') return words.title === 'synchronous state' ? null : 'The value is empty; Patroni expects JSON here.';
  return `Patroni expects JSON here, and this is none: at character ${(fault.offset + 1).toLocaleString('en-US')}, ${fault.words}.`;
}

const problems = new WeakMap<KeyDetail, boolean>();

/** Whether a key's value is not what Patroni expects. Remembered by the key's state, so that a list may ask again and again. */
export function hasProblem(words: KeyWords, node: KeyDetail): boolean {
  let known = problems.get(node);
  if (known === undefined) {
    known = words.expectsJson && problemOf(words, readValue(node.value, node.truncated)) !== null;
    problems.set(node, known);
  }
  return known;
}

const searchable = new WeakMap<KeyDetail, string>();

/** The keys whose name or value holds a text, whatever its case, in their order. */
export function filterKeys(keys: readonly KeyDetail[], query: string): readonly KeyDetail[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return keys;
  return keys.filter((node) => {
    if (node.key.toLowerCase().includes(wanted)) return true;
    let value = searchable.get(node);
    if (value === undefined) searchable.set(node, (value = node.value.toLowerCase()));
    return value.includes(wanted);
  });
}
