import { join } from 'node:path';

type Level = 'info' | 'warn' | 'error';

const maxLogBytes = 1_000_000;
let folder: string | null = null;
let loading: Promise<((level: Level, text: string) => void) | null> | null = null;

/** Where the log goes. Nothing is loaded or written before the first line. */
export function setLogFolder(path: string): void {
  folder = path;
}

/** The log's folder; null before it was set. */
export function logFolder(): string | null {
  return folder;
}

/**
 * Writes a line to the log file, which is rotated at 1 MB, once. Never call it with a value from a store, a password or
 * an address with credentials; `error` is cut to its kind, message and place.
 */
export function log(level: Level, text: string, error?: unknown): void {
  const line = error === undefined ? text : `${text}: ${describe(error)}`;
  loading ??= load();
  void loading.then((write) => write?.(level, line));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? `${error.name}: ${error.message}`).slice(0, 4000);
}

async function load(): Promise<((level: Level, text: string) => void) | null> {
  if (folder === null) return null;
  try {
    const { default: electronLog } = await import('electron-log/node');
    const path = join(folder, 'herdscope.log');
    const logger = electronLog.create({ logId: 'herdscope' });
    logger.transports.console.level = false;
    logger.transports.file.resolvePathFn = () => path;
    logger.transports.file.maxSize = maxLogBytes;
    return (level, text) => {
      logger[level](text);
    };
  } catch {
    // A program that cannot log goes on.
    return null;
  }
}
