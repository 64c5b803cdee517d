import { z } from 'zod';

/**
 * The secrets that a connection can have. None is among its settings; they go from the renderer to main and never back.
 * - `password`: what the store asks for: a password, Consul's ACL token, the credentials of ZooKeeper's `auth_data`, a
 *   bearer token of Kubernetes.
 * - `keyPassword`: the passphrase of the store's client key.
 * - `restPassword`: basic auth at the members' REST API.
 * - `restKeyPassword`: the passphrase of the client key for the REST API.
 * - `sshPassphrase`: the passphrase of the key for the bastion.
 */
export const secretNames = ['password', 'keyPassword', 'restPassword', 'restKeyPassword', 'sshPassphrase'] as const;
export type SecretName = (typeof secretNames)[number];

/** What the secrets of a connection are; null for one that there is not. */
export type ConnectionSecrets = Readonly<Record<SecretName, string | null>>;

/** What is to happen to a secret. */
export const secretChangeSchema = z.discriminatedUnion('kind', [
  /** As it is kept now. */
  z.object({ kind: z.literal('keep') }),
  z.object({ kind: z.literal('set'), value: z.string().min(1).max(16_384) }),
  z.object({ kind: z.literal('remove') }),
  /** The one that an import found; main keeps it under this handle. */
  z.object({ kind: z.literal('imported'), handle: z.string().max(64) }),
]);
export type SecretChange = z.infer<typeof secretChangeSchema>;

/** What is to happen to each; one that is left out is kept. */
export const secretChangesSchema = z.partialRecord(z.enum(secretNames), secretChangeSchema);
export type SecretChanges = z.infer<typeof secretChangesSchema>;

/** Where each secret that there is is kept. */
export type SecretPlaces = Readonly<Partial<Record<SecretName, 'keychain' | 'this-run'>>>;
