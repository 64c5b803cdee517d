import type { Clock } from '../../app/clock';
import type { ConnectionView, FeedMessage } from '../../app/ipc/contract';
import type { Extent } from '../../app/ipc/time';
import type { Feed } from '../inspection/feed';
import type { Source } from '../inspection/source';
import type { Past } from './past';
import type { Recorders } from './recorders';

export interface ShownTimeOptions {
  readonly clock: Clock;
  readonly recorders: Pick<Recorders, 'at' | 'extent'>;
  /** The feed of what lives. */
  readonly live: Feed;
  /** The connections as they are now. */
  views(): readonly ConnectionView[];
  /** Those that stand at an instant of their own, whatever is shown of the others. */
  fixed(): readonly Source[];
  send(message: FeedMessage): void;
  /** Told when the past is left without the window having asked for it. */
  left(): void;
}

/** What the window shows: what lives, or all recorded connections as they were at an instant. */
export class ShownTime {
  #past: Past | null = null;
  /** Raised with each wish: one that was overtaken by another has no effect. */
  #turn = 0;

  constructor(private readonly options: ShownTimeOptions) {}

  /** The feed that the window hears. */
  get feed(): Feed {
    return this.#past?.feed ?? this.options.live;
  }

  get isPast(): boolean {
    return this.#past !== null;
  }

  /** The source that shows a connection as it was; null while what lives is shown, and for one that was not recorded. */
  pastSource(connectionId: string): Source | null {
    return this.#past?.source(connectionId) ?? null;
  }

  /** The connections as the window shows them. */
  views(): readonly ConnectionView[] {
    return this.#past?.connectionViews() ?? this.options.views();
  }

  async extent(): Promise<Extent> {
    const connections = await this.options.recorders.extent();
    const { clock } = this.options;
    const shown = this.#past?.atMs ?? null;
    return {
      now: new Date(clock.now()).toISOString(),
      shownAt: shown === null ? null : new Date(shown).toISOString(),
      connections,
    };
  }

  /** Shows an instant, in milliseconds since 1970, or (null) what lives. Whether the window must ask for the whole again. */
  async seek(ms: number | null): Promise<boolean> {
    this.#turn += 1;
    const turn = this.#turn;
    if (ms === null) return this.#close();
    // Loaded before anything is decided: another wish may come meanwhile.
    const { Past } = await import('./past');
    if (turn !== this.#turn) return false;
    const isOther = this.#past === null;
    this.#past ??= this.#open(Past);
    await this.#past.seek(ms);
    return isOther;
  }

  /** Shows what lives, and tells the window if it did not. */
  leave(): void {
    this.#turn += 1;
    if (this.#close()) this.options.left();
  }

  /** The window is gone: the next one begins with what lives. */
  windowGone(): void {
    this.#turn += 1;
    this.#close();
  }

  #open(make: typeof Past): Past {
    const { clock, recorders, views, fixed, send, live } = this.options;
    live.stop();
    return new make(clock, recorders, views, fixed(), send);
  }

  #close(): boolean {
    const past = this.#past;
    this.#past = null;
    past?.close();
    return past !== null;
  }
}
