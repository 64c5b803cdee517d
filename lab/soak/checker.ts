import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange } from '../../app/dcs/store';
import type { MirrorBatch } from '../../main/inspection/mirror';
import type { ReferenceEvent } from './etcdctl-json';

/** What the checker compared. */
export interface Checked {
  /** Events that the mirror applied one by one, each equal to the reference's. */
  followed: number;
  /** Events of the reference that the first snapshot stood for. */
  inSnapshot: number;
  /** Events of the reference that resyncs stood for, because a compaction had taken them. */
  jumped: number;
  resyncs: number;
}

/** Compares, batch by batch, what a mirror applied with the reference's history. Throws at the first difference. */
export class Checker {
  readonly checked: Checked = { followed: 0, inSnapshot: 0, jumped: 0, resyncs: 0 };
  /** The store's state as the reference's events make it. */
  readonly #state = new Map<string, StoreNode>();
  /** The revision up to which the mirror has been checked. */
  #revision = 0;

  /** Takes batches and the events that belong to them from the front of both lists; batches whose events the reference does not have yet wait. */
  check(batches: MirrorBatch[], events: ReferenceEvent[], referenceRevision: number): void {
    let eventAt = 0;
    let batchAt = 0;
    for (const batch of batches) {
      if (Number(batch.revision) > referenceRevision && batch.changes.length > 0) break;
      eventAt = batch.cause === 'watch' ? this.#follow(batch, events, eventAt) : this.#jump(batch, events, eventAt);
      batchAt++;
    }
    batches.splice(0, batchAt);
    events.splice(0, eventAt);
  }

  /** Each change is the next event: a gap, a repeat or a change out of order is a difference. */
  #follow(batch: MirrorBatch, events: readonly ReferenceEvent[], from: number): number {
    let at = from;
    for (const change of batch.changes) {
      const event = events[at++];
      if (event === undefined || !isSameChange(change, event)) {
        throw new Error(
          `after revision ${String(this.#revision)} the mirror applied ${words(change)}, the store's next event is ${event === undefined ? 'none' : words(asChange(event))}`,
        );
      }
      this.#apply(event);
      this.#revision = event.revision;
      this.checked.followed++;
    }
    const next = events[at];
    if (next !== undefined && next.revision === this.#revision) {
      throw new Error(`revision ${String(this.#revision)} was torn: ${words(asChange(next))} is not in its batch`);
    }
    return at;
  }

  /** A snapshot stands for all events up to its revision: with its changes the mirror is where they lead. */
  #jump(batch: MirrorBatch, events: readonly ReferenceEvent[], from: number): number {
    const shown = new Map(this.#state);
    let at = from;
    for (
      let event = events[at];
      event !== undefined && event.revision <= Number(batch.revision);
      event = events[++at]
    ) {
      this.#apply(event);
    }
    for (const change of batch.changes) {
      const key = change.kind === 'put' ? change.node.key : change.key;
      const before = shown.get(key);
      const idle =
        change.kind === 'put' ? before !== undefined && isSameNode(before, change.node) : before === undefined;
      if (idle)
        throw new Error(
          `the ${batch.cause} at ${batch.revision} applied ${words(change)}, which the mirror had already`,
        );
      if (change.kind === 'put') shown.set(key, change.node);
      else shown.delete(key);
    }
    const wrong = firstDifference(shown, this.#state);
    if (wrong !== null) throw new Error(`after the ${batch.cause} at revision ${batch.revision}: ${wrong}`);
    this.#revision = Number(batch.revision);
    if (batch.cause === 'snapshot') this.checked.inSnapshot += at - from;
    else {
      this.checked.jumped += at - from;
      this.checked.resyncs++;
    }
    return at;
  }

  #apply(event: ReferenceEvent): void {
    if (event.kind === 'put') this.#state.set(event.node.key, event.node);
    else this.#state.delete(event.key);
  }
}

/** Null when both hold the same; otherwise a sentence about the first key that differs. */
export function firstDifference(
  mirror: ReadonlyMap<string, StoreNode>,
  store: ReadonlyMap<string, StoreNode>,
): string | null {
  for (const [key, node] of store) {
    const mine = mirror.get(key);
    if (mine === undefined) return `${key} is missing in the mirror`;
    if (!isSameNode(mine, node)) return `${key} differs: the mirror has ${brief(mine)}, the store ${brief(node)}`;
  }
  for (const key of mirror.keys()) if (!store.has(key)) return `${key} is in the mirror but not in the store`;
  return null;
}

function isSameNode(a: StoreNode, b: StoreNode): boolean {
  return (
    a.value === b.value &&
    a.bytes === b.bytes &&
    a.modRevision === b.modRevision &&
    a.createRevision === b.createRevision &&
    a.version === b.version &&
    a.session === b.session
  );
}

function isSameChange(change: NodeChange, event: ReferenceEvent): boolean {
  if (change.kind === 'put') {
    return event.kind === 'put' && change.node.key === event.node.key && isSameNode(change.node, event.node);
  }
  return event.kind === 'delete' && change.key === event.key && change.modRevision === String(event.revision);
}

function asChange(event: ReferenceEvent): NodeChange {
  return event.kind === 'put'
    ? { kind: 'put', node: event.node }
    : { kind: 'delete', key: event.key, modRevision: String(event.revision) };
}

function words(change: NodeChange): string {
  if (change.kind === 'delete') return `delete ${change.key} at ${change.modRevision}`;
  return `put ${change.node.key} at ${change.node.modRevision} (${brief(change.node)})`;
}

function brief(node: StoreNode): string {
  const { modRevision, createRevision, version, session, bytes } = node;
  return `revision ${modRevision}, created ${createRevision}, version ${version}, lease ${session ?? 'none'}, ${String(bytes)} bytes`;
}
