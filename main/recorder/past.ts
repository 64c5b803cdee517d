import { assertNever } from '../../app/assert-never';
import type { Clock } from '../../app/clock';
import type { ConnectionView, FeedMessage } from '../../app/ipc/contract';
import type { GuessedTime } from '../../app/recording/segment';
import type { Picture, PictureStoreKind, Untold } from '../../app/snapshot/picture';
import { PictureStore } from '../../app/snapshot/picture-store';
import { Feed } from '../inspection/feed';
import { fixedSource } from '../inspection/fixed-source';
import type { Source } from '../inspection/source';
import type { Recorders } from './recorders';
import type { Instant } from './recording';

/** One connection as it was. */
interface Shown {
  readonly store: PictureStore;
  readonly source: Source;
  from: string;
}

/**
 * All recorded connections as they were at one instant, with a feed of their own: what lives goes on beside it, unseen. Moving
 * to another instant sends the window what is different.
 */
export class Past {
  readonly feed: Feed;
  readonly #shown = new Map<string, Shown>();
  #turn = 0;
  #atMs = 0;

  /** `views` are the connections as they are now; `fixed` stand at an instant of their own and are shown as they are. */
  constructor(
    clock: Clock,
    private readonly recorders: Pick<Recorders, 'at'>,
    private readonly views: () => readonly ConnectionView[],
    private readonly fixed: readonly Source[],
    send: (message: FeedMessage) => void,
  ) {
    this.feed = new Feed(clock, () => this.connectionViews(), { send, happened: () => undefined });
    for (const source of fixed) this.feed.add(source);
  }

  /** The instant that is shown, in milliseconds since 1970. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Shows another instant, in milliseconds since 1970. Of several that are asked for at once the last one is shown. */
  async seek(ms: number): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const found = await Promise.all(
      this.views()
        .filter(({ kind, picture }) => kind !== 'snapshot' || (picture?.recording ?? null) !== null)
        .map(async (view) => ({ view, instant: await this.recorders.at(view.id, ms) })),
    );
    if (turn !== this.#turn) return;
    this.#atMs = ms;
    for (const { view, instant } of found) this.#show(view.id, pastPicture(view, ms, instant), fromWords(instant));
  }

  /** What shows a connection as it was; null for one that was not recorded. */
  source(id: string): Source | null {
    return this.#shown.get(id)?.source ?? null;
  }

  close(): void {
    this.#turn += 1;
    this.feed.close();
    for (const { source } of this.#shown.values()) source.close();
    this.#shown.clear();
  }

  #show(id: string, picture: Picture, from: string): void {
    const known = this.#shown.get(id);
    // A recording that began with another namespace is one of another connection.
    if (known !== undefined && known.store.picture.namespace === picture.namespace) {
      known.from = from;
      known.store.show(picture);
      this.feed.connectionsChanged();
      return;
    }
    if (known !== undefined) {
      this.feed.remove(known.source);
      known.source.close();
    }
    const store = new PictureStore(picture);
    const source = fixedSource(id, store, () => this.#shown.get(id)?.from ?? from, {
      onDirty: () => this.feed.sourceChanged(),
      onStatus: () => this.feed.connectionsChanged(),
    });
    this.#shown.set(id, { store, source, from });
    this.feed.add(source);
    source.start();
  }

  /** The recorded connections as they were, and those that stand at an instant of their own. */
  connectionViews(): readonly ConnectionView[] {
    return this.views().flatMap((view) => {
      const shown = this.#shown.get(view.id);
      if (shown === undefined) return this.fixed.some(({ id }) => id === view.id) ? [view] : [];
      // Nothing can be done to the past.
      const { operable, ...rest } = view;
      return [{ ...rest, status: shown.source.status, foreignKeyCount: shown.source.foreignKeyCount }];
    });
  }
}

/** Where a connection's picture is from, after "from". */
function fromWords(instant: Instant | null): string {
  if (instant === null) return 'nothing: it was not recorded yet';
  if (!instant.isRecorded) return 'the recording, as last seen before: then nothing was recorded';
  if (instant.guessed !== null) return `the store’s own past, ${guessedWords(instant.guessed)}`;
  if (!instant.isLive) return 'the recording, as last heard before: then the connection was lost';
  return 'the recording';
}

/** How well an instant is known that nobody saw. */
function guessedWords({ kind }: GuessedTime): string {
  switch (kind) {
    case 'near':
      return 'at about this time: Patroni’s history tells it';
    case 'between':
      return 'at a time that is guessed between two that are known';
    case 'before':
      return 'at a time that is guessed: it was before, and no more is known';
    default:
      return assertNever(kind);
  }
}

function pictureKind(kind: ConnectionView['kind']): PictureStoreKind {
  if (kind === 'snapshot') return 'unknown';
  return kind === 'exhibitor' ? 'zookeeper' : kind;
}

/** The picture of an instant of a connection; an empty one where nothing is known. */
export function pastPicture(view: ConnectionView, ms: number, instant: Instant | null): Picture {
  return {
    connection: view.name,
    store: { kind: view.picture?.storeKind ?? pictureKind(view.kind), version: view.picture?.storeVersion ?? null },
    namespace: instant?.namespace ?? view.picture?.namespace ?? '/service',
    at: new Date(ms).toISOString(),
    revision: instant?.revision ?? '0',
    nodes: instant === null ? [] : [...instant.nodes.values()],
    sessions: [],
    untold: [...new Set<Untold>([...(view.untold ?? view.picture?.untold ?? []), 'times-to-live'])],
  };
}
