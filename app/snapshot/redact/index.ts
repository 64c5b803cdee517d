import { parseKey, patroniKey } from '../../dcs/keys';
import type { StoreNode } from '../../dcs/node';
import { utf8Bytes } from '../../dcs/utf8';
import type { Picture } from '../picture';
import { mapStrings } from './map-strings';
import { addNames, noNames } from './names';
import { renamer, type Renaming, renamingOf } from './rename';
import { isSecretName } from '../../secrets/secret-ranges';
import { HIDDEN, withoutSecrets } from './secrets';
import { sweeper } from './sweep';

export { HIDDEN } from './secrets';
export type { Renaming } from './rename';

/** Pictures that may be given away. */
export interface Redacted {
  readonly pictures: readonly Picture[];
  /** How many keys held a secret. */
  readonly secretKeys: readonly string[];
  /** Which name became which; null when names stay. */
  readonly renaming: Renaming | null;
}

/**
 * Takes the secrets out of pictures, always, and replaces host names, addresses, users, members and clusters when `names` is set. The
 * same name becomes the same one in all of the pictures, and a slot that is called after a member follows it.
 */
export function redact(pictures: readonly Picture[], names: boolean): Redacted {
  const work = redacting(pictures, names);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** The same in small steps, for pictures so large that others must go on between two of them. */
export function* redacting(pictures: readonly Picture[], names: boolean): Generator<void, Redacted> {
  const secrets = new Set<string>();
  const secretKeys: string[] = [];
  const words = new Set<string>();
  const harmless = new Harmless();
  const withoutItsSecrets = (picture: Picture, node: StoreNode): StoreNode => {
    const path = parseKey(picture.namespace, node.key);
    if (path !== null) words.add(path.scope);
    for (const part of node.key.split('/')) words.add(part);
    const relative = path === null ? node.key.slice(picture.namespace.length) : path.relative;
    const isSecret = patroniKey(relative) === null && relative.split('/').some(isSecretName);
    if (!isSecret && harmless.has(node.value)) return node;
    mapStrings(node.value, (text, { isName }) => {
      if (isName) words.add(text);
      return null;
    });
    let count = 0;
    const found = (secret: string): void => {
      count += 1;
      secrets.add(secret);
    };
    const value = isSecret ? hidden(node.value, found) : withoutSecrets(node.value, found);
    if (count > 0) secretKeys.push(node.key);
    else if (!isSecret) harmless.add(node.value);
    return changed(node, value);
  };
  const clean: Picture[] = [];
  for (const picture of pictures) {
    const nodes: StoreNode[] = [];
    for (const node of picture.nodes) {
      nodes.push(withoutItsSecrets(picture, node));
      if (nodes.length % NODES_A_STEP === 0) yield;
    }
    clean.push({ ...picture, nodes });
  }
  // A second look, now that all of them are known: what is a secret in one place may stand bare in another.
  const sweep = sweeper(secrets, words);
  const swept: Picture[] = [];
  for (const picture of clean) {
    const nodes: StoreNode[] = [];
    for (const node of picture.nodes) {
      nodes.push(changed({ ...node, key: sweep(node.key) }, sweep(node.value)));
      if (nodes.length % NODES_A_STEP === 0) yield;
    }
    swept.push({ ...picture, nodes });
  }
  if (!names) return { pictures: swept, secretKeys, renaming: null };
  const found = noNames();
  for (const picture of swept) {
    for (const piece of pieces(picture)) {
      addNames(found, piece);
      yield;
    }
  }
  const renaming = renamingOf(found);
  const rename = renamer(renaming);
  const renamed: Picture[] = [];
  for (const [index, picture] of swept.entries()) {
    const nodes: StoreNode[] = [];
    for (const piece of pieces(picture)) {
      for (const node of rename(piece, index).nodes) nodes.push(node);
      yield;
    }
    renamed.push({ ...rename({ ...picture, nodes: [] }, index), nodes });
  }
  return { pictures: renamed, secretKeys, renaming };
}

const NODES_A_STEP = 100;

function* pieces(picture: Picture): Generator<Picture> {
  for (let at = 0; at < picture.nodes.length; at += NODES_A_STEP)
    yield { ...picture, nodes: picture.nodes.slice(at, at + NODES_A_STEP) };
}

/**
 * Values that held no secret. Patroni writes the same again and again with other numbers: one with other digits in the same places holds none
 * either, as no rule tells one digit from another.
 */
class Harmless {
  readonly #shapes = new Set<string>();

  has(value: string): boolean {
    return isPlain(value) && this.#shapes.has(shapeOf(value));
  }

  add(value: string): void {
    if (isPlain(value) && this.#shapes.size < MOST_SHAPES) this.#shapes.add(shapeOf(value));
  }
}

const MOST_SHAPES = 10_000;
const LONGEST_SHAPE = 10_000;

/** Digits in an escape make letters. */
const isPlain = (value: string): boolean => value.length <= LONGEST_SHAPE && !value.includes('\\');

/** A number that begins with 0 is none in JSON. */
const shapeOf = (value: string): string =>
  value.replace(/\d+/g, (digits) => (digits.startsWith('0') ? '0' : '1') + '1'.repeat(digits.length - 1));

/** A key that is called after a secret holds nothing else. */
function hidden(value: string, found: (secret: string) => void): string {
  if (value === '') return value;
  withoutSecrets(value, found);
  found(value);
  return HIDDEN;
}

const changed = (node: StoreNode, value: string): StoreNode =>
  value === node.value ? node : { ...node, value, bytes: utf8Bytes(value) };
