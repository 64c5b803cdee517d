import { randomBytes } from 'node:crypto';
import type { Clock } from '../../app/clock';
import { namespacePrefix } from '../../app/dcs/keys';
import type { ReadableStore, StoreFailure, StoreProbe, WritableStore } from '../../app/dcs/store';
import { secretIsForOthers } from '../../app/ipc/connections/kept-secret';
import {
  filesOf,
  isAvailable,
  isSameStore,
  namespaceOf,
  type AvailableSettings,
} from '../../app/ipc/connections/kinds';
import type { ConnectionSecrets } from '../../app/ipc/connections/secrets';
import type { ConnectionDraft, ConnectionView, RequestError } from '../../app/ipc/contract';
import type { MemberApi } from '../../app/operations/member-api';
import { err, ok, type Result } from '../../app/result';
import type { HeldRecording } from '../../app/snapshot/held-recording';
import type { Picture } from '../../app/snapshot/picture';
import { PictureStore } from '../../app/snapshot/picture-store';
import type { Feed } from '../inspection/feed';
import { fixedSource } from '../inspection/fixed-source';
import { takePicture } from '../inspection/take-picture';
import { Source } from '../inspection/source';
import type { Recorders } from '../recorder/recorders';
import type { Secrets } from '../secrets/secrets';
import type { SettingsFile } from '../settings/settings-file';
import {
  canWrite,
  type Entry,
  type Opened,
  practiceId,
  recordedOf,
  storeOf,
  unopenedFailure,
  viewOf,
} from './connection-entry';
import type { Way } from '../stores/tls/way';
import type { PracticeControl } from './practice';
import type { UrlConnection } from './url/connect-url';
import { ConnectionSecretsKeeper } from './connection-secrets';
import { watchFiles } from './file-watcher';
import type { ImportedSecrets } from './imported-secrets';

/** Makes what a connection is read with. Each is loaded when it is first needed. */
export interface StoreMakers {
  open(settings: AvailableSettings, secrets: ConnectionSecrets): Promise<ReadableStore>;
  /** A store in memory with the practice herd on it, which ends when the store is closed. */
  practice(): Promise<Opened>;
  /** The REST API of the members that the store tells of. */
  members?(settings: AvailableSettings, secrets: ConnectionSecrets): Promise<MemberApi>;
  /** How its addresses are reached; undefined for straight. */
  way?(settings: AvailableSettings, secrets: ConnectionSecrets): Promise<Way | undefined>;
}

/** The ways to a connection's clusters. */
export interface ConnectionWay {
  readonly name: string;
  readonly practice: boolean;
  readonly isWritable: boolean;
  readonly isProduction: boolean;
  readonly isLive: boolean;
  readonly namespace: string;
  readonly members: MemberApi;
  /** How the members are reached otherwise; undefined for straight. */
  readonly through: Way | undefined;
  /** Null where the store can only be read. */
  readonly store: WritableStore | null;
}

export interface ConnectionsOptions {
  readonly clock: Clock;
  readonly settings: SettingsFile;
  readonly secrets: Secrets;
  readonly imported: ImportedSecrets;
  readonly stores: StoreMakers;
  readonly recorders: Recorders;
  /** Told a sentence for the person when something could not be kept. */
  readonly tell: (sentence: string) => void;
  /** Told of the program's own faults. */
  readonly reportFault: (what: string, error: unknown) => void;
}

/** The connections: the practice herd, those of the settings file, those of this run, and the pictures out of files. */
export class Connections {
  readonly #entries = new Map<string, Entry>();
  readonly #secrets: ConnectionSecretsKeeper;
  #feed: Feed | null = null;

  constructor(private readonly options: ConnectionsOptions) {
    this.#secrets = new ConnectionSecretsKeeper(
      options.secrets,
      options.imported,
      (id) => this.#entries.get(id)?.settings ?? null,
    );
  }

  /** Opens the practice herd, if it is wanted, and the saved connections; their clusters go to `feed`. */
  start(feed: Feed): void {
    this.#feed = feed;
    const { settings, connections } = this.options.settings.kept;
    if (settings.practice) this.#openPractice();
    for (const connection of connections) {
      if (isAvailable(connection) && !this.#entries.has(connection.id)) this.#open(connection, false);
    }
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

  /** What can be done to the practice herd; null while it is not open. */
  get practice(): PracticeControl | null {
    return this.#entries.get(practiceId)?.opened?.practice ?? null;
  }

  /** How a connection's clusters are reached to be changed; null while it is not open, and for what nothing can be done to. */
  way(id: string): ConnectionWay | null {
    const entry = this.#entries.get(id);
    if (entry?.opened?.members === undefined) return null;
    const { name, settings, status } = this.#view(entry);
    const { store, namespace, members, way } = entry.opened;
    return {
      name,
      practice: id === practiceId,
      isWritable: id === practiceId || settings?.writable === true,
      isProduction: settings?.production === true,
      isLive: status.kind === 'live',
      namespace,
      members,
      through: way,
      store: canWrite(store) ? store : null,
    };
  }

  /** A connection for this run, from the command line. */
  addTemporary({ settings, secrets }: UrlConnection): void {
    if (!isAvailable(settings)) return;
    const same = [...this.#entries.values()].find(
      (entry) => entry.settings !== null && JSON.stringify({ ...entry.settings, id: '' }) === JSON.stringify(settings),
    );
    if (same !== undefined) {
      same.source?.retry();
      return;
    }
    const id = this.#newId();
    this.#secrets.setForThisRun(id, secrets);
    this.#open({ ...settings, id }, true);
  }

  /** Shows a picture out of `file`, for this run, with sentences about what of it could not be read; the answer is its connection's id. */
  showPicture(
    picture: Picture,
    file: string,
    notes: readonly string[] = [],
    recording: HeldRecording | null = null,
  ): string {
    const id = this.#newId();
    const shown = { store: new PictureStore(picture), file, notes, recording };
    // Before the picture is there: it can be moved in time.
    if (recording !== null) this.options.recorders.held.hold(id, recording);
    this.#watch(this.#keep({ id, settings: null, temporary: true, shown }), shown.store, picture.namespace);
    return id;
  }

  /** What shows pictures that cannot be moved in time: these stand at instants of their own. */
  fixedSources(): readonly Source[] {
    const { held } = this.options.recorders;
    return [...this.#entries.values()].flatMap(({ id, source }) =>
      source?.isFixed === true && !held.has(id) ? source : [],
    );
  }

  /**
   * A connection as it shows now, of some scopes or (null) of all; null when there is nothing to show. `past` shows it as it
   * was, in place of what lives.
   */
  picture(id: string, scopes: ReadonlySet<string> | null, past: Source | null = null): Promise<Picture | null> {
    const entry = this.#entries.get(id);
    const source = past ?? entry?.source;
    if (entry === undefined || source == null) return Promise.resolve(null);
    const { name } = this.#view(entry);
    const of = entry.shown?.store.picture ?? {
      connection: name,
      store: storeOf(entry.settings),
      namespace: entry.namespace,
      untold: past === null ? [] : (['times-to-live'] as const),
    };
    return takePicture(source, of, scopes, this.options.clock);
  }

  /** Takes a picture out of the window. */
  closePicture(id: string): Result<null, RequestError> {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.shown === null) return err(notFound());
    this.#close(entry);
    return ok(null);
  }

  /** Shows or hides the practice herd. */
  setPractice(wanted: boolean): void {
    const entry = this.#entries.get(practiceId);
    if (wanted && entry === undefined) this.#openPractice();
    else if (!wanted && entry !== undefined) this.#close(entry);
  }

  /**
   * Keeps a new connection, or a changed one. When it goes elsewhere it is opened anew; when only its secrets, its files or what
   * may be done are others, its picture stays. One from the command line becomes a saved one;
   * its secrets stay for this run unless the person gives them. A secret that was given for other endpoints or another
   * user is not kept: the answer says that it must be entered again.
   */
  save({ settings: wanted, secrets }: ConnectionDraft): Result<ConnectionView, RequestError> {
    if (!isAvailable(wanted)) return err(notFound());
    const known = wanted.id === '' ? null : this.#entries.get(wanted.id);
    if (known === undefined || known?.id === practiceId) return err(notFound());
    if (!this.#secrets.mayUse(wanted, secrets)) return err({ code: 'invalid', message: secretIsForOthers });
    const id = known?.id ?? this.#newId();
    const settings: AvailableSettings = { ...wanted, id };
    const problem = this.#secrets.change(id, secrets);
    if (problem !== null) return err({ code: 'invalid', message: problem });
    const saved = this.options.settings.kept.connections;
    const connections = saved.some((one) => one.id === id)
      ? saved.map((one) => (one.id === id ? settings : one))
      : [...saved, settings];
    const unkept = this.options.settings.change({ connections });
    if (unkept !== null) this.options.tell(unkept);
    if (known && isSameStore(known.settings, settings) && known.opened !== null) {
      known.settings = settings;
      known.temporary = false;
      this.options.recorders.change(id, settings);
      this.#renew(known, settings);
      this.#feed?.connectionsChanged();
      return ok(this.#view(known));
    }
    if (known) this.#close(known, true);
    return ok(this.#view(this.#open(settings, false)));
  }

  /** Forgets a connection and its secrets. */
  remove(id: string): Result<null, RequestError> {
    const entry = this.#entries.get(id);
    if (entry === undefined || id === practiceId) return err(notFound());
    const stillKept = this.#secrets.remove(id);
    if (stillKept !== null) this.options.tell(stillKept);
    const connections = this.options.settings.kept.connections.filter((one) => one.id !== id);
    const unkept = entry.temporary ? null : this.options.settings.change({ connections });
    if (unkept !== null) this.options.tell(unkept);
    // What was recorded of it goes with it.
    void this.options.recorders.forget(entry.id);
    this.#close(entry);
    return ok(null);
  }

  /** Tries again at once. */
  retry(id: string): Result<null, RequestError> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return err(notFound());
    if (entry.unopened === null) entry.source?.retry();
    else this.#begin(entry);
    return ok(null);
  }

  /**
   * Connects once with what the form holds, and says what was found. Nothing is kept. As with `save`, a password goes to
   * nobody but whom it was given for.
   */
  async test({ settings, secrets }: ConnectionDraft): Promise<Result<Result<StoreProbe, StoreFailure>, RequestError>> {
    if (!isAvailable(settings)) return err(notFound());
    if (!this.#secrets.mayUse(settings, secrets)) return err({ code: 'invalid', message: secretIsForOthers });
    const would = this.#secrets.resolve(settings.id, secrets);
    if (!would.ok) return err({ code: 'invalid', message: would.error });
    const named = { ...settings, id: settings.id === '' ? 'test' : settings.id };
    let store: ReadableStore;
    try {
      store = await this.options.stores.open(named, would.value);
    } catch (error) {
      this.options.reportFault('connection test', error);
      return ok(err(unopenedFailure(error)));
    }
    try {
      return ok(await store.probe(namespacePrefix(namespaceOf(settings))));
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

  #openPractice(): void {
    this.#begin(this.#keep({ id: practiceId, settings: null, temporary: false, shown: null }));
  }

  #open(settings: AvailableSettings, temporary: boolean): Entry {
    const entry = this.#keep({ id: settings.id, settings, temporary, shown: null });
    this.#begin(entry);
    this.#watchFiles(entry, settings);
    return entry;
  }

  async #make(settings: AvailableSettings): Promise<Opened> {
    const { stores } = this.options;
    const secrets = this.#secrets.of(settings.id);
    const members = await stores.members?.(settings, secrets);
    const way = await stores.way?.(settings, secrets);
    const store = await stores.open(settings, secrets);
    return { store, namespace: namespaceOf(settings), way, ...(members === undefined ? {} : { members }) };
  }

  /** Reaches a connection's store anew, with its secrets and files as they are now; the picture stays. */
  #renew(entry: Entry, settings: AvailableSettings): void {
    const renewal = ++entry.renewal;
    this.#watchFiles(entry, settings);
    this.#make(settings).then(
      (opened) => {
        if (entry.closed || entry.source === null || renewal !== entry.renewal) opened.store.close();
        else {
          entry.opened = opened;
          entry.source.renew(opened.store);
        }
      },
      (error: unknown) => {
        this.options.reportFault(`connection ${entry.id}`, error);
      },
    );
  }

  /** A certificate that was replaced on disk holds from now on, not from the next time that the connection breaks. */
  #watchFiles(entry: Entry, settings: AvailableSettings): void {
    entry.unwatchFiles();
    entry.unwatchFiles = watchFiles(filesOf(settings), () => this.#renew(entry, settings));
  }

  /** Opens its store, and follows it from then on. */
  #begin(entry: Entry): void {
    const { id, settings } = entry;
    entry.unopened = null;
    if (settings !== null && !isAvailable(settings)) return;
    const making = settings === null ? this.options.stores.practice() : this.#make(settings);
    making.then(
      (opened) => {
        const { store, namespace } = opened;
        if (entry.closed) store.close();
        else {
          entry.opened = opened;
          this.#watch(entry, store, namespace);
        }
      },
      (error: unknown) => {
        this.options.reportFault(`connection ${id}`, error);
        entry.unopened = { failure: unopenedFailure(error), since: new Date(this.options.clock.now()).toISOString() };
        this.#feed?.connectionsChanged();
      },
    );
  }

  #keep(known: Pick<Entry, 'id' | 'settings' | 'temporary' | 'shown'>): Entry {
    const openedAt = new Date(this.options.clock.now()).toISOString();
    const entry: Entry = {
      ...known,
      openedAt,
      source: null,
      opened: null,
      unopened: null,
      namespace: '',
      closed: false,
      unwatchFiles: () => undefined,
      renewal: 0,
    };
    this.#entries.set(entry.id, entry);
    this.#feed?.connectionsChanged();
    return entry;
  }

  #watch(entry: Entry, store: ReadableStore, namespace: string): void {
    const feed = this.#feed;
    entry.namespace = namespace;
    const listener = { onDirty: () => feed?.sourceChanged(), onStatus: () => feed?.connectionsChanged() };
    const { shown } = entry;
    const { recorders } = this.options;
    const source =
      shown === null
        ? new Source(entry.id, store, namespace, this.options.clock, {
            ...listener,
            tap: recorders.open(recordedOf(entry, namespace), this.#another(entry)),
          })
        : fixedSource(entry.id, shown.store, shown.file, listener);
    entry.source = source;
    feed?.add(source);
    source.start();
  }

  /** Makes a second connection to an entry's store; null for the practice herd. */
  #another(entry: Entry): (() => Promise<ReadableStore>) | null {
    if (entry.settings === null) return null;
    return () => {
      const { settings } = entry;
      if (entry.closed || settings === null || !isAvailable(settings)) return Promise.reject(new Error('it is closed'));
      return this.options.stores.open(settings, this.#secrets.of(settings.id));
    };
  }

  #close(entry: Entry, replaced = false): void {
    entry.closed = true;
    entry.unwatchFiles();
    this.options.recorders.held.release(entry.id);
    if (!replaced) this.#entries.delete(entry.id);
    if (entry.source !== null) {
      this.#feed?.remove(entry.source);
      entry.source.close();
      if (entry.shown === null) void this.options.recorders.close(entry.id);
    }
    this.#feed?.connectionsChanged();
  }

  #view(entry: Entry): ConnectionView {
    return viewOf(entry, this.#secrets.placesOf(entry.id));
  }

  #newId(): string {
    return randomBytes(8).toString('hex');
  }
}

function notFound(): RequestError {
  return { code: 'not-found', message: 'This connection is not there any more.' };
}
