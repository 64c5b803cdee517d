import { z } from 'zod';

// The login with which the members' PostgreSQL is asked before an operation. Its password goes to main once, and never back.

/** As in libpq, of which these are the ones that say something: whether it is encrypted, and who is trusted to answer. */
export const sslModes = ['verify-full', 'verify-ca', 'require', 'disable'] as const;
export type SslMode = (typeof sslModes)[number];

const name = z
  .string()
  .max(256)
  // It would end the startup packet early.
  .refine((text) => !text.includes('\0'), 'must not hold a NUL');

/** What PostgreSQL is asked with. */
export const databaseLoginSchema = z.object({
  user: name.min(1),
  password: name.max(1024),
  database: name.min(1),
  sslMode: z.enum(sslModes),
  /** A PEM file; null: the authorities that this machine trusts. */
  caFile: z.string().max(4096).nullable(),
});
export type DatabaseLogin = z.infer<typeof databaseLoginSchema>;

export const databaseRequests = {
  /** Takes a login for the connection of a cluster: kept in the keychain where there is one and `keep` is set, else for this run. */
  'database.login': z.object({ clusterId: z.string().max(1024), login: databaseLoginSchema, keep: z.boolean() }),
  'database.forget': z.object({ clusterId: z.string().max(1024) }),
  /** Nobody looks any more: what is being asked is cancelled, and the connections are closed. */
  'database.leave': z.object({ clusterId: z.string().max(1024) }),
} as const;

/** What the window may know of a connection’s login. */
export type DatabaseLoginView =
  | { readonly kind: 'none' }
  | (Omit<DatabaseLogin, 'password'> & { readonly kind: 'given'; readonly place: 'keychain' | 'this-run' })
  /** There is no PostgreSQL to ask: the practice herd. */
  | { readonly kind: 'nobody-to-ask' };

export interface DatabaseResponses {
  'database.login': DatabaseLoginView;
  'database.forget': DatabaseLoginView;
  'database.leave': null;
}
