import type { IEvent, IKeyValue, IResponseHeader } from 'etcd3';
import { compareRevisions } from '../../../app/dcs/revision';

/** A key that was read, by which the store it came from is known again. */
export interface Witness {
  readonly key: Buffer;
  readonly createRevision: string;
  readonly modRevision: string;
  readonly version: string;
}

/**
 * What tells the store that was read from one that took its place: wiped, or restored from a backup. etcd derives its
 * cluster id from the configuration, so a new store may have the old one's id, and its revisions start over and may have
 * passed the cursor by the time one looks.
 */
export class Lineage {
  #clusterId: string | null = null;
  #raftTerm = '0';
  #witness: Witness | null = null;

  /** A snapshot was read: from now on this is the store. */
  begin(header: IResponseHeader, kvs: readonly IKeyValue[]): void {
    this.#clusterId = header.cluster_id;
    this.#raftTerm = header.raft_term;
    this.#witness = null;
    for (const kv of kvs) this.#seen(kv);
  }

  /** Events of that store were read. */
  extend(events: readonly IEvent[]): void {
    for (const { type, kv } of events) {
      if (type === 'Put') this.#seen(kv);
      else if (this.#witness?.key.equals(kv.key) === true) this.#witness = null;
    }
  }

  /** The key that changed last, when it had changed by `revision`; null when there is none to ask for. */
  witnessAt(revision: string): Witness | null {
    const witness = this.#witness;
    return witness !== null && compareRevisions(witness.modRevision, revision) <= 0 ? witness : null;
  }

  /** Whether an answer with this header can come from the same store as before: same id, and no step back in raft's terms. */
  continues(header: IResponseHeader): boolean {
    if (this.#clusterId === null) return true;
    if (header.cluster_id !== this.#clusterId || compareRevisions(header.raft_term, this.#raftTerm) < 0) return false;
    this.#raftTerm = header.raft_term;
    return true;
  }

  #seen(kv: IKeyValue): void {
    if (this.#witness !== null && compareRevisions(kv.mod_revision, this.#witness.modRevision) <= 0) return;
    this.#witness = {
      key: kv.key,
      createRevision: kv.create_revision,
      modRevision: kv.mod_revision,
      version: kv.version,
    };
  }
}
