import type { StoreNode } from '../dcs/node';
import type { SessionState } from '../dcs/store';

/** The store that a picture came from. `unknown`: what was read does not tell, e.g. the output of patronictl. */
export type PictureStoreKind =
  'etcd3' | 'etcd' | 'consul' | 'zookeeper' | 'kubernetes' | 'raft' | 'rest' | 'practice' | 'unknown';

/** Something that a picture's origin does not tell, so that it must be shown as not known instead of as not there. */
export type Untold =
  /** When it was taken: `at` is when its file was last written, or when it was opened. */
  | 'instant'
  /** The keys' revisions and versions: they are made up so that the keys have an order. */
  | 'revisions'
  /** Which keys live with which session. */
  | 'sessions'
  /** How long the sessions still lived. */
  | 'times-to-live'
  | 'configuration'
  | 'history'
  | 'synchronisation'
  /** The leader's position and the slots. */
  | 'status'
  | 'leader'
  /** A switchover or failover that was asked for. */
  | 'failover-request'
  | 'system-identifier'
  | 'failsafe'
  | 'members'
  /** Members are told, but not all that their keys hold: addresses, tags, versions, positions. */
  | 'member-details';

/** What one store held below a namespace at one instant. */
export interface Picture {
  /** What the connection was called. */
  readonly connection: string;
  readonly store: {
    readonly kind: PictureStoreKind;
    /** E.g. `etcd 3.5.9`; null when it was not told. */
    readonly version: string | null;
  };
  /** As Patroni has it, e.g. `/service`. All nodes are below it. */
  readonly namespace: string;
  /** ISO 8601. */
  readonly at: string;
  /** The store's revision then; `0` where the store has none. */
  readonly revision: string;
  readonly nodes: readonly StoreNode[];
  readonly sessions: readonly SessionState[];
  readonly untold: readonly Untold[];
}

const untoldWords: Readonly<Record<Untold, string>> = {
  instant: 'when it was taken',
  revisions: 'revisions and versions of keys',
  sessions: 'sessions',
  'times-to-live': 'how long sessions still lived',
  configuration: 'the dynamic configuration',
  history: 'the history',
  synchronisation: 'synchronous standbys',
  status: 'the leader’s position and the slots in /status',
  leader: 'who holds the leader lock',
  'failover-request': 'a requested switchover or failover',
  'system-identifier': 'the system identifier',
  failsafe: 'the failsafe topology',
  members: 'the members',
  'member-details': 'all that the members’ keys hold',
};

/** All that a picture may not tell. */
export const allUntold = Object.keys(untoldWords) as readonly Untold[];

/** What is not told, for a sentence: `the history, sessions and the dynamic configuration`; null when all is told. */
export function untoldAsWords(untold: readonly Untold[]): string | null {
  const words = untold.map((one) => untoldWords[one]);
  const last = words.pop();
  if (last === undefined) return null;
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}
