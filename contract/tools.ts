import { nextRevision } from '../app/dcs/revision';
import type { StoreNode } from '../app/dcs/node';
import type { NodeChange, StoreSession, StoreSnapshot, WatchEnd, WritableStore, Written } from '../app/dcs/store';
import type { Running } from './subject';

let made = 0;

/** A prefix that no other rule uses, with a slash at its end. */
export function freshPrefix(): string {
  made += 1;
  return `/contract/${made}/`;
}

export async function read(store: WritableStore, prefix: string): Promise<StoreSnapshot> {
  const snapshot = await store.snapshot(prefix);
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  return snapshot.value;
}

/** Keys below a prefix, without it, with their values. */
export async function values(store: WritableStore, prefix: string): Promise<Readonly<Record<string, string>>> {
  const { nodes } = await read(store, prefix);
  return Object.fromEntries(nodes.map(({ key, value }) => [key.slice(prefix.length), value]));
}

export async function node(store: WritableStore, prefix: string, name: string): Promise<StoreNode> {
  const found = (await read(store, prefix)).nodes.find(({ key }) => key === prefix + name);
  if (found === undefined) throw new Error(`there is no ${prefix}${name}`);
  return found;
}

/** The revision of a write that must have been done. */
export async function done(writing: Promise<Written>): Promise<string> {
  const written = await writing;
  if (written.kind !== 'done') throw new Error(`not done: ${JSON.stringify(written)}`);
  return written.revision;
}

export async function session(store: WritableStore, ttlSeconds: number): Promise<StoreSession> {
  const opened = await store.openSession(ttlSeconds);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Waits, in the store's time, until something holds; throws when it does not come to hold. */
export async function until(running: Running, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    if (await holds()) return;
    await running.pass(0.05);
  }
  throw new Error('what was waited for did not come');
}

/** What a watch hears. */
export class Heard {
  readonly changes: NodeChange[] = [];
  ready = 0;
  end: WatchEnd | null = null;
  readonly close: () => void;

  /** Reads what there is and hears what comes after it. */
  static async from(store: WritableStore, prefix: string): Promise<Heard> {
    return new Heard(store, prefix, (await read(store, prefix)).revision);
  }

  /** Hears what comes after `revision`. */
  constructor(store: WritableStore, prefix: string, revision: string) {
    const watch = store.watch(prefix, nextRevision(revision), {
      onReady: () => (this.ready += 1),
      onBatch: ({ changes }) => this.changes.push(...changes),
      onEnd: (end) => (this.end = end),
    });
    this.close = () => watch.close();
  }

  /** What the keys come to after all that was heard. */
  values(prefix: string): Readonly<Record<string, string>> {
    const values = new Map<string, string>();
    for (const change of this.changes) {
      if (change.kind === 'put') values.set(change.node.key.slice(prefix.length), change.node.value);
      else values.delete(change.key.slice(prefix.length));
    }
    return Object.fromEntries(values);
  }

  /** Each change as `key=value` or `-key`, without the prefix. */
  words(prefix: string): readonly string[] {
    return this.changes.map((change) =>
      change.kind === 'put'
        ? `${change.node.key.slice(prefix.length)}=${change.node.value}`
        : `-${change.key.slice(prefix.length)}`,
    );
  }
}

/** Whether `some` are among `all`, in the same order. */
export function areInOrder(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const one of some) {
    at = all.indexOf(one, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
