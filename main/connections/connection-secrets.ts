import { assertNever } from '../../app/assert-never';
import { mayKeepSecret, secretFor } from '../../app/ipc/connections/kept-secret';
import {
  secretNames,
  type ConnectionSecrets,
  type SecretChange,
  type SecretChanges,
  type SecretName,
  type SecretPlaces,
} from '../../app/ipc/connections/secrets';
import type { ConnectionSettings } from '../../app/ipc/connections/settings';
import { err, ok, type Result } from '../../app/result';
import { databaseLoginName, type Secrets } from '../secrets/secrets';
import type { ImportedSecrets } from './imported-secrets';

const importedIsGone = 'The imported password is no longer there. Import the file again, or enter the password.';

const stillKept =
  'Its secrets could not be taken out of the file that holds them, encrypted: it could not be written. They stay in it until it is removed.';

const keep: SecretChange = { kind: 'keep' };

/** Under which name a connection's secret is kept. */
const keptAs = (id: string, name: SecretName): string => (name === 'password' ? id : `${id}:${name}`);

/** The secrets of the connections: what is to be kept, and to whom it may go. */
export class ConnectionSecretsKeeper {
  /** `settingsOf` gives a connection that is there as it is now. */
  constructor(
    private readonly secrets: Secrets,
    private readonly imported: ImportedSecrets,
    private readonly settingsOf: (id: string) => ConnectionSettings | null,
  ) {}

  of(id: string): ConnectionSecrets {
    return each((name) => this.secrets.get(keptAs(id, name)));
  }

  placesOf(id: string): SecretPlaces {
    const places: Partial<Record<SecretName, 'keychain' | 'this-run'>> = {};
    for (const name of secretNames) {
      const place = this.secrets.placeOf(keptAs(id, name));
      if (place !== 'none') places[name] = place;
    }
    return places;
  }

  setForThisRun(id: string, secrets: Readonly<Partial<Record<SecretName, string>>>): void {
    for (const name of secretNames) {
      const value = secrets[name];
      if (value !== undefined) this.secrets.set(keptAs(id, name), value, true);
    }
  }

  /** Forgets all of a connection; the answer is a sentence when something of it is still on disk. */
  remove(id: string): string | null {
    const names = [...secretNames.map((name) => keptAs(id, name)), databaseLoginName(id)];
    const gone = names.map((name) => this.secrets.remove(name));
    return gone.includes(false) ? stillKept : null;
  }

  /**
   * Whether every secret goes only to those whom it was given for. Checked here and not only in the form: a page that was
   * taken over must not learn a secret by sending it to itself.
   */
  mayUse(settings: ConnectionSettings, changes: SecretChanges): boolean {
    return secretNames.every((name) => this.#mayUse(settings, name, changes[name] ?? keep));
  }

  /** What the secrets would be after `changes`; the error is a sentence. */
  resolve(id: string, changes: SecretChanges): Result<ConnectionSecrets, string> {
    // Without it a test would tell of another failure than the one that is there.
    if (this.#lacksImported(changes)) return err(importedIsGone);
    return ok(each((name) => this.#valueOf(id, name, changes[name] ?? keep)));
  }

  /** Keeps what is changed; the answer is a sentence when that cannot be, and then nothing was. */
  change(id: string, changes: SecretChanges): string | null {
    if (this.#lacksImported(changes)) return importedIsGone;
    for (const name of secretNames) {
      const change = changes[name] ?? keep;
      if (change.kind === 'keep') continue;
      const value = this.#valueOf(id, name, change);
      if (value === null) this.secrets.remove(keptAs(id, name));
      else this.secrets.set(keptAs(id, name), value);
      if (change.kind === 'imported') this.imported.forget(change.handle);
    }
    return null;
  }

  #mayUse(settings: ConnectionSettings, name: SecretName, change: SecretChange): boolean {
    switch (change.kind) {
      case 'keep': {
        if (this.secrets.placeOf(keptAs(settings.id, name)) === 'none') return true;
        // A secret without its connection was given for nobody who is known.
        const known = this.settingsOf(settings.id);
        return known !== null && mayKeepSecret(secretFor(known, name), secretFor(settings, name));
      }
      case 'imported': {
        const found = this.imported.get(change.handle);
        return found === null || mayKeepSecret(found.givenFor, secretFor(settings, name));
      }
      case 'set':
      case 'remove':
        return true;
      default:
        return assertNever(change);
    }
  }

  #lacksImported(changes: SecretChanges): boolean {
    return Object.values(changes).some(
      (change) => change.kind === 'imported' && this.imported.get(change.handle) === null,
    );
  }

  #valueOf(id: string, name: SecretName, change: SecretChange): string | null {
    switch (change.kind) {
      case 'keep':
        return id === '' ? null : this.secrets.get(keptAs(id, name));
      case 'set':
        return change.value;
      case 'imported':
        return this.imported.get(change.handle)?.value ?? null;
      case 'remove':
        return null;
      default:
        return assertNever(change);
    }
  }
}

function each(value: (name: SecretName) => string | null): ConnectionSecrets {
  return {
    password: value('password'),
    keyPassword: value('keyPassword'),
    restPassword: value('restPassword'),
    restKeyPassword: value('restKeyPassword'),
    sshPassphrase: value('sshPassphrase'),
  };
}
