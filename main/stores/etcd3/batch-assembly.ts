import type { IEvent, IWatchResponse } from 'etcd3';
import { compareRevisions } from '../../../app/dcs/revision';
import type { ChangeBatch } from '../../../app/dcs/store';
import { toChange } from './nodes';

/**
 * Makes whole batches of a watch's messages. etcd splits what is too long for one message into fragments, in the middle
 * of a revision too; the changes of one revision belong together, so the last one waits until it is complete.
 */
export class BatchAssembly {
  #held: IEvent[] = [];
  #done: string;

  /** `done` is the revision up to which the reader has everything: changes up to it are dropped. */
  constructor(done: string) {
    this.#done = done;
  }

  /** The revision up to which nothing is missing. */
  get done(): string {
    return this.#done;
  }

  /** Takes a message of the watch; gives what is complete by it, perhaps nothing. */
  take(message: IWatchResponse): ChangeBatch {
    const events = this.#held.length === 0 ? message.events : [...this.#held, ...message.events];
    const last = events.at(-1)?.kv.mod_revision;
    let ready = events;
    this.#held = [];
    if (message.fragment && last !== undefined) {
      const cut = events.findIndex((event) => event.kv.mod_revision === last);
      ready = events.slice(0, cut);
      this.#held = events.slice(cut);
    }
    const before = this.#done;
    const changes = ready
      .filter((event) => compareRevisions(event.kv.mod_revision, before) > 0)
      .map((event) => toChange(event));
    // A message without events is etcd's word that the watch has seen everything up to the header's revision.
    const upTo = ready.at(-1)?.kv.mod_revision ?? (this.#held.length === 0 ? message.header.revision : before);
    if (compareRevisions(upTo, before) > 0) this.#done = upTo;
    return { revision: this.#done, changes };
  }
}
