import { assertNever } from '../../app/assert-never';
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../app/clock';
import { namespacePrefix } from '../../app/dcs/keys';
import type { ReadableStore, StoreFailure, StoreProbe } from '../../app/dcs/store';
import type {
  ConnectionDraft,
  ConnectionSettings,
  ConnectionView,
  PasswordChange,
  RequestError,
} from '../../app/ipc/contract';
import { mayKeepPassword, passwordIsForOthers } from '../../app/ipc/kept-password';
import { err, ok, type Result } from '../../app/result';
import type { Feed } from '../inspection/feed';
import { Source } from '../inspection/source';
import type { Secrets } from '../secrets/secrets';
import type { SettingsFile } from '../settings/settings-file';
import type { UrlConnection } from './connect-url';
import type { ImportedPasswords } from './imported-passwords';

/** The practice herd's id among the connections. */
export const practiceId = 'practice';

/** Makes what a connection is read with. Each is loaded when it is first needed. */
export interface StoreMakers {
  etcd3(settings: ConnectionSettings, password: string | null): Promise<ReadableStore>;
  /** A store in memory with the practice herd on it, which ends when the store is closed. */
  practice(): Promise<{ readonly store: ReadableStore; readonly namespace: string }>;
}

interface Entry {
  readonly id: string;
  readonly settings: ConnectionSettings | null;
  readonly temporary: boolean;
  readonly openedAt: string;
  /** Null while its store is being loaded. */
  source: Source | null;
  closed: boolean;
}

export interface ConnectionsOptions {
  readonly clock: Clock;
  readonly settings: SettingsFile;
  readonly secrets: Secrets;
  readonly imported: ImportedPasswords;
  readonly stores: StoreMakers;
  /** Told a sentence for the person when something could not be kept. */
  readonly tell: (sentence: string) => void;
  /** Told of the program's own faults. */
  readonly reportFault: (what: string, error: unknown) => void;
}

const importedIsGone = 'The imported password is no longer there. Import the file again, or enter the password.';

/** The connections: the practice herd, those of the settings file, and those of this run. */
export class Connections {
  readonly #entries = new Map<string, Entry>();
  #feed: Feed | null = null;

  constructor(private readonly options: ConnectionsOptions) {}

  /** Opens the practice herd, if it is wanted, and the saved connections; their clusters go to `feed`. */
  start(feed: Feed): void {
    this.#feed = feed;
    const { settings, connections } = this.options.settings.kept;
    if (settings.practice) this.#openPractice();
    for (const connection of connections) if (!this.#entries.has(connection.id)) this.#open(connection, false);
  }

  /** As the window shows them: the practice herd last, the others in the order in which they were made. */
  views(): readonly ConnectionView[] {
    const entries = [...this.#entries.values()];
    const real = entries.filter(({ id }) => id !== practiceId);
    return [...real, ...entries.filter(({ id }) => id === practiceId)].map((entry) => this.#view(entry));
  }

  isPractice(connectionId: string): boolean {
    return connectionId === practiceId;
  }

  /** A connection for this run, from the command line. */
  addTemporary({ settings, password }: UrlConnection): void {
    const same = [...this.#entries.values()].find(
      (entry) => entry.settings !== null && JSON.stringify({ ...entry.settings, id: '' }) === JSON.stringify(settings),
    );
    if (same !== undefined) {
      same.source?.retry();
      return;
    }
    const id = this.#newId();
    if (password !== null) this.options.secrets.set(id, password, true);
    this.#open({ ...settings, id }, true);
  }

  /** Shows or hides the practice herd. */
  setPractice(wanted: boolean): void {
    const entry = this.#entries.get(practiceId);
    if (wanted && entry === undefined) this.#openPractice();
    else if (!wanted && entry !== undefined) this.#close(entry);
  }

  /**
   * Keeps a new connection, or a changed one, which is then opened anew. One from the command line becomes a saved one;
   * its password stays for this run unless the person gives one. A password that was given for other endpoints or another
   * user is not kept: the answer says that it must be entered again.
   */
  save(draft: ConnectionDraft): Result<ConnectionView, RequestError> {
    const known = draft.settings.id === '' ? null : this.#entries.get(draft.settings.id);
    if (known === undefined || known?.id === practiceId) return err(notFound());
    if (!this.#mayUsePassword(draft)) return err({ code: 'invalid', message: passwordIsForOthers });
    const id = known?.id ?? this.#newId();
    const settings: ConnectionSettings = { ...draft.settings, id };
    const problem = this.#changePassword(id, draft.password);
    if (problem !== null) return err({ code: 'invalid', message: problem });
    const saved = this.options.settings.kept.connections;
    const connections = saved.some((one) => one.id === id)
      ? saved.map((one) => (one.id === id ? settings : one))
      : [...saved, settings];
    const unkept = this.options.settings.change({ connections });
    if (unkept !== null) this.options.tell(unkept);
    if (known) this.#close(known, true);
    return ok(this.#view(this.#open(settings, false)));
  }

  /** Forgets a connection and its password. */
  remove(id: string): Result<null, RequestError> {
    const entry = this.#entries.get(id);
    if (entry === undefined || id === practiceId) return err(notFound());
    this.options.secrets.remove(id);
    const connections = this.options.settings.kept.connections.filter((one) => one.id !== id);
    const unkept = entry.temporary ? null : this.options.settings.change({ connections });
    if (unkept !== null) this.options.tell(unkept);
    this.#close(entry);
    return ok(null);
  }

  /** Tries again at once. */
  retry(id: string): Result<null, RequestError> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return err(notFound());
    entry.source?.retry();
    return ok(null);
  }

  /**
   * Connects once with what the form holds, and says what was found. Nothing is kept. As with `save`, a password goes to
   * nobody but whom it was given for.
   */
  async test(draft: ConnectionDraft): Promise<Result<Result<StoreProbe, StoreFailure>, RequestError>> {
    if (!this.#mayUsePassword(draft)) return err({ code: 'invalid', message: passwordIsForOthers });
    // Without it the test would tell of another failure than the one that is there.
    if (draft.password.kind === 'imported' && this.options.imported.get(draft.password.handle) === null)
      return err({ code: 'invalid', message: importedIsGone });
    const store = await this.options.stores.etcd3(
      { ...draft.settings, id: draft.settings.id === '' ? 'test' : draft.settings.id },
      this.#passwordOf(draft),
    );
    try {
      return ok(await store.probe(namespacePrefix(draft.settings.namespace)));
    } finally {
      store.close();
    }
  }

  /** The machine woke up. */
  wake(): void {
    for (const { source } of this.#entries.values()) source?.wake();
  }

  close(): void {
    for (const entry of [...this.#entries.values()]) this.#close(entry);
  }

  /** Checked here and not only in the form: a page that was taken over must not learn a password by sending it to itself. */
  #mayUsePassword({ settings, password }: ConnectionDraft): boolean {
    switch (password.kind) {
      case 'keep': {
        if (this.options.secrets.placeOf(settings.id) === 'none') return true;
        // A password without its connection was given for nobody who is known.
        const known = this.#entries.get(settings.id)?.settings;
        return known != null && mayKeepPassword(known, settings);
      }
      case 'imported': {
        const givenFor = this.options.imported.givenFor(password.handle);
        return givenFor === null || mayKeepPassword(givenFor, settings);
      }
      case 'set':
      case 'remove':
        return true;
      default:
        return assertNever(password);
    }
  }

  #passwordOf({ settings, password }: ConnectionDraft): string | null {
    switch (password.kind) {
      case 'keep':
        return settings.id === '' ? null : this.options.secrets.get(settings.id);
      case 'set':
        return password.value;
      case 'imported':
        return this.options.imported.get(password.handle);
      case 'remove':
        return null;
      default:
        return assertNever(password);
    }
  }

  #changePassword(id: string, change: PasswordChange): string | null {
    const { secrets, imported } = this.options;
    switch (change.kind) {
      case 'keep':
        return null;
      case 'remove':
        secrets.remove(id);
        return null;
      case 'set':
        secrets.set(id, change.value);
        return null;
      case 'imported': {
        const password = imported.get(change.handle);
        if (password === null) return importedIsGone;
        secrets.set(id, password);
        imported.forget(change.handle);
        return null;
      }
      default:
        return assertNever(change);
    }
  }

  #openPractice(): void {
    this.#enter(practiceId, null, false, () => this.options.stores.practice());
  }

  #open(settings: ConnectionSettings, temporary: boolean): Entry {
    return this.#enter(settings.id, settings, temporary, async () => ({
      store: await this.options.stores.etcd3(settings, this.options.secrets.get(settings.id)),
      namespace: settings.namespace,
    }));
  }

  #enter(
    id: string,
    settings: ConnectionSettings | null,
    temporary: boolean,
    make: () => Promise<{ readonly store: ReadableStore; readonly namespace: string }>,
  ): Entry {
    const openedAt = new Date(this.options.clock.now()).toISOString();
    const entry: Entry = { id, settings, temporary, openedAt, source: null, closed: false };
    this.#entries.set(id, entry);
    this.#feed?.connectionsChanged();
    make().then(
      ({ store, namespace }) => {
        if (entry.closed) store.close();
        else this.#watch(entry, store, namespace);
      },
      (error: unknown) => {
        this.options.reportFault(`connection ${id}`, error);
      },
    );
    return entry;
  }

  #watch(entry: Entry, store: ReadableStore, namespace: string): void {
    const feed = this.#feed;
    const source = new Source(entry.id, store, namespace, this.options.clock, {
      onDirty: () => feed?.sourceChanged(),
      onStatus: () => feed?.connectionsChanged(),
    });
    entry.source = source;
    feed?.add(source);
    source.start();
  }

  #close(entry: Entry, replaced = false): void {
    entry.closed = true;
    if (!replaced) this.#entries.delete(entry.id);
    if (entry.source !== null) {
      this.#feed?.remove(entry.source);
      entry.source.close();
    }
    this.#feed?.connectionsChanged();
  }

  #view(entry: Entry): ConnectionView {
    return {
      id: entry.id,
      name: entry.settings?.name ?? 'Practice herd',
      kind: entry.settings?.kind ?? 'practice',
      settings: entry.settings,
      temporary: entry.temporary,
      password: entry.settings === null ? 'none' : this.options.secrets.placeOf(entry.id),
      status: entry.source?.status ?? { kind: 'connecting', since: entry.openedAt },
      foreignKeyCount: entry.source?.foreignKeyCount ?? 0,
    };
  }

  #newId(): string {
    return randomBytes(8).toString('hex');
  }
}

function notFound(): RequestError {
  return { code: 'not-found', message: 'This connection is not there any more.' };
}
