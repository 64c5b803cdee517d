import { z } from 'zod';
import type { Intent } from '../operations/intent';
import type { DatabaseLoginView } from './database';
import type { Plan } from '../operations/plan';
import type { OperationView } from '../operations/record';

// What the window asks of the operations, and what it is told of them. Main alone plans, checks and sends.

const clusterId = z.string().max(1024);
const member = z.string().min(1).max(1024);
const members = z.array(member).max(2000).readonly();
const group = z.number().int().min(0).nullable();
const instant = z.iso.datetime({ offset: true });

/** What a person wants done. */
export const intentSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('switchover'),
    group,
    leader: member,
    candidate: member.nullable(),
    scheduledAt: instant.nullable(),
  }),
  // A candidate that is not chosen yet is empty: the plan says so.
  z.object({ kind: z.literal('failover'), group, candidate: z.string().max(1024) }),
  z.object({ kind: z.literal('cancel-switchover'), group }),
  z.object({ kind: z.literal('pause'), group }),
  z.object({ kind: z.literal('resume'), group }),
  z.object({
    kind: z.literal('restart'),
    group,
    members,
    scheduledAt: instant.nullable(),
    onlyPending: z.boolean(),
  }),
  z.object({ kind: z.literal('cancel-restart'), group, members }),
  z.object({ kind: z.literal('reload'), group, members }),
  z.object({
    kind: z.literal('reinitialize'),
    group,
    members: z.array(member).max(1).readonly(),
    fromLeader: z.boolean(),
  }),
  z.object({
    kind: z.literal('edit-config'),
    group,
    text: z.string().max(1_000_000),
    revision: z.string().max(64),
  }),
  z.object({ kind: z.literal('remove-cluster'), group }),
]) satisfies z.ZodType<Intent>;

const startSchema = z.object({
  clusterId,
  intent: intentSchema,
  /** Ids of the warnings that the person accepted, one by one. */
  accepted: z.array(z.string().max(4096)).max(1000).readonly(),
  /** The cluster's name as the person typed it; null where it need not be. */
  typedName: z.string().max(1024).nullable(),
  throughStore: z.boolean(),
});
export type StartOperation = z.infer<typeof startSchema>;

export const operationRequests = {
  /** What would be done, as the cluster is now. Sends nothing but questions. */
  'operation.plan': z.object({ clusterId, intent: intentSchema, throughStore: z.boolean() }),
  /** Checks once more, then does it. */
  'operation.start': startSchema,
  /** Stops following one that runs; what was sent stays sent. */
  'operation.end': z.object({ id: z.string().max(64) }),
  /** Of all clusters where null; the newest first, at most 200. */
  'operation.list': z.object({ clusterId: clusterId.nullable() }),
} as const;

/** A plan with what the confirmation needs. */
export interface OperationPlan {
  readonly plan: Plan;
  /** The cluster's name must be typed. */
  readonly mustType: boolean;
  readonly practice: boolean;
  /** With what PostgreSQL itself is asked. */
  readonly databaseLogin: DatabaseLoginView;
}

export type OperationStart =
  | { readonly kind: 'started'; readonly view: OperationView }
  /** Nothing was sent; the plan as it is now. */
  | { readonly kind: 'not-started'; readonly plan: Plan; readonly why: string };

export interface OperationResponses {
  'operation.plan': OperationPlan;
  'operation.start': OperationStart;
  'operation.end': null;
  'operation.list': readonly OperationView[];
}
