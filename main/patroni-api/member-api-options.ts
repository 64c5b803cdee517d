import type { Way } from '../stores/tls/way';

/** How the members' REST API is spoken to (Patroni: `ctl` and `restapi`). */
export interface HttpMemberApiOptions {
  /** PEM files, read anew every few seconds; null for the authorities that the system trusts and for no client certificate. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** Of the key; null where it has none. */
  readonly keyPassword: string | null;
  /** Basic auth; null for none. */
  readonly username: string | null;
  readonly password: string | null;
  /** Whether the members' certificates are judged. */
  readonly verify: boolean;
  readonly way?: Way | undefined;
}
