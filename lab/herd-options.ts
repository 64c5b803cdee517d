import { z } from 'zod';
import { HERD_STORES, type HerdStoreKind } from './herd-store';
import type { MemberTags, SyncMode } from './patroni-config';

export interface HerdOptions {
  /** `3.0`: the machine's own package; `4.1` (the default): the newest that Debian has. */
  readonly patroni?: '3.0' | '4.1';
  /** Where Patroni keeps the cluster; etcd with its v3 API when not said. */
  readonly store?: HerdStoreKind;
  /** How many members follow the leader directly, and it; 3 when not said. */
  readonly members?: number;
  /** One more member, which follows the last of them. */
  readonly cascade?: boolean;
  /** Tags of members by name (`pg-1`, `pg-2` …). */
  readonly tags?: Readonly<Record<string, MemberTags>>;
  /** `demo` when not said. */
  readonly scope?: string;
  /** Begins with `/`; `/service`, Patroni's own default, when not said. */
  readonly namespace?: string;
  readonly sync?: SyncMode;
  /** Hears of the folder that all of it will be in, before anything is started. */
  readonly onFolder?: (folder: string) => void;
  /** Hears in a line each what is being done and waited for. */
  readonly say?: (line: string) => void;
}

/** What of a herd's options can be said on a command line. */
export const herdOptions = z.object({
  patroni: z.enum(['3.0', '4.1']).exactOptional(),
  store: z.enum(HERD_STORES).exactOptional(),
  members: z.number().int().min(1).max(20).exactOptional(),
  cascade: z.boolean().exactOptional(),
  scope: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a scope has letters, digits, dots, dashes and underscores')
    .exactOptional(),
  namespace: z
    .string()
    .regex(/^\/\S*[^/\s]$/, 'a namespace begins with / and does not end with it')
    .exactOptional(),
  sync: z.enum(['off', 'on', 'quorum']).exactOptional(),
});
