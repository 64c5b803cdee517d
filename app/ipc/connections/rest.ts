import { z } from 'zod';
import { common, endpoints } from './fields';

/** A connection to the members' REST API alone, where the store cannot be reached. User, password and TLS are those of `restApi`. */
export const restSettingsSchema = z.object({
  kind: z.literal('rest'),
  ...common,
  /** At least one member of each cluster, each `http(s)://host:port`. */
  members: endpoints,
});
export type RestSettings = z.infer<typeof restSettingsSchema>;

/** Raft (pysyncobj) cannot be joined without a vote: it is read through the members' REST API. */
export const raftSettingsSchema = z.object({
  kind: z.literal('raft'),
  ...common,
  members: endpoints,
});
export type RaftSettings = z.infer<typeof raftSettingsSchema>;
