import { app, type BrowserWindow, ipcMain, Menu, powerMonitor, protocol, session } from 'electron';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestNames } from '../app/ipc/names';
import { readCommandLine } from './command-line';
import { log, setLogFolder } from './log';
import type { Program } from './program';
import { guardSession } from './security/session-guard';
import { guardWebContents } from './security/web-contents-guard';
import { appFiles, appOrigin } from './window/app-files';
import { guardDevelopmentPages } from './window/development';
import { builtPaths, openMainWindow } from './window/main-window';
import { whenQuiet } from './window/when-quiet';

const development = import.meta.env.DEV;
const origin = (development ? process.env['ELECTRON_RENDERER_URL'] : undefined) ?? appOrigin;
const paths = builtPaths(__dirname);
const commandLine = readCommandLine(process.argv.slice(1), process.cwd());

/** How long the page's files may hold up the rest of the program. */
const PATIENCE_MS = 2000;

const ourWindows = new Set<number>();
let mainWindow: BrowserWindow | null = null;
let program: Program | null = null;
// The page alone does not count: what it is made of comes after it.
const files = whenQuiet(appFiles(paths.renderer), 5, ({ url }) => !url.endsWith('.html'));

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
  readonly folder: string;
}

/** What came before the program was loaded; it is taken in as soon as it is. */
const early: Handover[] = [];
const handover: Handover = { connect: commandLine.connect, folder: process.cwd() };
if (app.requestSingleInstanceLock({ ...handover })) start();
else app.quit();

function start(): void {
  app.on('second-instance', (_event, _argv, folder, data) => {
    showWindow();
    const later: Handover = { connect: readConnect(data), folder };
    if (program === null) early.push(later);
    else program.connect(later.connect, later.folder, false);
  });
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', () => program?.close());
  process.on('uncaughtException', (error) => {
    log('error', 'uncaught exception', error);
  });
  process.on('unhandledRejection', (error) => {
    log('error', 'unhandled rejection', error);
  });
  void app.whenReady().then(ready);
}

async function ready(): Promise<void> {
  guardSession(session.defaultSession, { origin, isOurWindow, development });
  if (origin !== appOrigin) guardDevelopmentPages(session.defaultSession, origin);
  else protocol.handle('app', files.answer);
  // The window first, and its files: its process reads them while this one loads the rest. It is not shown before its page has
  // painted, which is after the theme and the menu are set.
  showWindow();
  const loaded = load();
  for (const name of requestNames)
    ipcMain.handle(name, async (event, argument: unknown) => (await loaded).answer(event, name, argument));
  program = await loaded;
  program.connect(commandLine.connect, handover.folder, true);
  for (const { connect, folder } of early) program.connect(connect, folder, false);
  program.showMenu();
  powerMonitor.on('resume', () => program?.wake());
}

/** The rest of the program. */
async function load(): Promise<Program> {
  // A page that fails to load must not keep the program from running.
  if (origin === appOrigin) await Promise.race([files.quiet, sleep(PATIENCE_MS)]);
  const { Program } = await import('./program');
  const all = new Program({
    userData,
    origin,
    development,
    isOurWindow,
    window: () => mainWindow,
    showWindow,
  });
  all.start();
  return all;
}

function isOurWindow(webContentsId: number): boolean {
  return ourWindows.has(webContentsId);
}

function showWindow(): void {
  if (!app.isReady()) return;
  if (mainWindow !== null) {
    if (mainWindow.isMinimized()) mainWindow.restore();
    mainWindow.show();
    mainWindow.focus();
    return;
  }
  const window = openMainWindow({
    stateFile: join(userData, 'window.json'),
    preload: paths.preload,
    url: `${origin}/index.html`,
  });
  const { id } = window.webContents;
  ourWindows.add(id);
  mainWindow = window;
  window.once('closed', () => {
    ourWindows.delete(id);
    mainWindow = null;
    program?.windowGone();
  });
  reloadAfterCrash(window);
}

/** A page whose process ended is loaded again, unless that happens over and over. */
function reloadAfterCrash(window: BrowserWindow): void {
  let last = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    program?.windowGone();
    if (reason === 'clean-exit') return;
    log('error', `the window's process ended: ${reason}`);
    const now = Date.now();
    if (now - last > 10_000) window.webContents.reload();
    last = now;
  });
}

/** What another instance handed over came through a socket: it is read like anything from outside. */
function readConnect(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null || !('connect' in data) || !Array.isArray(data.connect)) return [];
  return data.connect.filter((url): url is string => typeof url === 'string').slice(0, 100);
}
