import type { RecordedConnection } from '../../app/ipc/time';
import type { Result } from '../../app/result';
import type { HeldRecording } from '../../app/snapshot/held-recording';
import type { Stretch } from '../../app/snapshot/stretch';
import { lostSpans } from './lost-spans';
import type { PlayedBack } from './play-back';
import type { StretchWanted } from './read-stretch';
import { type Instant, Recording } from './recording';
import { heldSegments, type Segments } from './segments';

interface Held {
  readonly of: HeldRecording;
  readonly segments: Segments;
  readonly recording: Recording;
  /** Null until it was played back, which begins when it is first asked for. */
  played: PlayedBack | null;
  isPlaying: boolean;
  readonly leaving: AbortController;
}

/** Stretches of recordings out of files, each of a connection that shows its picture. */
export class HeldRecordings {
  readonly #held = new Map<string, Held>();

  /** `changed` is told when it is known what happened in one of them. */
  constructor(private readonly changed: () => void) {}

  hold(id: string, of: HeldRecording): void {
    const segments = heldSegments(of);
    const recording = new Recording(segments);
    this.#held.set(id, { of, segments, recording, played: null, isPlaying: false, leaving: new AbortController() });
  }

  /** The file was closed. */
  release(id: string): void {
    this.#held.get(id)?.leaving.abort();
    this.#held.delete(id);
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  /** How it was at `ms` since 1970; null before its beginning. */
  async at(id: string, ms: number): Promise<Instant | null> {
    return (await this.#held.get(id)?.recording.at(ms)) ?? null;
  }

  extent(): Promise<readonly RecordedConnection[]> {
    return Promise.all([...this.#held].map(([id, held]) => this.#extentOf(id, held)));
  }

  /** A part of it, to be written into another file; null for one that is not held. */
  async stretch(id: string, wanted: StretchWanted): Promise<Result<Stretch | null, string> | null> {
    const held = this.#held.get(id);
    if (held === undefined) return null;
    const { readStretch } = await import('./read-stretch');
    return readStretch(held.segments, wanted);
  }

  async #extentOf(id: string, held: Held): Promise<RecordedConnection> {
    const { of } = held;
    if (!held.isPlaying) void this.#play(held);
    const spans = await held.recording.spans();
    const { events, heard } = held.played ?? { events: [], heard: [] };
    return {
      id,
      isOn: false,
      bytes: of.segments.reduce(
        (sum, { lines }) => sum + lines.reduce((length, line) => length + line.length + 1, 0),
        0,
      ),
      spans: spans.map(({ beginMs, endMs, isGuessed }) => ({
        from: new Date(beginMs).toISOString(),
        to: new Date(endMs).toISOString(),
        ...(isGuessed ? { isGuessed } : {}),
      })),
      lost: lostSpans(heard, Date.parse(of.to)),
      events: events.map((event) => ({ ...event, clusterId: `${id}/${event.clusterId}` })),
    };
  }

  /** What happened in it takes a while to find: nobody waits for it. */
  async #play(held: Held): Promise<void> {
    held.isPlaying = true;
    const { playBack } = await import('./play-back');
    held.played = await playBack(held.segments, 'file-', () => true, held.leaving.signal);
    if (!held.leaving.signal.aborted) this.changed();
  }
}
