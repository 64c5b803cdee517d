import { z } from 'zod';
import type { StoreFailure } from '../../dcs/store';
import type { Untold } from '../../snapshot/picture';
import type { PictureView } from '../snapshot';
import { secretChangesSchema, type SecretName, type SecretPlaces } from './secrets';
import { connectionSettingsSchema, type ConnectionKind, type ConnectionSettings } from './settings';

/** A connection as the form gives it: `id` is empty for a new one. */
export const connectionDraftSchema = z.object({
  settings: connectionSettingsSchema,
  secrets: secretChangesSchema,
});
export type ConnectionDraft = z.infer<typeof connectionDraftSchema>;

/** How a connection is now. */
export type ConnectionStatus =
  | { readonly kind: 'connecting'; readonly since: string }
  /** `lastHeardAt` moves on with every answer of the store, at most once a second over IPC. */
  | {
      readonly kind: 'live';
      readonly since: string;
      readonly lastHeardAt: string;
      /** How the store is reached where that is not its usual way, e.g. `etcd’s HTTP gateway`. */
      readonly by?: string;
    }
  /** The picture stays, as of `lastHeardAt` (null: never heard). `retryAt` is when the next attempt starts; null while one runs. */
  | {
      readonly kind: 'lost';
      readonly since: string;
      readonly lastHeardAt: string | null;
      readonly failure: StoreFailure;
      readonly retryAt: string | null;
    }
  /** A picture of one instant, out of a file or a recording: nothing in it moves, and `at` is its now. */
  | { readonly kind: 'as-of'; readonly at: string; readonly from: string };

/** A connection as the window shows it. */
export interface ConnectionView {
  readonly id: string;
  readonly name: string;
  /** `practice` is the simulated herd: no server, nothing in it is real. `snapshot` is a picture out of a file. */
  readonly kind: ConnectionKind | 'practice' | 'snapshot';
  /** Null for practice and snapshots. */
  readonly settings: ConnectionSettings | null;
  /** From `--connect`: not in the settings file. */
  readonly temporary: boolean;
  readonly secrets: SecretPlaces;
  readonly status: ConnectionStatus;
  /** Keys below the namespace that belong to no Patroni cluster. */
  readonly foreignKeyCount: number;
  /** Its members can be asked and told what to do. */
  readonly operable?: true;
  /** Where a snapshot's picture is from and what it does not tell; absent for all others. */
  readonly picture?: PictureView;
  /** Set where the keys are put together from what the members say: what those do not tell. Such keys are not stored as shown. */
  readonly untold?: readonly Untold[];
}

/** Where connections are imported from. */
export const importSourceSchema = z.discriminatedUnion('from', [
  /** One that main asks for. */
  z.object({ from: z.literal('file') }),
  z.object({ from: z.literal('text'), text: z.string().max(1_000_000) }),
  /** The `PATRONI_…` variables that the program was started with. */
  z.object({ from: z.literal('environment') }),
]);
export type ImportSource = z.infer<typeof importSourceSchema>;

/** A connection read from a patroni.yml or patronictl.yaml, or from the environment. */
export interface ImportedConnection {
  readonly settings: ConnectionSettings;
  /** The secrets that were among them. */
  readonly handles: Readonly<Partial<Record<SecretName, string>>>;
  /** Options that were left out or changed, each a sentence. */
  readonly notes: readonly string[];
}

export type ImportOutcome =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'imported'; readonly file: string; readonly connections: readonly ImportedConnection[] }
  /** A sentence that says what the file is and what is missing in it. */
  | { readonly kind: 'refused'; readonly file: string; readonly message: string };
