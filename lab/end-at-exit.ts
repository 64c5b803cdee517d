const endings = new Set<() => void>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `end` when this process exits, also by Ctrl-C, SIGTERM, a closed terminal or an uncaught error, unless the returned function was called
 * before. `end` cannot wait for anything: the event loop no longer turns.
 */
export function endAtExit(end: () => void): () => void {
  if (endings.size === 0) {
    process.on('exit', runAll);
    for (const name of signals) process.on(name, exit);
  }
  endings.add(end);
  return () => {
    endings.delete(end);
    if (endings.size > 0) return;
    process.removeListener('exit', runAll);
    for (const name of signals) process.removeListener(name, exit);
  };
}

function runAll(): void {
  for (const end of endings) end();
  endings.clear();
}

function exit(name: NodeJS.Signals): void {
  // What a shell reports for a program that a signal ended.
  process.exit({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[name as string] ?? 1);
}
