import { z } from 'zod';
import type { ClusterSummary } from '../cluster/summary';
import type { StoreFailure, StoreProbe } from '../dcs/store';
import type { Result } from '../result';
import type { ClusterDetail, DetailPatch } from './detail';

// The whole contract between main and renderer: every request with the schema of its argument, every event with its
// type. Main checks each request against its schema before anything runs; the renderer never sends to anyone else.

const shortText = z.string().max(1024);

/** What a person may choose. Kept in the settings file. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']),
  /** Native notifications when a leader changes or a cluster loses its leader. */
  notifications: z.boolean(),
  /** Whether the practice herd is in the fleet list. */
  practice: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A connection to etcd v3 as it is kept in the settings file: no secret in it. */
export const etcd3SettingsSchema = z.object({
  kind: z.literal('etcd3'),
  id: z.string().min(1).max(64),
  /** What the fleet list calls it. */
  name: z.string().trim().min(1).max(80),
  /** Each `http://host:port` or `https://host:port`. */
  endpoints: z
    .array(z.string().regex(/^https?:\/\/[^/\s?#@]+$/i))
    .min(1)
    .max(32),
  /** Patroni's namespace, `/service` by default; slashes at its ends do not matter. */
  namespace: shortText,
  username: shortText.nullable(),
  /** Paths of PEM files; null for the system's CAs and for no client certificate. */
  caFile: shortText.nullable(),
  certFile: shortText.nullable(),
  keyFile: shortText.nullable(),
});
export type Etcd3Settings = z.infer<typeof etcd3SettingsSchema>;
export const connectionSettingsSchema = z.discriminatedUnion('kind', [etcd3SettingsSchema]);
export type ConnectionSettings = z.infer<typeof connectionSettingsSchema>;

/** What is to happen to a connection's password. A password goes from the renderer to main and never back. */
export const passwordChangeSchema = z.discriminatedUnion('kind', [
  /** As it is kept now. */
  z.object({ kind: z.literal('keep') }),
  z.object({ kind: z.literal('set'), value: z.string().min(1).max(4096) }),
  z.object({ kind: z.literal('remove') }),
  /** The one that an import found; main keeps it under this handle. */
  z.object({ kind: z.literal('imported'), handle: z.string().max(64) }),
]);
export type PasswordChange = z.infer<typeof passwordChangeSchema>;

/** A connection as the form gives it: `id` is empty for a new one. */
export const connectionDraftSchema = z.object({
  settings: z.discriminatedUnion('kind', [etcd3SettingsSchema.extend({ id: z.string().max(64) })]),
  password: passwordChangeSchema,
});
export type ConnectionDraft = z.infer<typeof connectionDraftSchema>;

/** How a connection is now. */
export type ConnectionStatus =
  | { readonly kind: 'connecting'; readonly since: string }
  /** `lastHeardAt` moves on with every answer of the store, at most once a second over IPC. */
  | { readonly kind: 'live'; readonly since: string; readonly lastHeardAt: string }
  /** The picture stays, as of `lastHeardAt` (null: never heard). `retryAt` is when the next attempt starts; null while one runs. */
  | {
      readonly kind: 'lost';
      readonly since: string;
      readonly lastHeardAt: string | null;
      readonly failure: StoreFailure;
      readonly retryAt: string | null;
    };

/** A connection as the window shows it. */
export interface ConnectionView {
  readonly id: string;
  readonly name: string;
  /** `practice` is the simulated herd: no server, nothing in it is real. */
  readonly kind: 'etcd3' | 'practice';
  /** Null for practice. */
  readonly settings: ConnectionSettings | null;
  /** From `--connect`: not in the settings file. */
  readonly temporary: boolean;
  readonly password: 'none' | 'keychain' | 'this-run';
  readonly status: ConnectionStatus;
  /** Keys below the namespace that belong to no Patroni cluster. */
  readonly foreignKeyCount: number;
}

/** A connection read from a patroni.yml or patronictl.yaml. */
export interface ImportedConnection {
  readonly settings: ConnectionSettings;
  /** Set when the file held a password. */
  readonly passwordHandle: string | null;
  /** Options of the file that were left out or changed, each a sentence. */
  readonly notes: readonly string[];
}

export type ImportOutcome =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'imported'; readonly file: string; readonly connections: readonly ImportedConnection[] }
  /** A sentence that says what the file is and what is missing in it. */
  | { readonly kind: 'refused'; readonly file: string; readonly message: string };

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
    | 'timeline-changed';
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
  /** From a file that main asks for, or from pasted text. */
  'connection.import': z.object({ text: z.string().max(1_000_000).nullable() }),
  'settings.update': settingsSchema.partial(),
  'file.choose': z.object({ purpose: z.enum(['ca', 'certificate', 'key']) }),
  /** Asks where to, and writes a file there. The name is a proposal, without its ending. */
  'file.save': z.object({
    name: shortText,
    kind: z.enum(['svg', 'png', 'csv']),
    content: z.union([z.string().max(50_000_000), z.instanceof(Uint8Array<ArrayBuffer>)]),
  }),
  /** Asks the person, then opens an http(s) link in the system's browser. */
  'link.open': z.object({ url: z.string().max(4096) }),
} as const;

/** What each request answers. */
export interface Responses {
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
  'settings',
  'find',
  'next-cluster',
  'previous-cluster',
  'shortcuts',
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** Every event that main sends. */
export interface Events {
  feed: FeedMessage;
  menu: MenuCommand;
  /** Settings changed elsewhere (menu). */
  settings: Settings;
  /** A notification was clicked: show this cluster. */
  'show-cluster': { readonly clusterId: string };
}
export type EventName = keyof Events;

/** What the preload puts on `window.herdscope`. */
export interface Bridge {
  request<N extends RequestName>(name: N, argument: RequestArgument<N>): Promise<Result<Responses[N], RequestError>>;
  /** The answer ends the subscription. */
  on<E extends EventName>(name: E, listen: (event: Events[E]) => void): () => void;
}
