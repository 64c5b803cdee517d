import type { Extent, RecordedConnection } from '../../app/ipc/time';

/** A stretch of time, in milliseconds since 1970. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stretch of a recording. */
export interface RecordedStretch extends Stretch {
  /** Nobody watched then: the store told it later, and the times are guessed. */
  readonly isGuessed: boolean;
}

/** What was recorded of a connection, as of now. */
export interface Recorded {
  /** By time; between them nothing was recorded. */
  readonly spans: readonly RecordedStretch[];
  /** When its store was not heard. */
  readonly lost: readonly Stretch[];
}

/** So long after a recording's last line it still counts as going on, ms. */
const GOES_ON_MS = 5000;

const stretch = ({ from, to }: { readonly from: string; readonly to: string }): Stretch => ({
  fromMs: Date.parse(from),
  toMs: Date.parse(to),
});

/** What was recorded of a connection up to now: main was asked a while ago, and what was being recorded went on. */
export function recordedUpTo(connection: RecordedConnection, extent: Extent, nowMs: number): Recorded {
  const askedMs = Date.parse(extent.now);
  const goOn = (one: RecordedStretch, i: number, all: readonly RecordedStretch[]): RecordedStretch =>
    i === all.length - 1 && connection.isOn && one.toMs >= askedMs - GOES_ON_MS
      ? { ...one, toMs: Math.max(one.toMs, nowMs) }
      : one;
  return {
    spans: connection.spans.map((span) => ({ ...stretch(span), isGuessed: span.isGuessed === true })).map(goOn),
    lost: connection.lost.map(stretch),
  };
}

/** An instant at which something was recorded: itself, or the next such; null when none comes. */
export function nextRecorded({ spans }: Recorded, ms: number): number | null {
  for (const { fromMs, toMs } of spans) if (ms <= toMs) return Math.max(ms, fromMs);
  return null;
}

/** Where the span begins that an instant lies in; null where nothing was recorded. */
export function recordedSince({ spans }: Recorded, ms: number): number | null {
  return spans.find(({ fromMs, toMs }) => fromMs <= ms && ms <= toMs)?.fromMs ?? null;
}
