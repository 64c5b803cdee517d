import {
  app,
  type BrowserWindow,
  dialog,
  type IpcMainInvokeEvent,
  Menu,
  nativeTheme,
  Notification,
  safeStorage,
  shell,
} from 'electron';
import { join } from 'node:path';
import { type BeginningKind, beginningKinds } from '../app/ipc/beginnings';
import type { EventName, Events, RequestError, RequestName, Responses, Settings } from '../app/ipc/contract';
import type { SnapshotOpened } from '../app/ipc/snapshot';
import { err, type Result } from '../app/result';
import { parseConnectUrl } from './connections/url/connect-url';
import { Connections } from './connections/connections';
import { ImportedSecrets } from './connections/imported-secrets';
import { storeMakers } from './connections/store-makers';
import { Bastions } from './ssh/bastions';
import { AllowedPlugins } from './stores/kubernetes/allowed-plugins';
import { Feed } from './inspection/feed';
import { answer, type Handlers } from './ipc/answer';
import { type FilePurpose, handlers } from './ipc/handlers';
import { mindPast } from './ipc/past-rules';
import { isTrustedSender } from './ipc/sender';
import { ConnectionDoors } from './operations/connection-doors';
import { LaterOperations } from './operations/later-operations';
import { log, logFolder } from './log';
import { Recorders } from './recorder/recorders';
import { ShownTime } from './recorder/shown-time';
import { DatabaseLogins } from './postgres/database-logins';
import { Databases } from './postgres/databases';
import { Secrets } from './secrets/secrets';
import { confirmProgram } from './security/confirm-program';
import { openExternalLink } from './security/external-link';
import { SettingsFile } from './settings/settings-file';
import type { Snapshots } from './snapshot/snapshots';
import { systemClock } from './system-clock';
import { beginningId, menuTemplate } from './window/menu';
import { type Notice, Notifier } from './window/notifier';
import { fileName, saveFile } from './window/save-file';

/** What the program is given by the process that it runs in. */
export interface Host {
  readonly userData: string;
  readonly origin: string;
  readonly development: boolean;
  /** The folder with the examples that come with the program. */
  readonly examples: string;
  readonly isOurWindow: (webContentsId: number) => boolean;
  /** The window; null while there is none (macOS). */
  window(): BrowserWindow | null;
  /** Brings the window to the front, or opens one. */
  showWindow(): void;
  /** The page listens, and the theme and the menu are set: the window may be seen. */
  revealWindow(): void;
  /** Nothing runs any more that goes on without a window, and there is none. */
  idle(): void;
}

/** Everything behind the window: settings, secrets, connections, the feed, and the requests that the window makes. */
export class Program {
  readonly #settings: SettingsFile;
  readonly #secrets: Secrets;
  readonly #imported = new ImportedSecrets();
  readonly #connections: Connections;
  readonly #feed: Feed;
  readonly #databases: Databases;
  /** The operations that can be begun on the cluster that is shown. */
  #possible: readonly BeginningKind[] = [];
  readonly #operations: LaterOperations;
  readonly #recorders: Recorders;
  readonly #time: ShownTime;
  readonly #handlers: Handlers;
  readonly #bastions: Bastions;
  readonly #plugins: AllowedPlugins;
  readonly #notices: string[] = [];
  /** Opened from outside the window, and not told to it yet. */
  readonly #opened: SnapshotOpened[] = [];
  #windowListens = false;
  #loadedSnapshots: Promise<Snapshots> | null = null;
  /** Electron forgets a notification, and with it its click, when nobody holds it. */
  readonly #notifications = new Set<Notification>();

  constructor(private readonly host: Host) {
    this.#settings = new SettingsFile(join(host.userData, 'settings.json'));
    nativeTheme.themeSource = this.#settings.kept.settings.theme;
    for (const notice of this.#settings.notices) this.#noteAtStart(notice);
    this.#secrets = new Secrets(join(host.userData, 'secrets.json'), safeStorage, process.platform);
    this.#bastions = new Bastions(join(host.userData, 'known_hosts'));
    this.#plugins = new AllowedPlugins(join(host.userData, 'allowed-programs.json'));
    this.#recorders = new Recorders({
      folder: join(host.userData, 'recordings'),
      clock: systemClock,
      onTrouble: (sentence) => {
        if (sentence === null) log('info', 'recording goes on');
        else this.#tell(sentence);
      },
      onChanged: () => {
        this.#send('recordings-changed', null);
      },
    });
    this.#connections = new Connections({
      clock: systemClock,
      recorders: this.#recorders,
      settings: this.#settings,
      secrets: this.#secrets,
      imported: this.#imported,
      stores: storeMakers(systemClock, this.#bastions, this.#plugins),
      tell: (sentence) => {
        this.#tell(sentence);
      },
      reportFault: (what, error) => {
        log('error', what, error);
      },
    });
    const notifier = new Notifier(
      systemClock,
      (clusterId) => this.#titleOf(clusterId),
      (notice) => {
        this.#notify(notice);
      },
    );
    this.#feed = new Feed(systemClock, () => this.#connections.views(), {
      send: (message) => {
        this.#send('feed', message);
      },
      happened: (events) => {
        this.#recorders.happened(events);
        if (this.#settings.kept.settings.notifications) notifier.happened(events);
      },
    });
    this.#time = new ShownTime({
      clock: systemClock,
      recorders: this.#recorders,
      live: this.#feed,
      views: () => this.#connections.views(),
      fixed: () => this.#connections.fixedSources(),
      send: (message) => {
        this.#send('feed', message);
      },
      left: () => {
        this.#send('past-left', null);
      },
    });
    const settingsOf = (id: string) => this.#connections.views().find((view) => view.id === id)?.settings ?? null;
    this.#databases = new Databases(systemClock, new DatabaseLogins(this.#secrets, settingsOf));
    this.#operations = new LaterOperations(join(host.userData, 'operations'), systemClock, {
      doors: () => new ConnectionDoors(this.#connections, this.#feed, this.#databases),
      changed: (view) => {
        this.#send('operation', view);
      },
      ended: (view) => {
        const { id: clusterId, words } = { id: view.record.clusterId, words: view.outcome?.words ?? '' };
        if (this.#settings.kept.settings.notifications && this.host.window()?.isFocused() !== true)
          this.#notify({ title: view.outcome?.title ?? view.record.plan.title, body: words, clusterId });
        if (this.host.window() === null) this.host.idle();
      },
      tell: (sentence) => {
        this.#tell(sentence);
      },
    });
    this.#handlers = handlers({
      feed: () => this.#time.feed,
      time: this.#time,
      recorders: this.#recorders,
      connections: this.#connections,
      imported: this.#imported,
      bastions: this.#bastions,
      plugins: this.#plugins,
      confirmProgram: (line) => confirmProgram(line, this.host.window(), dialog),
      databases: this.#databases,
      incidentFolder: join(host.userData, 'incidents'),
      showPossible: (kinds) => {
        this.#showPossible(kinds);
      },
      operations: () => this.#operations.get(),
      sessionStart: () => {
        this.#windowListens = true;
        // After the answer: the window must know the connections first, and showing it takes long.
        setImmediate(() => {
          this.host.revealWindow();
          this.#tellOpened();
        });
        return {
          appVersion: app.getVersion(),
          platform: process.platform,
          settings: this.#settings.kept.settings,
          secrets: this.#secrets.place,
          notices: this.#notices,
        };
      },
      changeSettings: (change) => this.#changeSettings(change),
      chooseFile: (purpose) => this.#chooseFile(purpose),
      snapshots: () => this.#snapshots(),
      chooseSnapshots: () => this.#chooseSnapshots(),
      chooseSnapshotPlace: (name) => this.#chooseSnapshotPlace(name),
      saveFile: async (file) => {
        const window = this.host.window();
        if (window === null) return err({ code: 'refused', message: 'There is no window to ask in.' });
        return saveFile(file, window, dialog, app.getPath('downloads'));
      },
      saveReport: async (wanted) => {
        const window = this.host.window();
        if (window === null) return err({ code: 'refused', message: 'There is no window to ask in.' });
        const { saveReport } = await import('./report/save-report');
        const now = () => new Date(systemClock.now()).toISOString();
        const parts = { connections: this.#connections, time: this.#time, program: app.getVersion(), now };
        return saveReport(parts, wanted, window, dialog, app.getPath('downloads'));
      },
      openLink: async (url) => {
        const window = this.host.window();
        if (window === null) return err({ code: 'refused', message: 'There is no window to ask in.' });
        return openExternalLink(url, window, dialog, shell);
      },
    });
  }

  /** Opens the connections. */
  start(): void {
    this.#connections.start(this.#feed);
    this.#operations.resume();
  }

  /** Whether something runs that goes on without a window. */
  get isBusy(): boolean {
    return this.#operations.loaded?.isBusy === true;
  }

  /** Answers a request from the window. */
  async answer(
    event: IpcMainInvokeEvent,
    name: string,
    argument: unknown,
  ): Promise<Result<Responses[RequestName], RequestError>> {
    if (isTrustedSender(event, this.host.isOurWindow, this.host.origin)) {
      const refused = mindPast(name, this.#time);
      if (refused !== null) return err(refused);
      return answer(this.#handlers, name, argument, (request, error) => {
        log('error', `request ${request}`, error);
      });
    }
    log('warn', `a request (${name}) from a page that is not ours was refused`);
    return err({ code: 'refused', message: 'This page may not ask for anything.' });
  }

  /** The native menu, as the settings are now. */
  showMenu(): void {
    const template = menuTemplate(
      process.platform,
      this.#settings.kept.settings,
      {
        command: (command) => {
          this.host.showWindow();
          this.#send('menu', command);
        },
        begin: (kind) => {
          this.host.showWindow();
          this.#send('begin', kind);
        },
        change: (change) => {
          this.#send('settings', this.#changeSettings(change));
        },
        showLog: () => {
          const folder = logFolder();
          if (folder !== null) void shell.openPath(folder);
        },
      },
      this.host.development,
      this.#possible,
    );
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  /** Dims what cannot be begun now. A menu that is open stays. */
  #showPossible(kinds: readonly BeginningKind[]): void {
    this.#possible = kinds;
    const menu = Menu.getApplicationMenu();
    for (const kind of beginningKinds) {
      const item = menu?.getMenuItemById(beginningId(kind)) ?? null;
      if (item !== null) item.enabled = kinds.includes(kind);
    }
  }

  /** Connections for this run; `folder` is what relative paths in them start from. */
  connect(urls: readonly string[], folder: string, startsNow: boolean): void {
    const problems: string[] = [];
    for (const url of urls) {
      const parsed = parseConnectUrl(url, folder);
      if (parsed.ok) this.#connections.addTemporary(parsed.value);
      else problems.push(parsed.error);
    }
    if (problems.length === 0) return;
    process.stderr.write(`${problems.join('\n')}\n`);
    if (startsNow) for (const problem of problems) this.#noteAtStart(problem);
    // One dialog for all: each has to be closed by hand.
    else this.#tell([...problems.slice(0, 10), ...(problems.length > 10 ? ['…'] : [])].join('\n'));
  }

  /** Opens files from outside the window: by double click, on the command line, by another instance. */
  async openFiles(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    this.#time.leave();
    const opened = await (await this.#snapshots()).openFiles(paths);
    if (opened.kind === 'refused') {
      process.stderr.write(`${opened.message}\n`);
    }
    this.#opened.push(opened);
    if (this.#windowListens) this.#tellOpened();
  }

  /** Tells the window, once it listens, what was opened from outside it. */
  #tellOpened(): void {
    for (const opened of this.#opened.splice(0)) this.#send('snapshot-opened', opened);
  }

  #snapshots(): Promise<Snapshots> {
    this.#loadedSnapshots ??= import('./snapshot/snapshots').then(
      (module) =>
        new module.Snapshots({
          connections: this.#connections,
          time: this.#time,
          recorders: this.#recorders,
          program: app.getVersion(),
          examples: this.host.examples,
          now: () => new Date(systemClock.now()).toISOString(),
        }),
    );
    return this.#loadedSnapshots;
  }

  async #chooseSnapshots(): Promise<readonly string[]> {
    const window = this.host.window();
    if (window === null) return [];
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: 'Open snapshots, exports of a store, or archives of them',
      message: 'Several files of one moment are shown as one picture',
      properties: ['openFile', 'multiSelections', 'showHiddenFiles', 'dontAddToRecent'],
      filters: [
        { name: 'All files', extensions: ['*'] },
        { name: 'Herdscope snapshot', extensions: ['herdscope'] },
      ],
    });
    return canceled ? [] : filePaths;
  }

  async #chooseSnapshotPlace(name: string): Promise<string | null> {
    const window = this.host.window();
    if (window === null) return null;
    const { canceled, filePath } = await dialog.showSaveDialog(window, {
      defaultPath: join(app.getPath('downloads'), `${fileName(name)}.herdscope`),
      filters: [{ name: 'Herdscope snapshot', extensions: ['herdscope'] }],
      properties: ['showOverwriteConfirmation', 'createDirectory', 'dontAddToRecent'],
    });
    return canceled || filePath === '' ? null : filePath;
  }

  /** The machine woke up: connections from before are dead, and there is much to catch up with. */
  wake(): void {
    this.#connections.wake();
  }

  /** The page is gone; it asks for the whole when it is back. */
  windowGone(): void {
    this.#windowListens = false;
    this.#showPossible([]);
    this.#feed.stop();
    this.#time.windowGone();
    this.#operations.loaded?.windowClosed();
  }

  /** Ends everything; resolves when what was recorded is written. */
  close(): Promise<void> {
    this.#time.windowGone();
    const written = this.#recorders.closeAll();
    this.#operations.close();
    this.#databases.close();
    this.#feed.close();
    this.#connections.close();
    this.#bastions.close();
    return written;
  }

  #changeSettings(change: Partial<Settings>): Settings {
    const before = this.#settings.kept.settings;
    const settings: Settings = { ...before, ...change };
    const unkept = this.#settings.change({ settings });
    if (unkept !== null) this.#tell(unkept);
    if (settings.theme !== before.theme) nativeTheme.themeSource = settings.theme;
    if (settings.practice !== before.practice) {
      this.#time.leave();
      this.#connections.setPractice(settings.practice);
    }
    this.showMenu();
    return settings;
  }

  async #chooseFile(purpose: FilePurpose): Promise<string | null> {
    const window = this.host.window();
    if (window === null) return null;
    const titles: Readonly<Record<FilePurpose, string>> = {
      configuration: 'Choose a patroni.yml or patronictl.yaml',
      ca: 'Choose the CA certificate (PEM)',
      certificate: 'Choose the client certificate (PEM)',
      key: 'Choose the private key (PEM)',
      kubeconfig: 'Choose a kubeconfig',
    };
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: titles[purpose],
      message: titles[purpose],
      properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent'],
      filters: [
        ...(purpose === 'configuration' ? [{ name: 'YAML', extensions: ['yml', 'yaml'] }] : []),
        { name: 'All files', extensions: ['*'] },
      ],
    });
    return canceled ? null : (filePaths[0] ?? null);
  }

  /** What a notification calls a cluster; null for practice. */
  #titleOf(clusterId: string): string | null {
    const summary = this.#feed.summary(clusterId);
    if (summary === null || this.#connections.isPractice(summary.connectionId)) return null;
    const connection = this.#connections.views().find(({ id }) => id === summary.connectionId);
    return `${summary.scope.slice(0, 80)} (${connection?.name ?? ''})`;
  }

  #notify(notice: Notice): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title: notice.title, body: notice.body });
    this.#notifications.add(notification);
    notification.once('click', () => {
      this.host.showWindow();
      if (notice.clusterId !== null) this.#send('show-cluster', { clusterId: notice.clusterId });
    });
    notification.once('close', () => this.#notifications.delete(notification));
    notification.show();
    // Not every system tells that a notification was closed.
    for (const oldest of this.#notifications) {
      if (this.#notifications.size <= 20) break;
      this.#notifications.delete(oldest);
    }
  }

  /** The window shows it when it has started. */
  #noteAtStart(sentence: string): void {
    log('warn', sentence);
    this.#notices.push(sentence);
  }

  /** Tells the person something that cannot wait for the next start, without waiting for an answer. */
  #tell(sentence: string): void {
    log('warn', sentence);
    const window = this.host.window();
    if (window !== null) void dialog.showMessageBox(window, { type: 'warning', message: sentence, buttons: ['OK'] });
  }

  #send<E extends EventName>(name: E, event: Events[E]): void {
    const contents = this.host.window()?.webContents;
    if (contents !== undefined && !contents.isDestroyed()) contents.send(name, event);
  }
}
