import { z } from 'zod';
import { consulSettingsSchema } from './consul';
import { etcd3SettingsSchema, etcdSettingsSchema } from './etcd';
import { kubernetesSettingsSchema } from './kubernetes';
import { raftSettingsSchema, restSettingsSchema } from './rest';
import { exhibitorSettingsSchema, zookeeperSettingsSchema } from './zookeeper';

/**
 * A connection as it is kept in the settings file: no secret in it. Each kind is named as the section of Patroni's
 * configuration that tells of it. Whatever was added later has a default, so that older files are still read.
 */
export const connectionSettingsSchema = z.discriminatedUnion('kind', [
  etcd3SettingsSchema,
  etcdSettingsSchema,
  consulSettingsSchema,
  zookeeperSettingsSchema,
  exhibitorSettingsSchema,
  kubernetesSettingsSchema,
  restSettingsSchema,
  raftSettingsSchema,
]);
export type ConnectionSettings = z.infer<typeof connectionSettingsSchema>;
export type ConnectionKind = ConnectionSettings['kind'];
/** The settings of one kind. */
export type SettingsOf<K extends ConnectionKind> = Extract<ConnectionSettings, { readonly kind: K }>;
