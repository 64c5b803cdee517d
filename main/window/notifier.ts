import type { Clock } from '../../app/clock';
import type { ObservedEvent } from '../../app/ipc/contract';

/** A native notification. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  /** Shown when it is clicked; null for none in particular. */
  readonly clusterId: string | null;
}

/** In a window of time only so many are shown, and then one that says that there is more. */
const burst = { most: 4, windowMs: 60_000 } as const;

const kinds: ReadonlySet<ObservedEvent['kind']> = new Set(['leader-changed', 'leader-lost', 'leader-elected']);

/** Decides what of all that happens is worth a native notification: leaders that change or are lost, but no flood of them. */
export class Notifier {
  #shownAt: readonly number[] = [];
  #toldOfMore = false;

  /** `titleOf` names a cluster for a person; null for one that nobody is told about (practice). */
  constructor(
    private readonly clock: Clock,
    private readonly titleOf: (clusterId: string) => string | null,
    private readonly show: (notice: Notice) => void,
  ) {}

  happened(events: readonly ObservedEvent[]): void {
    for (const { kind, clusterId, words } of events) {
      const title = kinds.has(kind) ? this.titleOf(clusterId) : null;
      if (title !== null) this.#tell({ title, body: sentence(words), clusterId });
    }
  }

  #tell(notice: Notice): void {
    const now = this.clock.now();
    this.#shownAt = this.#shownAt.filter((at) => Math.abs(now - at) < burst.windowMs);
    if (this.#shownAt.length < burst.most) {
      this.#shownAt = [...this.#shownAt, now];
      this.#toldOfMore = false;
      this.show(notice);
    } else if (!this.#toldOfMore) {
      this.#toldOfMore = true;
      this.show({ title: 'More leaders are changing', body: 'The window shows all of them.', clusterId: null });
    }
  }
}

function sentence(words: string): string {
  return `${words}.`;
}
