import { z } from 'zod';
import type { Comparison } from '../snapshot/compare/compare';
import { MOST_FILES, MOST_PASTED } from '../snapshot/limits';
import type { PictureStoreKind, Untold } from '../snapshot/picture';

// Requests about snapshots: pictures of a store out of a file.

/** Where a picture is from, as the window shows it. */
export interface PictureView {
  /** The file's name; `pasted text` for what was pasted. */
  readonly file: string;
  readonly storeKind: PictureStoreKind;
  readonly storeVersion: string | null;
  readonly namespace: string;
  /** What its origin does not tell: not known, which is not the same as not there. */
  readonly untold: readonly Untold[];
  /** Sentences about what of the file could not be read or was left out. */
  readonly notes: readonly string[];
  /** The stretch of time that can be moved through; null for a file of one instant. */
  readonly recording: { readonly from: string; readonly to: string } | null;
}

const shortText = z.string().max(1024);
/** The last instant that a `Date` can be. */
const MOST_INSTANT_MS = 8.64e15;
const id = z.string().max(64);

/** What goes into a file. */
const extentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cluster'), clusterId: shortText }),
  z.object({ kind: z.literal('connection'), id }),
  z.object({ kind: z.literal('all') }),
]);
export type Extent = z.infer<typeof extentSchema>;

const exportSchema = z.object({
  extent: extentSchema,
  /** Whether host names, addresses, users, members and clusters get other names. Secrets always go. */
  replaceNames: z.boolean(),
  /** The stretch of time that the file holds besides its end; null for the picture alone. */
  span: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }).nullable().default(null),
});
/** What a file is to hold. */
export type ExportWanted = z.infer<typeof exportSchema>;

export const snapshotRequests = {
  /** What would be in the file, before it is written. */
  'snapshot.survey': exportSchema,
  /** Asks where to, and writes it there. */
  'snapshot.export': exportSchema,
  /** Asks for files and opens them; several belong together. */
  'snapshot.open': z.undefined(),
  /** Opens what was dropped onto the window; several belong together. */
  'snapshot.drop': z.object({
    files: z
      .array(
        z.object({
          name: z.string().max(4096),
          bytes: z.instanceof(Uint8Array<ArrayBuffer>),
          /** Milliseconds since 1970. */
          modifiedAt: z.number().min(0).max(MOST_INSTANT_MS).nullable(),
        }),
      )
      .min(1)
      .max(MOST_FILES),
  }),
  'snapshot.paste': z.object({ text: z.string().max(MOST_PASTED) }),
  /** Opens one of the examples that come with the program. */
  'snapshot.example': z.object({ name: z.string().regex(/^[a-z0-9-]{1,40}$/) }),
  /** What changed from one cluster to another: of a snapshot, or live as it is now. */
  'snapshot.compare': z.object({ before: shortText, after: shortText }),
  /** Takes a picture out of the window. The file stays. */
  'snapshot.close': z.object({ id }),
} as const;

/** One connection in a file that is to be written. */
export interface SurveyedPicture {
  readonly connection: string;
  readonly at: string;
  readonly clusters: readonly string[];
  readonly keys: number;
  /** Of keys and values, before they are compressed. */
  readonly bytes: number;
  readonly untold: readonly Untold[];
  /** What was recorded before it; null where only the picture is wanted, or nothing was recorded. */
  readonly recorded: { readonly from: string; readonly to: string; readonly changes: number } | null;
}

/** What would be in a file. */
export interface SnapshotSurvey {
  readonly pictures: readonly SurveyedPicture[];
  /** Keys that hold a secret, which is taken out of them; the first 200. */
  readonly secretKeys: readonly string[];
  readonly secretKeyCount: number;
  /** How many of each get another name, and the first of them; null when names stay. */
  readonly replaced: readonly ReplacedNames[] | null;
}

export interface ReplacedNames {
  readonly what: 'clusters' | 'members' | 'hosts' | 'users';
  readonly count: number;
  readonly first: readonly (readonly [was: string, is: string])[];
}

/** What changed between two clusters, and as of when each of them is. */
export interface ComparedClusters {
  readonly beforeAt: string;
  readonly afterAt: string;
  readonly comparison: Comparison;
}

export type SnapshotOpened =
  | { readonly kind: 'cancelled' }
  /** Ids of the connections that show it, and sentences about what could not be read. */
  | {
      readonly kind: 'opened';
      readonly file: string;
      readonly ids: readonly string[];
      readonly notes: readonly string[];
    }
  /** A sentence that says what it is and what is wrong. */
  | { readonly kind: 'refused'; readonly file: string; readonly message: string };

export interface SnapshotResponses {
  'snapshot.survey': SnapshotSurvey;
  /** Where it was written; null when the person chose no place. */
  'snapshot.export': string | null;
  'snapshot.open': SnapshotOpened;
  'snapshot.drop': SnapshotOpened;
  'snapshot.paste': SnapshotOpened;
  'snapshot.example': SnapshotOpened;
  'snapshot.compare': ComparedClusters;
  'snapshot.close': null;
}

export interface SnapshotEvents {
  /** A file was opened from outside the window: by double click, on the command line, by another instance. */
  'snapshot-opened': SnapshotOpened;
}
