import { z } from 'zod';
import { common, endpoints, namespace, shortText, tlsFiles } from './fields';

const etcd = {
  ...common,
  endpoints,
  namespace,
  username: shortText.nullable(),
  ...tlsFiles,
};

/** A connection to etcd v3 as it is kept in the settings file: no secret in it. */
export const etcd3SettingsSchema = z.object({ kind: z.literal('etcd3'), ...etcd });
export type Etcd3Settings = z.infer<typeof etcd3SettingsSchema>;

/** A connection to etcd by its v2 API. */
export const etcdSettingsSchema = z.object({ kind: z.literal('etcd'), ...etcd });
export type EtcdSettings = z.infer<typeof etcdSettingsSchema>;
