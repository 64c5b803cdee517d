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

/** How long a page that is there may take to ask its first question, ms. Then the window is shown with what there is. */
const PATIENCE_MS = 400;

/** The program's window, and the way to show it. */
export interface MainWindow {
  readonly window: BrowserWindow;
  /** Shows it for the first time; nothing after that. */
  readonly reveal: () => void;
}

/**
 * Makes the program's window and begins to load its page. It is shown (`reveal`) when the page has asked its
 * first question: the theme and the menu are set by then, so nothing flashes. It is not painted before, for a page that is painted
 * waits for the process that draws (docs/decisions/0011).
 */
export function openMainWindow(options: MainWindowOptions): MainWindow {
  const state = readState(options.stateFile);
  const window = new BrowserWindow({
    title: 'Herdscope',
    width: state.width,
    height: state.height,
    ...(state.place ?? {}),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    show: false,
    paintWhenInitiallyHidden: false,
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
  let timer: NodeJS.Timeout | undefined;
  let revealed = false;
  const reveal = (): void => {
    clearTimeout(timer);
    if (revealed || window.isDestroyed()) return;
    revealed = true;
    if (state.fullScreen) window.setFullScreen(true);
    window.show();
  };
  window.webContents.once('dom-ready', () => {
    timer = setTimeout(reveal, PATIENCE_MS);
  });
  window.webContents.once('did-fail-load', reveal);
  window.webContents.once('render-process-gone', reveal);
  keepState(window, options.stateFile);
  followTheme(window);
  void window.loadURL(options.url);
  return { window, reveal };
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
export function builtPaths(mainFolder: string): {
  readonly preload: string;
  readonly renderer: string;
  readonly examples: string;
} {
  return {
    preload: join(mainFolder, '../preload/index.cjs'),
    renderer: join(mainFolder, '../renderer'),
    examples: join(mainFolder, '../../resources/examples'),
  };
}
