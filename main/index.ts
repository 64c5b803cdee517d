import { app, protocol, session } from 'electron';
import { join } from 'node:path';
import { readCommandLine } from './command-line';
import { guardSession } from './security/session-guard';
import { guardWebContents } from './security/web-contents-guard';
import { appFiles, appOrigin } from './window/app-files';
import { builtPaths, openMainWindow } from './window/main-window';

const commandLine = readCommandLine(process.argv.slice(1), process.cwd());
if (commandLine.userData !== null) app.setPath('userData', commandLine.userData);

// As root Chromium's sandbox cannot start, and whoever starts the program so has to say `--no-sandbox` (npm start does). The
// two together would end every process. The window asks for a sandboxed renderer of its own either way.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);

const development = import.meta.env.DEV;
const origin = (development ? process.env['ELECTRON_RENDERER_URL'] : undefined) ?? appOrigin;
guardWebContents(app, origin);

const ourWindows = new Set<number>();
const paths = builtPaths(__dirname);

void app.whenReady().then(() => {
  guardSession(session.defaultSession, { origin, isOurWindow: (id) => ourWindows.has(id), development });
  protocol.handle('app', appFiles(paths.renderer));
  const window = openMainWindow({
    stateFile: join(app.getPath('userData'), 'window.json'),
    preload: paths.preload,
    url: `${origin}/index.html`,
  });
  const id = window.webContents.id;
  ourWindows.add(id);
  window.once('closed', () => ourWindows.delete(id));
});

app.on('window-all-closed', () => {
  app.quit();
});
