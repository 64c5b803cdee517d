import { z } from 'zod';
import type { ObservedEvent } from './contract';
import type { ComparedClusters } from './snapshot';

// Requests about the past: what was recorded, and showing an instant of it.

/** A stretch of time, ISO 8601. */
export interface RecordedSpan {
  readonly from: string;
  readonly to: string;
  /** Nobody watched: what the store itself still knew was read later, and its times are guessed. */
  readonly isGuessed?: boolean;
}

/** What became of reading the past that a store still knew from before it was recorded. */
export type PastOfStore =
  /** It is read soon, or is being read. */
  | { readonly kind: 'waiting' | 'reading' }
  /** So many changes were added; `isCut`: the store has older ones, which were too many. */
  | { readonly kind: 'added'; readonly changes: number; readonly isCut: boolean }
  /** A store of this kind keeps no past. */
  | { readonly kind: 'none' }
  /** It is not the store that was recorded before, or was restored: its past has no place after what is recorded. */
  | { readonly kind: 'other-store' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly why: string };

/** What was recorded of a connection. */
export interface RecordedConnection {
  readonly id: string;
  /** Whether it is being recorded. */
  readonly isOn: boolean;
  /** On disk, events included. */
  readonly bytes: number;
  /** By time; between them nothing was recorded. */
  readonly spans: readonly RecordedSpan[];
  /** Absent for what is not a store: the practice herd, a file. */
  readonly past?: PastOfStore;
  /** When the store was not heard, within the spans: what is recorded there is what was known last. */
  readonly lost: readonly RecordedSpan[];
  readonly events: readonly ObservedEvent[];
}

/** All that the time bar is drawn from. */
export interface Extent {
  /** When it was asked for, ISO 8601: its right end. */
  readonly now: string;
  /** What the window shows: an instant, or (null) what lives. */
  readonly shownAt: string | null;
  readonly connections: readonly RecordedConnection[];
}

const instant = z.iso.datetime();

export const timeRequests = {
  'time.extent': z.undefined(),
  /** Shows all connections as they were then, until another instant is asked for; null goes back to now. */
  'time.seek': z.object({ at: instant.nullable() }),
  /** What changed in a recorded cluster between two instants. */
  'time.compare': z.object({ clusterId: z.string().max(1024), from: instant, to: instant }),
  /** Deletes what was recorded of a connection. It goes on to be recorded if it was. */
  'time.forget': z.object({ id: z.string().max(64) }),
} as const;

export interface TimeResponses {
  'time.extent': Extent;
  /** Whether the window's feed is another one from here on, so that it must ask for the whole again. */
  'time.seek': { readonly isOtherFeed: boolean };
  'time.compare': ComparedClusters;
  'time.forget': null;
}

export interface TimeEvents {
  /** Main shows what lives again, without having been asked to: something was opened or changed that the past has not. */
  'past-left': null;
  /** More is recorded than the window knows of: a store's own past was added, or a file was played back. */
  'recordings-changed': null;
}
