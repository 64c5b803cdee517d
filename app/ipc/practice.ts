import { z } from 'zod';
import { type ClusterFaults, MEMBER_FAULTS } from '../practice/faults';

// What the window asks of the practice herd: what is the matter with it, something to go wrong, and a clone of a cluster to rehearse on.

const clusterId = z.string().max(1024);
const group = z.number().int().min(0).nullable();

/** What is to go wrong, or (`on` false) to be well again. */
export const faultChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), member: z.string().max(1024), fault: z.enum(MEMBER_FAULTS), on: z.boolean() }),
  /** The reader of a permanent slot goes away. */
  z.object({ kind: z.literal('slot'), group, on: z.boolean() }),
  /** The store answers nobody, this window neither. */
  z.object({ kind: z.literal('store'), on: z.boolean() }),
]);
export type FaultChange = z.infer<typeof faultChangeSchema>;

export const practiceRequests = {
  /** What is the matter with a cluster of the practice herd. */
  'practice.faults': z.object({ clusterId }),
  'practice.inject': z.object({ clusterId, change: faultChangeSchema }),
  /** Clones a cluster, of whatever connection or file, into the practice herd as it is now. */
  'practice.rehearse': z.object({ clusterId }),
} as const;

/** What is the matter, group by group. */
export interface PracticeFaults {
  readonly clusterId: string;
  readonly isStoreAway: boolean;
  readonly groups: readonly ClusterFaults[];
}

export interface PracticeResponses {
  'practice.faults': PracticeFaults;
  'practice.inject': PracticeFaults;
  /** The clone's id. */
  'practice.rehearse': { readonly clusterId: string };
}
