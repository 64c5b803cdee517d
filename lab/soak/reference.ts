import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type ReferenceEvent, readWatchLine } from './etcdctl-json';

/** The history as somebody else sees it: `etcdctl watch` from revision 1, on a connection that nobody cuts. */
export class Reference {
  /** In the store's order; the checker takes them out at the front. */
  readonly events: ReferenceEvent[] = [];
  /** All events so far, those taken out included. */
  count = 0;
  deletions = 0;
  /** Deletions of keys that only their lease's end deletes. */
  expiries = 0;
  lastRevision = 0;
  /** Set when the reference itself broke: then nothing is proved. */
  failure: string | null = null;
  readonly #child: ChildProcess;
  #closing = false;

  constructor(endpoint: string, prefix: string) {
    const child = spawn('etcdctl', ['--endpoints', endpoint, 'watch', '--prefix', '--rev=1', '-w', 'json', prefix], {
      env: { ...process.env, ETCDCTL_API: '3' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(line));
    child.stderr.on('data', (text) => (this.failure ??= `etcdctl watch: ${String(text).trim()}`));
    child.once('exit', () => {
      if (!this.#closing) this.failure ??= 'etcdctl watch ended';
    });
  }

  close(): void {
    this.#closing = true;
    this.#child.kill('SIGKILL');
  }

  #take(line: string): void {
    for (const event of readWatchLine(line)) {
      this.events.push(event);
      this.count++;
      if (event.kind === 'delete') {
        this.deletions++;
        if (event.key.includes('/lease/')) this.expiries++;
      }
      this.lastRevision = event.revision;
    }
  }
}
