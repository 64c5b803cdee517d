import type { Cluster } from '../cluster/cluster';
import type { Check, CheckState } from './check';
import type { AskedDatabases } from './database/database-checks';
import type { Intent } from './intent';
import type { MemberReport } from './member-report';

/** All that a plan rests on, as it is when the plan is made. */
export interface Situation {
  readonly namespace: string;
  readonly scope: string;
  /** The plain cluster, or the group that the intent is about. */
  readonly cluster: Cluster;
  /** What members answered when they were asked for this plan. */
  readonly reports: readonly MemberReport[];
  /** What their PostgreSQL told, where there is a login for it. */
  readonly databases: AskedDatabases;
  /** When it was made, ISO 8601. */
  readonly now: string;
  /** Whether the store is heard from. */
  readonly isLive: boolean;
  /** What is left of the leader's lock; null when the store did not tell. */
  readonly lockSeconds: number | null;
  /** Whether the person has allowed writing on this connection. */
  readonly isWritable: boolean;
  /** Earlier changes of the leader of this cluster that were followed here, the newest first. */
  readonly past: readonly PastRun[];
  /** The person has said that it is to go through the store, because no member can be reached. */
  readonly throughStore: boolean;
}

/** How long an operation of the same kind took before. */
export interface PastRun {
  readonly at: string;
  readonly words: string;
  readonly tookMs: number;
  /** How long nobody took writes; null when not measured. */
  readonly outageMs: number | null;
}

/** One thing that will be sent. */
export type PlannedRequest =
  | {
      readonly kind: 'rest';
      readonly member: string;
      /** As its key tells it. */
      readonly apiUrl: string;
      readonly method: 'POST' | 'PATCH' | 'DELETE' | 'PUT';
      readonly path: string;
      readonly body: unknown;
      /** The whole address, for a person. */
      readonly url: string;
    }
  | {
      readonly kind: 'store';
      readonly key: string;
      readonly value: string;
      /** The key's revision that the write rests on; `0`: there must be no such key. */
      readonly revision: string;
    }
  /** Every key below a prefix is removed. */
  | { readonly kind: 'remove'; readonly prefix: string };

/** What a person chooses from: a member that could lead. */
export interface CandidateOption {
  readonly name: string;
  /** The worst of its own checks. */
  readonly state: CheckState;
  /** In a sentence. */
  readonly words: string;
  readonly lagBytes: number | null;
}

/** An operation written out before it runs. */
export interface Plan {
  readonly intent: Intent;
  /** ISO 8601. */
  readonly madeAt: string;
  /** E.g. `pg1 → pg2, now`. */
  readonly title: string;
  readonly checks: readonly Check[];
  /** Empty where nobody is there to be asked. */
  readonly requests: readonly PlannedRequest[];
  /** Why the request goes to whom it goes; null when that needs no words. */
  readonly routeWords: string | null;
  /** No member can be reached: the person may say that it is to go through the store. */
  readonly storeIsLeft: boolean;
  /** The command that does the same; null when patronictl has none. */
  readonly patronictl: string | null;
  readonly curl: readonly string[];
  /** What will happen, step by step. */
  readonly steps: readonly string[];
  /** How long writes will stop, in words; null when they do not. */
  readonly outageWords: string | null;
  readonly past: readonly PastRun[];
  /** How to take it back. */
  readonly undo: string;
  /** For a change of the leader: who could be chosen, in the order of the members. */
  readonly candidates: readonly CandidateOption[];
}
