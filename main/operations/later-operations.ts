import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Clock } from '../../app/clock';
import type { Doors } from './cluster-door';
import type { Operations, OperationsOptions } from './operations';

/** What had not ended is looked for so long after the start, which it must not slow down. */
const RESUME_MS = 1500;

export interface LaterOptions extends Pick<OperationsOptions, 'changed' | 'ended' | 'tell'> {
  doors(): Doors;
}

/** The operations, loaded when they are first wanted, or when there are some from before. */
export class LaterOperations {
  #loading: Promise<Operations> | null = null;
  #stopTimer: (() => void) | null = null;
  #closed = false;
  /** Null before they were wanted. */
  loaded: Operations | null = null;

  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly options: LaterOptions,
  ) {}

  /** Goes on with what had not ended when the program did. */
  resume(): void {
    this.#stopTimer = this.clock.after(RESUME_MS, () => {
      if (existsSync(this.folder)) void this.get();
    });
  }

  get(): Promise<Operations> {
    return (this.#loading ??= this.#load());
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer?.();
    this.loaded?.close();
  }

  async #load(): Promise<Operations> {
    const { Operations } = await import('./operations');
    const { changed, ended, tell } = this.options;
    const operations = new Operations({
      folder: this.folder,
      doors: this.options.doors(),
      clock: this.clock,
      by: whoWeAre(),
      changed,
      ended,
      tell,
    });
    if (!this.#closed) {
      this.loaded = operations;
      operations.start();
    }
    return operations;
  }
}

/** The account and the machine, for the report. */
function whoWeAre(): { readonly user: string; readonly host: string } {
  try {
    return { user: userInfo().username, host: hostname() };
  } catch {
    // An account without an entry in the system's user database.
    return { user: 'unknown', host: hostname() };
  }
}
