import { z } from 'zod';
import { mayKeepSecret, secretFor, type SecretFor } from '../../app/ipc/connections/kept-secret';
import type { ConnectionSettings } from '../../app/ipc/connections/settings';
import { type DatabaseLogin, databaseLoginSchema, type DatabaseLoginView } from '../../app/ipc/database';
import { databaseLoginName, type Secrets } from '../secrets/secrets';

const keptSchema = z.object({
  login: databaseLoginSchema,
  givenFor: z.object({
    kind: z.string(),
    addresses: z.array(z.string()),
    user: z.string(),
    verified: z.boolean(),
  }),
});

/** The PostgreSQL logins of the connections. Each is kept as one secret, with the store that told whom it may go to. */
export class DatabaseLogins {
  constructor(
    private readonly secrets: Secrets,
    private readonly settingsOf: (connectionId: string) => ConnectionSettings | null,
  ) {}

  /** Null when none was given, or when the connection goes to another store by now: its members are others. */
  of(connectionId: string): DatabaseLogin | null {
    const text = this.secrets.get(databaseLoginName(connectionId));
    if (text === null) return null;
    const kept = keptSchema.safeParse(parsed(text));
    const now = this.#givenFor(connectionId);
    if (!kept.success || now === null) return null;
    const before = { ...kept.data.givenFor, kind: now.kind };
    const isSame = kept.data.givenFor.kind === now.kind && mayKeepSecret(before, now);
    return isSame ? kept.data.login : null;
  }

  view(connectionId: string): DatabaseLoginView {
    const login = this.of(connectionId);
    const place = this.secrets.placeOf(databaseLoginName(connectionId));
    if (login === null || place === 'none') return { kind: 'none' };
    const { user, database, sslMode, caFile } = login;
    return { kind: 'given', user, database, sslMode, caFile, place };
  }

  /** Keeps it, in the keychain only with `keep`. Nothing happens for a connection that is not there. */
  set(connectionId: string, login: DatabaseLogin, keep: boolean): void {
    const givenFor = this.#givenFor(connectionId);
    if (givenFor === null) return;
    this.secrets.set(databaseLoginName(connectionId), JSON.stringify({ login, givenFor }), !keep);
  }

  remove(connectionId: string): void {
    this.secrets.remove(databaseLoginName(connectionId));
  }

  /** Who tells where the members are; under which user it is read does not matter here. */
  #givenFor(connectionId: string): SecretFor | null {
    const settings = this.settingsOf(connectionId);
    const store = settings === null ? null : secretFor(settings, 'password');
    return store === null ? null : { ...store, user: '' };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
