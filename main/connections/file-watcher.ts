import { type Stats, unwatchFile, watchFile } from 'node:fs';

/** How often a file is looked at, in milliseconds: some replace a file in a way that the system tells nobody of. */
const EVERY_MS = 2000;
/** A certificate and its key are replaced one after the other: both should be there. */
const SETTLE_MS = 500;

/** Tells when one of `files` was replaced, once for those that were replaced together. The answer ends it. */
export function watchFiles(files: readonly string[], onReplaced: () => void, everyMs = EVERY_MS): () => void {
  let timer: NodeJS.Timeout | undefined;
  const listen = (now: Stats, before: Stats): void => {
    const same = now.mtimeMs === before.mtimeMs && now.ino === before.ino && now.size === before.size;
    // A file that is gone for now cannot be read; what comes in its place is told.
    if (same || now.ino === 0) return;
    clearTimeout(timer);
    timer = setTimeout(onReplaced, SETTLE_MS);
  };
  for (const file of files) watchFile(file, { persistent: false, interval: everyMs }, listen);
  return () => {
    clearTimeout(timer);
    for (const file of files) unwatchFile(file, listen);
  };
}
