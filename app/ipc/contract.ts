import { z } from 'zod';
import type { ClusterSummary } from '../cluster/summary';
import type { StoreFailure, StoreProbe } from '../dcs/store';
import type { OperationView } from '../operations/record';
import type { Result } from '../result';
import { bastionRequests, type BastionResponses } from './connections/bastion';
import { operationRequests, type OperationResponses } from './operations';
import {
  connectionDraftSchema,
  importSourceSchema,
  type ConnectionDraft,
  type ConnectionStatus,
  type ConnectionView,
  type ImportedConnection,
  type ImportOutcome,
} from './connections/connection';
import { shortText } from './connections/fields';
import { type ConnectionSettings, connectionSettingsSchema } from './connections/settings';
import { type BeginningEvents, beginningRequests, type BeginningResponses } from './beginnings';
import { databaseRequests, type DatabaseResponses } from './database';
import type { ClusterDetail, DetailPatch } from './detail';
import { incidentRequests, type IncidentResponses } from './incident';
import { practiceRequests, type PracticeResponses } from './practice';
import { reportRequests, type ReportResponses } from './report';
import { type SnapshotEvents, snapshotRequests, type SnapshotResponses } from './snapshot';
import { type TimeEvents, timeRequests, type TimeResponses } from './time';

export { connectionDraftSchema, connectionSettingsSchema };
export type {
  ConnectionDraft,
  ConnectionSettings,
  ConnectionStatus,
  ConnectionView,
  ImportedConnection,
  ImportOutcome,
};

// The whole contract between main and renderer: every request with the schema of its argument, every event with its
// type. Main checks each request against its schema before anything runs; the renderer never sends to anyone else.

/** What a person may choose. Kept in the settings file. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']),
  /** Native notifications when a leader changes or a cluster loses its leader. */
  notifications: z.boolean(),
  /** Whether the practice herd is in the fleet list. */
  practice: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Something that happened to a cluster while the program watched. */
export interface ObservedEvent {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly clusterId: string;
  readonly kind:
    | 'leader-changed'
    | 'leader-lost'
    | 'leader-elected'
    | 'member-joined'
    | 'member-left'
    | 'paused'
    | 'resumed'
    | 'config-changed'
    | 'timeline-changed'
    | 'finding-came'
    | 'finding-went';
  /** A short sentence, e.g. `pg1 → pg2`. */
  readonly words: string;
}

/** The fleet as a whole; later messages change it. */
export interface FeedStart {
  readonly seq: number;
  readonly connections: readonly ConnectionView[];
  readonly summaries: readonly ClusterSummary[];
  /** The newest last, at most 500. */
  readonly events: readonly ObservedEvent[];
}

/** What changed since the message before: `seq` is one more, or the renderer asks for the whole again. */
export interface FeedMessage {
  readonly seq: number;
  /** All of them, when one changed. */
  readonly connections?: readonly ConnectionView[];
  readonly summariesSet?: readonly ClusterSummary[];
  readonly summariesRemoved?: readonly string[];
  /** For the cluster that `cluster.open` named last. */
  readonly detail?: DetailPatch;
  readonly events?: readonly ObservedEvent[];
}

/** What the window needs once, at its start. */
export interface SessionStart {
  readonly appVersion: string;
  readonly platform: string;
  readonly settings: Settings;
  /** Where secrets can be kept on this machine. */
  readonly secrets: 'keychain' | 'this-run';
  /** Sentences for the person about this start, e.g. that the settings file could not be read and what was done. */
  readonly notices: readonly string[];
  readonly feed: FeedStart;
}

/** A request that failed in a way that the person can act on. */
export interface RequestError {
  readonly code: 'invalid' | 'not-found' | 'refused' | 'internal';
  readonly message: string;
}

const nothing = z.undefined();
/** Of a file that the window writes: characters of a text, bytes of a picture. */
const MOST_SAVED = 50_000_000;

/** Every request: its argument's schema. */
export const requestSchemas = {
  'session.start': nothing,
  /** The feed sends this cluster's detail from now on; null for none. */
  'cluster.open': z.object({ clusterId: shortText.nullable() }),
  /** The whole value of a key that the detail holds truncated. */
  'cluster.value': z.object({ clusterId: shortText, key: z.string().max(4096) }),
  'connection.test': connectionDraftSchema,
  'connection.save': connectionDraftSchema,
  'connection.remove': z.object({ id: z.string().max(64) }),
  /** Tries again at once. */
  'connection.retry': z.object({ id: z.string().max(64) }),
  'connection.import': importSourceSchema,
  'settings.update': settingsSchema.partial(),
  'file.choose': z.object({ purpose: z.enum(['ca', 'certificate', 'key', 'kubeconfig']) }),
  /** Asks where to, and writes a file there. The name is a proposal, without its ending. */
  'file.save': z.object({
    name: shortText,
    kind: z.enum(['svg', 'png', 'csv', 'md', 'json']),
    content: z.union([
      z.string().max(MOST_SAVED),
      z.instanceof(Uint8Array<ArrayBuffer>).refine(({ byteLength }) => byteLength <= MOST_SAVED),
    ]),
  }),
  /** Asks the person, then opens an http(s) link in the system's browser. */
  'link.open': z.object({ url: z.string().max(4096) }),
  ...snapshotRequests,
  ...timeRequests,
  ...operationRequests,
  ...databaseRequests,
  ...beginningRequests,
  ...practiceRequests,
  ...reportRequests,
  ...bastionRequests,
  ...incidentRequests,
} as const;

/** What each request answers. */
export interface Responses
  extends
    SnapshotResponses,
    OperationResponses,
    DatabaseResponses,
    BeginningResponses,
    PracticeResponses,
    ReportResponses,
    BastionResponses,
    TimeResponses,
    IncidentResponses {
  'session.start': SessionStart;
  'cluster.open': ClusterDetail | null;
  'cluster.value': string;
  'connection.test': Result<StoreProbe, StoreFailure>;
  'connection.save': ConnectionView;
  'connection.remove': null;
  'connection.retry': null;
  'connection.import': ImportOutcome;
  'settings.update': Settings;
  'file.choose': string | null;
  /** Where it was written; null when the person chose no place. */
  'file.save': string | null;
  'link.open': null;
}

export type RequestName = keyof typeof requestSchemas;
export type RequestArgument<N extends RequestName> = z.infer<(typeof requestSchemas)[N]>;

/** Commands of the native menu. */
export const menuCommands = [
  'palette',
  'add-connection',
  'import-connection',
  'open-snapshot',
  'export-snapshot',
  'report',
  'settings',
  'find',
  'next-cluster',
  'previous-cluster',
  'shortcuts',
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** Every event that main sends. */
export interface Events extends SnapshotEvents, TimeEvents, BeginningEvents {
  feed: FeedMessage;
  menu: MenuCommand;
  /** Settings changed elsewhere (menu). */
  settings: Settings;
  /** A notification was clicked: show this cluster. */
  'show-cluster': { readonly clusterId: string };
  /** Something of an operation is another: the whole of it. */
  operation: OperationView;
}
export type EventName = keyof Events;

/** What the preload puts on `window.herdscope`. */
export interface Bridge {
  request<N extends RequestName>(name: N, argument: RequestArgument<N>): Promise<Result<Responses[N], RequestError>>;
  /** The answer ends the subscription. */
  on<E extends EventName>(name: E, listen: (event: Events[E]) => void): () => void;
}
