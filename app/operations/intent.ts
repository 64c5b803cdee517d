import { assertNever } from '../assert-never';

/** What a person wants done to a cluster, or to one group of an MPP cluster. Members by name, instants ISO 8601 in UTC. */
export type Intent = ChangeOfLeader | Task;

/** Hands the leader's lock to another member. */
export type ChangeOfLeader = OfGroup &
  (
    | {
        readonly kind: 'switchover';
        /** Who leads now, as the person saw it: another leader stops the operation. */
        readonly leader: string;
        /** Null for whom Patroni takes. */
        readonly candidate: string | null;
        /** Null for now. */
        readonly scheduledAt: string | null;
      }
    | { readonly kind: 'failover'; readonly candidate: string }
  );

/** Anything else. */
export type Task = OfGroup &
  (
    | { readonly kind: 'cancel-switchover' }
    | { readonly kind: 'pause' }
    | { readonly kind: 'resume' }
    | {
        readonly kind: 'restart';
        readonly members: readonly string[];
        /** Null for now. */
        readonly scheduledAt: string | null;
        /** Only a member of which a restart is pending. */
        readonly onlyPending: boolean;
      }
    | { readonly kind: 'cancel-restart'; readonly members: readonly string[] }
    | { readonly kind: 'reload'; readonly members: readonly string[] }
    | {
        readonly kind: 'reinitialize';
        /** One; none while it is being chosen. */
        readonly members: readonly string[];
        readonly fromLeader: boolean;
      }
    | {
        readonly kind: 'edit-config';
        /** The whole configuration as it is to be, as JSON. */
        readonly text: string;
        /** The revision of /config that was edited. */
        readonly revision: string;
      }
    | { readonly kind: 'remove-cluster' }
  );

interface OfGroup {
  /** The MPP group; null for a plain cluster. */
  readonly group: number | null;
}

/** Whether the lock is to go to another member. */
export function isChange(intent: Intent): intent is ChangeOfLeader {
  return intent.kind === 'switchover' || intent.kind === 'failover';
}

/** What an operation is called in a sentence. */
export function intentWord(intent: Intent): string {
  switch (intent.kind) {
    case 'switchover':
      return intent.scheduledAt === null ? 'switchover' : 'scheduled switchover';
    case 'restart':
      return intent.scheduledAt === null ? 'restart' : 'scheduled restart';
    case 'cancel-switchover':
      return 'cancel the switchover';
    case 'cancel-restart':
      return 'cancel the restart';
    case 'edit-config':
      return 'edit the configuration';
    case 'remove-cluster':
      return 'remove the cluster';
    case 'failover':
    case 'pause':
    case 'resume':
    case 'reload':
    case 'reinitialize':
      return intent.kind;
    default:
      return assertNever(intent);
  }
}
