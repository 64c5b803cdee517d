import type { StoreNode } from '../../app/dcs/node';
import { compareRevisions, nextRevision } from '../../app/dcs/revision';
import type { NodeChange, ReadableStore, StoreFailure, StoreSnapshot, WatchEnd } from '../../app/dcs/store';
import { namespacePrefix } from '../../app/dcs/keys';
import type { Result } from '../../app/result';
import { apply, type Past, type PastPlace, type PastStep, type RecordedEnd } from './store-past';
import { writePast } from './write-past';

/** A store that keeps what its keys were: etcd v3, back to its last compaction. */
export interface StoreWithPast extends ReadableStore {
  /** All keys below a prefix as they were at a revision that is not compacted. */
  snapshotAt(prefix: string, revision: string): Promise<Result<StoreSnapshot, StoreFailure>>;
}

export interface BackfillOptions extends PastPlace {
  /** A connection of its own, so that the live picture waits for nothing; it is the caller's to close. */
  readonly store: StoreWithPast;
  readonly bounds?: Partial<PastBounds>;
}

/** How far back is read: the newest of it. */
export interface PastBounds {
  /**
   * Of the whole store: etcd looks through all that are to come for each thousand that it sends (mvcc/watchable_store.go:
   * syncWatchers). 10,000 take it 1 s of one core, 50,000 4 s, 100,000 12 s.
   */
  readonly revisions: number;
  readonly changes: number;
  /** Of values, in bytes. */
  readonly bytes: number;
}

const USUAL: PastBounds = { revisions: 30_000, changes: 100_000, bytes: 64 * 1024 ** 2 };

export type Backfilled =
  | {
      readonly kind: 'done';
      readonly changes: number;
      /** Whether the store has, or may have, still older ones, which were too many. */
      readonly isCut: boolean;
    }
  /** It is not the one that was recorded, or was restored from a backup: what it knows has no place after what is recorded. */
  | { readonly kind: 'other-store' }
  | { readonly kind: 'failed'; readonly failure: StoreFailure }
  | { readonly kind: 'cancelled' };

/** Before the first write etcd is at this revision, and empty. */
const FIRST_REVISION = '1';

/**
 * Adds to a recording what the store still knows of the time when nobody recorded, back to its last compaction. Revisions have no time: it
 * is guessed, and the recording says how well it is known.
 */
export async function backfill(options: BackfillOptions): Promise<Backfilled> {
  const { after, until, signal } = options;
  const bounds = { ...USUAL, ...options.bounds };
  const past: Past = { nodes: new Map(), revision: FIRST_REVISION, steps: [], isCut: false };
  const missed = after === null ? 1 : compareRevisions(until.revision, after.revision);
  if (missed === 0) return { kind: 'done', changes: 0, isCut: false };
  if (missed < 0) return { kind: 'other-store' };
  if (after !== null) {
    const failure = await readAt(options, past, after.revision);
    if (failure !== null && !isGone(failure)) return ended(failure, signal);
    if (failure === null && !areSame(past.nodes, after.nodes)) return { kind: 'other-store' };
    // Compacted up to a later revision: the watch says which.
    if (failure !== null) past.revision = after.revision;
  }
  const oldest = BigInt(until.revision) - BigInt(bounds.revisions);
  if (oldest > BigInt(past.revision)) {
    const failure = await readAt(options, past, String(oldest));
    if (failure !== null && !isGone(failure)) return ended(failure, signal);
    past.isCut = failure === null;
  }
  let end = await follow(options, past, bounds);
  if (end?.kind === 'compacted') {
    const failure = await readAt(options, past, end.compactRevision);
    if (failure !== null) return ended(failure, signal);
    if (after !== null && !goesOn(past.nodes, after)) return { kind: 'other-store' };
    end = await follow(options, past, bounds);
  }
  if (signal.aborted) return { kind: 'cancelled' };
  if (end?.kind === 'failed') return { kind: 'failed', failure: end.failure };
  if (end !== null) return { kind: 'other-store' };
  const changes = past.steps.reduce((sum, step) => sum + step.changes.length, 0);
  const { isCut } = past;
  const isWritten = await writePast(past, { ...options, kind: options.store.kind });
  return isWritten ? { kind: 'done', changes, isCut } : { kind: 'cancelled' };
}

const ended = (failure: StoreFailure, signal: AbortSignal): Backfilled =>
  signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', failure };

/** Whether a revision could not be read because the store does not have it any more. */
const isGone = ({ detail }: StoreFailure): boolean => /has been compacted/.test(detail);

/** Whether the store had at the recorded revision what was recorded of it. */
function areSame(now: ReadonlyMap<string, StoreNode>, then: ReadonlyMap<string, StoreNode>): boolean {
  if (now.size !== then.size) return false;
  return [...now].every(([key, { modRevision, createRevision, value }]) => {
    const before = then.get(key);
    return before?.modRevision === modRevision && before.createRevision === createRevision && before.value === value;
  });
}

/** Whether what a store had later can have come from what was recorded: what was created by then was there. */
function goesOn(later: ReadonlyMap<string, StoreNode>, { revision, nodes }: RecordedEnd): boolean {
  const old = [...later.values()].filter(({ createRevision }) => compareRevisions(createRevision, revision) <= 0);
  return old.every(({ key, createRevision }) => nodes.get(key)?.createRevision === createRevision);
}

async function readAt(
  { store, namespace }: BackfillOptions,
  past: Past,
  revision: string,
): Promise<StoreFailure | null> {
  const snapshot = await store.snapshotAt(namespacePrefix(namespace), revision);
  if (!snapshot.ok) return snapshot.error;
  past.nodes.clear();
  for (const node of snapshot.value.nodes) past.nodes.set(node.key, node);
  past.revision = revision;
  return null;
}

/** Reads on to `until`; null when all of it came. */
function follow(
  { store, namespace, until, signal }: BackfillOptions,
  past: Past,
  bounds: PastBounds,
): Promise<WatchEnd | null> {
  let bytes = 0;
  let changes = 0;
  past.steps = [];
  if (compareRevisions(past.revision, until.revision) >= 0) return Promise.resolve(null);
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ kind: 'replaced' });
      return;
    }
    const finish = (end: WatchEnd | null): void => {
      signal.removeEventListener('abort', cancel);
      watch.close();
      resolve(end);
    };
    const cancel = (): void => finish({ kind: 'replaced' });
    signal.addEventListener('abort', cancel);
    const watch = store.watch(namespacePrefix(namespace), nextRevision(past.revision), {
      onReady: () => undefined,
      onBatch: (batch) => {
        for (const step of byRevision(batch.changes)) {
          if (compareRevisions(step.revision, until.revision) > 0) break;
          past.steps.push(step);
          changes += step.changes.length;
          bytes += bytesOf(step);
        }
        let tooMany = 0;
        for (; changes > bounds.changes || bytes > bounds.bytes; tooMany += 1) {
          const oldest = past.steps[tooMany];
          if (oldest === undefined) break;
          apply(past, oldest);
          past.isCut = true;
          changes -= oldest.changes.length;
          bytes -= bytesOf(oldest);
        }
        if (tooMany > 0) past.steps.splice(0, tooMany);
        // A batch without changes comes when the store was silent for a while, and still answers: there is no more.
        if (batch.changes.length === 0 || compareRevisions(batch.revision, until.revision) >= 0) finish(null);
      },
      onEnd: finish,
    });
  });
}

function byRevision(changes: readonly NodeChange[]): readonly PastStep[] {
  const steps: { revision: string; changes: NodeChange[] }[] = [];
  for (const change of changes) {
    const revision = change.kind === 'put' ? change.node.modRevision : change.modRevision;
    const last = steps.at(-1);
    if (last?.revision === revision) last.changes.push(change);
    else steps.push({ revision, changes: [change] });
  }
  return steps;
}

function bytesOf({ changes }: PastStep): number {
  return changes.reduce((sum, change) => sum + (change.kind === 'put' ? change.node.bytes : 0) + 200, 0);
}
