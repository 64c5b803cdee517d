import { app, type BrowserWindow, ipcMain, Menu, powerMonitor, protocol, session } from 'electron';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestNames } from '../app/ipc/names';
import { readCommandLine } from './command-line';
import { loadInTurns, turn } from './load-in-turns';
import { log, setLogFolder } from './log';
import type { Program } from './program';
import { guardSession } from './security/session-guard';
import { guardWebContents } from './security/web-contents-guard';
import { appFiles, appOrigin } from './window/app-files';
import { guardDevelopmentPages } from './window/development';
import { recoverFromCrashes } from './window/crash-recovery';
import { builtPaths, openMainWindow } from './window/main-window';
import { whenFirstAnswered } from './window/when-first-answered';

const development = import.meta.env.DEV;
const origin = (development ? process.env['ELECTRON_RENDERER_URL'] : undefined) ?? appOrigin;
const paths = builtPaths(__dirname);
const commandLine = readCommandLine(process.argv.slice(1), process.cwd(), process.defaultApp === true);

/** How long the page's first file may hold up the rest of the program. */
const PATIENCE_MS = 2000;

const ourWindows = new Set<number>();
let mainWindow: BrowserWindow | null = null;
let revealWindow = (): void => undefined;
let program: Program | null = null;
const files = whenFirstAnswered(appFiles(paths.renderer));

if (commandLine.userData !== null) app.setPath('userData', commandLine.userData);
const userData = app.getPath('userData');
setLogFolder(join(userData, 'logs'));

// As root Chromium's sandbox cannot start, and whoever starts the program so has to say `--no-sandbox` (npm start does). The
// two together would end every process. The window asks for a sandboxed renderer of its own either way.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);
guardWebContents(app, origin);
// Ours comes later; Electron's own would be built for nothing.
Menu.setApplicationMenu(null);

/** What a second instance hands over to the first. */
interface Handover {
  readonly connect: readonly string[];
  readonly files: readonly string[];
  readonly folder: string;
}

/** What came before the program was loaded; it is taken in as soon as it is. */
const early: Handover[] = [];
const MOST_EARLY = 100;
const handover: Handover = { connect: commandLine.connect, files: commandLine.files, folder: process.cwd() };
if (app.requestSingleInstanceLock({ ...handover })) start();
else app.quit();

function start(): void {
  app.on('second-instance', (_event, _argv, folder, data) => {
    showWindow();
    takeIn({ connect: readTexts(data, 'connect'), files: readTexts(data, 'files').filter(isAbsolute), folder });
  });
  // macOS: a double click on a file, or a file dropped onto the icon.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    showWindow();
    takeIn({ connect: [], files: [path], folder: '/' });
  });
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    // An operation is followed to its end; the program then ends by itself.
    if (process.platform !== 'darwin' && program?.isBusy !== true) app.quit();
  });
  app.on('will-quit', quit);
  process.on('uncaughtException', (error) => {
    log('error', 'uncaught exception', error);
  });
  process.on('unhandledRejection', (error) => {
    log('error', 'unhandled rejection', error);
  });
  void app.whenReady().then(ready);
}

function takeIn(later: Handover): void {
  if (program === null) {
    if (early.length < MOST_EARLY) early.push(later);
    return;
  }
  program.connect(later.connect, later.folder, false);
  void program.openFiles(later.files);
}

async function ready(): Promise<void> {
  guardSession(session.defaultSession, { origin, isOurWindow, development });
  if (origin !== appOrigin) guardDevelopmentPages(session.defaultSession, origin);
  // Not protocol.handle: that takes a Response, whose first use in this process holds the window up (docs/decisions/0011).
  else
    protocol.registerBufferProtocol('app', (request, answer) => {
      answer(files.answer(request));
    });
  // The window first: its process starts while this one loads the rest. It is shown when its page
  // has asked its first question, which is after the theme and the menu are set.
  showWindow();
  const loaded = load();
  for (const name of requestNames)
    ipcMain.handle(name, async (event, argument: unknown) => (await loaded).answer(event, name, argument));
  program = await loaded;
  program.connect(commandLine.connect, handover.folder, true);
  void program.openFiles(commandLine.files);
  for (const later of early.splice(0)) takeIn(later);
  program.showMenu();
  powerMonitor.on('resume', () => program?.wake());
}

/** The rest of the program, its large parts first: `Program` alone would bring them all at once. */
async function load(): Promise<Program> {
  // A page that fails to load must not keep the program from running.
  if (origin === appOrigin) await Promise.race([files.first, sleep(PATIENCE_MS)]);
  await loadInTurns([
    () => import('./settings/settings-file'),
    () => import('../app/ipc/connections/fields'),
    () => import('../app/ipc/contract'),
    () => import('../app/cluster/cluster'),
    () => import('../app/findings/index'),
    () => import('./recorder/recorders'),
    () => import('./connections/connections'),
    () => import('./inspection/feed'),
    () => import('./ipc/handlers'),
  ]);
  const { Program } = await import('./program');
  const all = new Program({
    userData,
    origin,
    development,
    isOurWindow,
    window: () => mainWindow,
    showWindow,
    revealWindow: () => {
      revealWindow();
    },
    idle: () => {
      if (process.platform !== 'darwin') app.quit();
    },
    examples: paths.examples,
  });
  await turn();
  all.start();
  return all;
}

let quitting = false;

/** What is recorded is written first. A disk that hangs would keep even `app.exit` waiting, so the program then ends itself at once. */
function quit(event: Electron.Event): void {
  const all = program;
  if (all === null || quitting) return;
  quitting = true;
  event.preventDefault();
  void Promise.race([closed(all), sleep(PATIENCE_MS, 'hangs' as const)]).then((how) => {
    if (how === 'hangs') process.kill(process.pid, 'SIGKILL');
    else app.quit();
  });
}

async function closed(all: Program): Promise<'closed'> {
  try {
    await all.close();
  } catch (error) {
    log('error', 'closing', error);
  }
  return 'closed';
}

function isOurWindow(webContentsId: number): boolean {
  return ourWindows.has(webContentsId);
}

function showWindow(): void {
  if (!app.isReady()) return;
  // One that was just closed may not have said so yet.
  if (mainWindow?.isDestroyed() === true) forgetWindow(mainWindow);
  if (mainWindow !== null) {
    if (mainWindow.isMinimized()) mainWindow.restore();
    mainWindow.show();
    mainWindow.focus();
    return;
  }
  const opened = openMainWindow({
    stateFile: join(userData, 'window.json'),
    preload: paths.preload,
    url: `${origin}/index.html`,
  });
  const { window } = opened;
  const { id } = window.webContents;
  ourWindows.add(id);
  mainWindow = window;
  revealWindow = opened.reveal;
  window.once('closed', () => {
    ourWindows.delete(id);
    forgetWindow(window);
  });
  recoverFromCrashes(window, () => program?.windowGone());
}

function forgetWindow(window: BrowserWindow): void {
  if (mainWindow !== window) return;
  mainWindow = null;
  program?.windowGone();
}

/** What another instance handed over came through a socket: it is read like anything from outside. */
function readTexts(data: unknown, name: string): readonly string[] {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, name)) return [];
  const list: unknown = Reflect.get(data, name);
  return Array.isArray(list) ? list.filter((text): text is string => typeof text === 'string').slice(0, 100) : [];
}
