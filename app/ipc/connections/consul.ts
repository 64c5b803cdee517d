import { z } from 'zod';
import { common, endpoints, namespace, shortText, tlsFiles } from './fields';

/** A connection to Consul. The password is the ACL token. */
export const consulSettingsSchema = z.object({
  kind: z.literal('consul'),
  ...common,
  /** Agents, tried in turn. */
  endpoints,
  namespace,
  /** The datacenter; null for the agent's own. */
  dc: shortText.nullable().default(null),
  consistency: z.enum(['default', 'consistent', 'stale']).default('default'),
  ...tlsFiles,
  /** Whether the agents' certificates are checked. Patroni checks them all the same when there is a CA file. */
  verify: z.boolean().default(true),
});
export type ConsulSettings = z.infer<typeof consulSettingsSchema>;
