import { z } from 'zod';
import { common, hostNames, hostsWithPort, namespace, port, shortText, tlsFiles } from './fields';

const client = {
  namespace,
  useSsl: z.boolean().default(false),
  /** Whether the servers' certificates are checked. */
  verify: z.boolean().default(true),
  /** The private key may have a passphrase: the secret `keyPassword`. */
  ...tlsFiles,
  /** The scheme of `auth_data`, e.g. `digest`; null for none. The password is its credentials, e.g. `user:password`. */
  authScheme: shortText.nullable().default(null),
  /** Who may do what with the nodes that Herdscope makes: x509 principal to permissions, e.g. `CN=pg1` to `["ALL"]`. */
  setAcls: z
    .record(shortText, z.array(z.enum(['CREATE', 'READ', 'WRITE', 'DELETE', 'ADMIN', 'ALL'])).max(6))
    .default({}),
};

/** A connection to ZooKeeper. */
export const zookeeperSettingsSchema = z.object({
  kind: z.literal('zookeeper'),
  ...common,
  hosts: hostsWithPort,
  ...client,
});
export type ZooKeeperSettings = z.infer<typeof zookeeperSettingsSchema>;

/** A connection to the ZooKeeper that Exhibitor names. */
export const exhibitorSettingsSchema = z.object({
  kind: z.literal('exhibitor'),
  ...common,
  /** Of Exhibitor itself. */
  hosts: hostNames,
  /** Of Exhibitor's REST API. */
  port: port.default(8080),
  pollIntervalSeconds: z.number().int().min(1).max(86_400).default(300),
  ...client,
});
export type ExhibitorSettings = z.infer<typeof exhibitorSettingsSchema>;
