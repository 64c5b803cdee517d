import type { Clock } from '../../app/clock';
import type { ClusterSummary } from '../../app/cluster/summary';
import type { ConnectionView, FeedMessage, FeedStart, ObservedEvent } from '../../app/ipc/contract';
import type { ClusterDetail, DetailPatch } from '../../app/ipc/detail';
import { diffDetail, isEmptyPatch } from '../../app/ipc/diff-detail';
import type { Source } from './source';
import { SessionQuestions } from './session-questions';

/** After a message the next one waits this long, so that a flood of changes becomes one message for each frame. */
const frameMs = 16;

/** After a look that took long (hundreds of members) the next one waits this many times as long: most of the time is for others. */
const restFactor = 3;

/** How often what depends on the time of day (a scheduled switchover) is looked at again. */
const timeMs = 10_000;

const mostEvents = 500;

export interface FeedListener {
  /** To the window. */
  send(message: FeedMessage): void;
  /** What happened, as it is found, whether or not a window listens. */
  happened(events: readonly ObservedEvent[]): void;
}

/**
 * What the window is told: the whole when it asks, then what changed and no more. The first change goes at once, in the
 * same turn in which the store reported it; what follows within a frame goes together.
 */
export class Feed {
  readonly #sources = new Map<string, Source>();
  readonly #sessions: SessionQuestions;
  #events: readonly ObservedEvent[] = [];
  #eventCount = 0;
  #seq = 0;
  /** The window has the whole picture and hears what changes. */
  #started = false;
  #stopTimer: (() => void) | null = null;
  /** A change was told less than a frame ago: what comes now waits for the timer. */
  #frameOpen = false;
  #stopTime: (() => void) | null = null;
  #flushing = false;

  // What the next message holds.
  #set = new Map<string, ClusterSummary>();
  #removed = new Set<string>();
  #newEvents: ObservedEvent[] = [];
  #connectionsChanged = false;
  #foreignKeys = '';
  #detailTouched = false;
  #sourcesTouched = false;

  readonly #watchers = new Set<{ readonly clusterId: string; readonly heard: () => void }>();

  /** The cluster that the window shows, as it was told. `source` is null while its connection is gone, e.g. made anew. */
  #open: { readonly clusterId: string; source: Source | null; sent: ClusterDetail } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly connections: () => readonly ConnectionView[],
    private readonly listener: FeedListener,
  ) {
    this.#sessions = new SessionQuestions(clock, () => {
      this.#detailTouched = true;
      this.#later();
    });
  }

  /** A source's clusters are in the fleet from now on. It tells through `sourceChanged`. */
  add(source: Source): void {
    this.#sources.set(source.id, source);
    this.#stopTime ??= this.clock.after(timeMs, this.#timePassed);
    this.connectionsChanged();
  }

  /** A source and its clusters leave the fleet. */
  remove(source: Source): void {
    if (this.#sources.get(source.id) !== source) return;
    for (const { id } of source.summaries()) {
      this.#set.delete(id);
      this.#removed.add(id);
    }
    this.#sources.delete(source.id);
    this.#events = this.#events.filter(({ clusterId }) => !clusterId.startsWith(`${source.id}/`));
    if (this.#open?.source === source) {
      this.#open.source = null;
      this.#detailTouched = true;
      this.#sessions.close();
    }
    this.connectionsChanged();
  }

  /** Some cluster of a source changed: it is told at once, or with this frame's. */
  sourceChanged(): void {
    this.#sourcesTouched = true;
    if (!this.#frameOpen && !this.#flushing) this.#flush();
  }

  /** A connection came, went, or is in another status. This is told within a frame, and never makes a change wait. */
  connectionsChanged(): void {
    this.#connectionsChanged = true;
    this.#later();
    for (const { heard } of [...this.#watchers]) heard();
  }

  /** The whole fleet as of now; messages go on from it. No cluster is open. */
  start(): FeedStart {
    this.open(null);
    this.#collect();
    this.#forgetPending();
    this.#started = true;
    this.#holdUntilAnswered();
    const summaries = [...this.#sources.values()].flatMap((source) => source.summaries());
    return { seq: this.#seq, connections: this.connections(), summaries, events: this.#events };
  }

  /** The window is gone: nothing is sent until it asks for the whole again. */
  stop(): void {
    this.#started = false;
    this.open(null);
    this.#forgetPending();
  }

  /** Opens a cluster: its detail as of now; messages go on from it. Null closes, and is the answer for an unknown id. */
  open(clusterId: string | null): ClusterDetail | null {
    this.#open = null;
    this.#sessions.close();
    if (clusterId === null) return null;
    this.#collect();
    for (const source of this.#sources.values()) {
      const sent = source.detail(clusterId, []);
      if (sent === null) continue;
      this.#open = { clusterId, source, sent };
      this.#detailTouched = false;
      this.#holdUntilAnswered();
      this.#sessions.open(source, clusterId);
      return sent;
    }
    return null;
  }

  /** A cluster's line in the fleet list as of the last look; null when there is no such cluster. */
  summary(clusterId: string): ClusterSummary | null {
    for (const source of this.#sources.values()) {
      const summary = source.summary(clusterId);
      if (summary !== null) return summary;
    }
    return null;
  }

  /** A cluster as of now, without its sessions; null when there is no such cluster. */
  detail(clusterId: string): ClusterDetail | null {
    this.#collect();
    for (const source of this.#sources.values()) {
      const detail = source.detail(clusterId, []);
      if (detail !== null) return detail;
    }
    return null;
  }

  /** What is left of a session, in seconds; null when its store does not tell. */
  async remainingSeconds(clusterId: string, session: string): Promise<number | null> {
    const source = [...this.#sources.values()].find((one) => one.summary(clusterId) !== null);
    const [state] = (await source?.askSessions([session])) ?? [];
    return state?.remainingTtlSeconds ?? null;
  }

  /** Calls `heard` after each look at changed keys of a cluster, and when a connection's status changes. The answer ends it. */
  watch(clusterId: string, heard: () => void): () => void {
    const watcher = { clusterId, heard };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** A key's whole value; null when there is no such cluster or key. */
  value(clusterId: string, key: string): string | null {
    for (const source of this.#sources.values()) {
      const value = source.value(clusterId, key);
      if (value !== null) return value;
    }
    return null;
  }

  /** Ends its timers. */
  close(): void {
    this.stop();
    this.#stopTime?.();
    this.#stopTimer?.();
  }

  readonly #timePassed = (): void => {
    this.#stopTime = this.clock.after(timeMs, this.#timePassed);
    for (const source of this.#sources.values()) if (source.markTimeDependent()) this.sourceChanged();
  };

  #later(): void {
    this.#stopTimer ??= this.clock.after(frameMs, this.#timerRan);
  }

  /** Until the timer has run, changes wait for it. */
  #openFrame(ms: number): void {
    this.#frameOpen = true;
    this.#stopTimer?.();
    this.#stopTimer = this.clock.after(ms, this.#timerRan);
  }

  /** The answer to a request is sent when its promise settles: no message may overtake it. */
  #holdUntilAnswered(): void {
    if (!this.#frameOpen) this.#openFrame(0);
  }

  readonly #timerRan = (): void => {
    this.#stopTimer = null;
    this.#frameOpen = false;
    this.#flush();
  };

  #flush(): void {
    this.#flushing = true;
    const begin = this.clock.now();
    try {
      if (this.#collect()) this.#openFrame(Math.max(frameMs, restFactor * (this.clock.now() - begin)));
      if (this.#started) {
        const message = this.#message();
        if (message !== null) this.listener.send(message);
      } else {
        this.#forgetPending();
      }
    } finally {
      this.#flushing = false;
    }
  }

  /** Looks at what changed in all sources and keeps it for the next message. False when nothing did. */
  #collect(): boolean {
    if (!this.#sourcesTouched) return false;
    this.#sourcesTouched = false;
    const happened: ObservedEvent[] = [];
    const touched = new Set<string>();
    for (const source of this.#sources.values()) {
      const changes = source.look();
      for (const summary of changes.set) {
        this.#set.set(summary.id, summary);
        this.#removed.delete(summary.id);
      }
      for (const id of changes.removed) {
        this.#set.delete(id);
        this.#removed.add(id);
      }
      for (const id of changes.touched) touched.add(id);
      for (const id of changes.removed) touched.add(id);
      if (this.#open?.source === source && changes.touched.has(this.#open.clusterId)) this.#detailTouched = true;
      for (const happening of changes.happenings) happened.push(this.#event(happening));
    }
    this.#lookForOpenCluster();
    this.#lookForForeignKeys();
    if (happened.length > 0) {
      this.#events = [...this.#events, ...happened].slice(-mostEvents);
      this.#newEvents.push(...happened);
      this.listener.happened(happened);
    }
    for (const { clusterId, heard } of [...this.#watchers]) if (touched.has(clusterId)) heard();
    return true;
  }

  #event(happening: Pick<ObservedEvent, 'kind' | 'words' | 'clusterId'>): ObservedEvent {
    this.#eventCount += 1;
    const { kind, words, clusterId } = happening;
    return { id: String(this.#eventCount), at: new Date(this.clock.now()).toISOString(), clusterId, kind, words };
  }

  /** The open cluster's connection was made anew: the window goes on with what it shows. */
  #lookForOpenCluster(): void {
    const open = this.#open;
    if (open === null || open.source !== null) return;
    for (const source of this.#sources.values()) {
      if (source.detail(open.clusterId, []) === null) continue;
      open.source = source;
      this.#detailTouched = true;
      this.#sessions.open(source, open.clusterId);
    }
  }

  /** The count is part of a connection's view. */
  #lookForForeignKeys(): void {
    const counts = [...this.#sources.values()].map(({ foreignKeyCount }) => foreignKeyCount).join();
    if (counts !== this.#foreignKeys) this.#connectionsChanged = true;
    this.#foreignKeys = counts;
  }

  /** What is to be told; null when nothing is. */
  #message(): FeedMessage | null {
    const detail = this.#detailPatch();
    const something =
      this.#set.size + this.#removed.size + this.#newEvents.length > 0 || this.#connectionsChanged || detail !== null;
    if (!something) return null;
    this.#seq += 1;
    const message: FeedMessage = {
      seq: this.#seq,
      ...(this.#connectionsChanged ? { connections: this.connections() } : {}),
      ...(this.#set.size > 0 ? { summariesSet: [...this.#set.values()] } : {}),
      ...(this.#removed.size > 0 ? { summariesRemoved: [...this.#removed] } : {}),
      ...(detail === null ? {} : { detail }),
      ...(this.#newEvents.length > 0 ? { events: this.#newEvents.slice(-mostEvents) } : {}),
    };
    this.#forgetPending();
    return message;
  }

  #detailPatch(): DetailPatch | null {
    const open = this.#open;
    if (open === null || !this.#detailTouched) return null;
    this.#detailTouched = false;
    this.#sessions.askForNew();
    const now = open.source?.detail(open.clusterId, this.#sessions.known()) ?? null;
    // A cluster whose last key went away: the window keeps it open, empty, until it comes back or another is chosen.
    const detail = now ?? { ...open.sent, groups: [], findings: [], keys: [], sessions: [] };
    const patch = diffDetail(open.sent, detail);
    open.sent = detail;
    return isEmptyPatch(patch) ? null : patch;
  }

  #forgetPending(): void {
    this.#set = new Map();
    this.#removed = new Set();
    this.#newEvents = [];
    this.#connectionsChanged = false;
  }
}
