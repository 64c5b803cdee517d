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
import type { EventName, Events, RequestError, RequestName, Responses, Settings } from '../app/ipc/contract';
import { err, type Result } from '../app/result';
import { parseConnectUrl } from './connections/connect-url';
import { Connections } from './connections/connections';
import { ImportedPasswords } from './connections/imported-passwords';
import { storeMakers } from './connections/store-makers';
import { Feed } from './inspection/feed';
import { answer, type Handlers } from './ipc/answer';
import { type FilePurpose, handlers } from './ipc/handlers';
import { isTrustedSender } from './ipc/sender';
import { log, logFolder } from './log';
import { Secrets } from './secrets/secrets';
import { openExternalLink } from './security/external-link';
import { SettingsFile } from './settings/settings-file';
import { systemClock } from './system-clock';
import { menuTemplate } from './window/menu';
import { type Notice, Notifier } from './window/notifier';
import { saveFile } from './window/save-file';

/** What the program is given by the process that it runs in. */
export interface Host {
  readonly userData: string;
  readonly origin: string;
  readonly development: boolean;
  readonly isOurWindow: (webContentsId: number) => boolean;
  /** The window; null while there is none (macOS). */
  window(): BrowserWindow | null;
  /** Brings the window to the front, or opens one. */
  showWindow(): void;
}

/** Everything behind the window: settings, secrets, connections, the feed, and the requests that the window makes. */
export class Program {
  readonly #settings: SettingsFile;
  readonly #secrets: Secrets;
  readonly #imported = new ImportedPasswords();
  readonly #connections: Connections;
  readonly #feed: Feed;
  readonly #handlers: Handlers;
  readonly #notices: string[] = [];
  /** Electron forgets a notification, and with it its click, when nobody holds it. */
  readonly #notifications = new Set<Notification>();

  constructor(private readonly host: Host) {
    this.#settings = new SettingsFile(join(host.userData, 'settings.json'));
    nativeTheme.themeSource = this.#settings.kept.settings.theme;
    for (const notice of this.#settings.notices) this.#noteAtStart(notice);
    this.#secrets = new Secrets(join(host.userData, 'secrets.json'), safeStorage, process.platform);
    this.#connections = new Connections({
      clock: systemClock,
      settings: this.#settings,
      secrets: this.#secrets,
      imported: this.#imported,
      stores: storeMakers(systemClock),
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
        if (this.#settings.kept.settings.notifications) notifier.happened(events);
      },
    });
    this.#handlers = handlers({
      feed: this.#feed,
      connections: this.#connections,
      imported: this.#imported,
      sessionStart: () => ({
        appVersion: app.getVersion(),
        platform: process.platform,
        settings: this.#settings.kept.settings,
        secrets: this.#secrets.place,
        notices: this.#notices,
      }),
      changeSettings: (change) => this.#changeSettings(change),
      chooseFile: (purpose) => this.#chooseFile(purpose),
      saveFile: async (file) => {
        const window = this.host.window();
        if (window === null) return err({ code: 'refused', message: 'There is no window to ask in.' });
        return saveFile(file, window, dialog, app.getPath('downloads'));
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
  }

  /** Answers a request from the window. */
  async answer(
    event: IpcMainInvokeEvent,
    name: string,
    argument: unknown,
  ): Promise<Result<Responses[RequestName], RequestError>> {
    if (isTrustedSender(event, this.host.isOurWindow, this.host.origin))
      return answer(this.#handlers, name, argument, (request, error) => {
        log('error', `request ${request}`, error);
      });
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
        change: (change) => {
          this.#send('settings', this.#changeSettings(change));
        },
        showLog: () => {
          const folder = logFolder();
          if (folder !== null) void shell.openPath(folder);
        },
      },
      this.host.development,
    );
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  /** Connections for this run; `folder` is what relative paths in them start from. */
  connect(urls: readonly string[], folder: string, startsNow: boolean): void {
    for (const url of urls) {
      const parsed = parseConnectUrl(url, folder);
      if (parsed.ok) {
        this.#connections.addTemporary(parsed.value);
        continue;
      }
      process.stderr.write(`${parsed.error}\n`);
      if (startsNow) this.#noteAtStart(parsed.error);
      else this.#tell(parsed.error);
    }
  }

  /** The machine woke up: connections from before are dead, and there is much to catch up with. */
  wake(): void {
    this.#connections.wake();
  }

  /** The page is gone; it asks for the whole when it is back. */
  windowGone(): void {
    this.#feed.stop();
  }

  close(): void {
    this.#feed.close();
    this.#connections.close();
  }

  #changeSettings(change: Partial<Settings>): Settings {
    const before = this.#settings.kept.settings;
    const settings: Settings = { ...before, ...change };
    const unkept = this.#settings.change({ settings });
    if (unkept !== null) this.#tell(unkept);
    if (settings.theme !== before.theme) nativeTheme.themeSource = settings.theme;
    if (settings.practice !== before.practice) this.#connections.setPractice(settings.practice);
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
