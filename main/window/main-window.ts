import { BrowserWindow, nativeTheme, screen } from 'electron';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../settings/replace-file';
import { minimumSize, windowStateFrom, type WindowState } from './window-state';

/** The window's background before its page has painted: `--bg` of the renderer's two themes. */
const backgrounds = { dark: '#0d1014', light: '#f4f5f7' } as const;

export interface MainWindowOptions {
  /** Where the window's place and size are kept. */
  readonly stateFile: string;
  readonly preload: string;
  readonly url: string;
}

/** Makes the program's window and begins to load its page. It shows itself once the page has painted, so nothing flashes. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const state = readState(options.stateFile);
  const window = new BrowserWindow({
    title: 'Herdscope',
    width: state.width,
    height: state.height,
    ...(state.place ?? {}),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Nothing is written at length here, and the dictionaries would be fetched from outside.
      spellcheck: false,
      enableWebSQL: false,
      devTools: import.meta.env.DEV,
    },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => {
    if (state.fullScreen) window.setFullScreen(true);
    window.show();
  });
  keepState(window, options.stateFile);
  followTheme(window);
  void window.loadURL(options.url);
  return window;
}

function readState(file: string): WindowState {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // The first start, or a file that cannot be read: the window opens in its first size.
  }
  return windowStateFrom(
    text,
    screen.getAllDisplays().map((display) => display.workArea),
  );
}

function keepState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const { x, y, width, height } = window.getNormalBounds();
    const state: WindowState = {
      place: { x, y },
      width,
      height,
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
    };
    try {
      replaceFile(file, JSON.stringify(state));
    } catch {
      // A place that cannot be kept must not keep the window from closing.
    }
  });
}

function followTheme(window: BrowserWindow): void {
  const update = () => {
    window.setBackgroundColor(nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light);
  };
  nativeTheme.on('updated', update);
  window.once('closed', () => nativeTheme.off('updated', update));
}

/** Where the preload and the page are in the built program. */
export function builtPaths(mainFolder: string): { readonly preload: string; readonly renderer: string } {
  return { preload: join(mainFolder, '../preload/index.cjs'), renderer: join(mainFolder, '../renderer') };
}
