import type { Clock } from '../../app/clock';
import type { ReadableStore } from '../../app/dcs/store';
import type { ObservedEvent } from '../../app/ipc/contract';
import type { PastOfStore } from '../../app/ipc/time';
import type { StoreWithPast } from './backfill';
import { Recording } from './recording';
import type { SegmentFile } from './segment-files';
import { folderSegments } from './segments';
import type { RecordedEnd } from './store-past';

export interface PastReaderOptions {
  readonly clock: Clock;
  readonly folder: string;
  readonly connection: string;
  /** The store's: etcd v3 alone keeps what was. */
  readonly kind: string;
  readonly namespace: string;
  /** A connection of its own to the store, which is closed when all is read. */
  readonly open: () => Promise<ReadableStore>;
  /** Resolves when the folder may be used. */
  readonly ready: () => Promise<void>;
  /** Told what happened in the past that was added. */
  readonly happened: (events: readonly ObservedEvent[]) => void;
  /** Told when all of it is there, or that it cannot be had. */
  readonly ended: () => void;
}

/** The picture comes first, and all that a person looks at right after. */
const DELAY_MS = 3000;
const RETRY_MS = 30_000;
const MOST_ATTEMPTS = 3;

/** Adds what a store still knows of the time when nobody recorded to a recording: once for each time that its connection is opened. */
export class PastReader {
  #state: PastOfStore = { kind: 'waiting' };
  #begun = false;
  readonly #leaving = new AbortController();
  #stopTimer: (() => void) | null = null;
  #reading: Promise<void> = Promise.resolve();

  constructor(private readonly options: PastReaderOptions) {}

  /** How far it came. */
  get state(): PastOfStore {
    return this.#state;
  }

  /** Recording began with the store at this revision, and not before `ms` since 1970. Only the first call counts. */
  begin(revision: string, ms: number): void {
    if (this.#begun || this.#leaving.signal.aborted) return;
    this.#begun = true;
    if (this.options.kind !== 'etcd3') {
      this.#state = { kind: 'none' };
      return;
    }
    this.#later(DELAY_MS, { revision, ms: Math.floor(ms) }, 1);
  }

  /** Ends it, whatever it does; nothing of what is not whole stays. */
  async cancel(): Promise<void> {
    this.#leaving.abort();
    this.#stopTimer?.();
    await this.#reading;
  }

  #later(ms: number, until: Until, attempt: number): void {
    this.#stopTimer = this.options.clock.after(ms, () => {
      this.#reading = this.#read(until, attempt).catch((error: unknown) => {
        this.#state = { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
      });
      void this.#reading.then(() => {
        if (!this.#leaving.signal.aborted) this.options.ended();
      });
    });
  }

  async #read(until: Until, attempt: number): Promise<void> {
    const { folder, connection, namespace, ready } = this.options;
    const { signal } = this.#leaving;
    await ready();
    if (signal.aborted) return;
    const after = await recordedBefore(folder, until.ms);
    const store = await this.options.open();
    try {
      if (!hasPast(store)) {
        this.#state = { kind: 'none' };
        return;
      }
      this.#state = { kind: 'reading' };
      const { backfill } = await import('./backfill');
      const outcome = await backfill({ store, namespace, folder, connection, after, until, signal });
      switch (outcome.kind) {
        case 'done':
          if (outcome.changes > 0) await this.#tell(after?.ms ?? 0, until.ms);
          this.#state = { kind: 'added', changes: outcome.changes, isCut: outcome.isCut };
          return;
        case 'other-store':
        case 'cancelled':
          this.#state = { kind: outcome.kind };
          return;
        case 'failed':
          this.#state = { kind: 'failed', why: outcome.failure.message };
          if (attempt < MOST_ATTEMPTS) this.#later(RETRY_MS, until, attempt + 1);
      }
    } finally {
      store.close();
    }
  }

  /** What happened meanwhile is told as if it had been seen. */
  async #tell(fromMs: number, toMs: number): Promise<void> {
    const { playBack } = await import('./play-back');
    const isAdded = ({ isGuessed, beginMs }: SegmentFile): boolean => isGuessed && beginMs >= fromMs && beginMs < toMs;
    const segments = folderSegments(this.options.folder);
    const { events } = await playBack(segments, `past-${fromMs}-`, isAdded, this.#leaving.signal);
    this.options.happened(events);
  }
}

interface Until {
  readonly revision: string;
  readonly ms: number;
}

const hasPast = (store: ReadableStore): store is StoreWithPast => 'snapshotAt' in store;

/** What was recorded last before `ms`; null when nothing was. */
async function recordedBefore(folder: string, ms: number): Promise<RecordedEnd | null> {
  const instant = await new Recording(folder).at(ms - 1);
  return instant === null ? null : { revision: instant.revision, ms: instant.atMs, nodes: instant.nodes };
}
