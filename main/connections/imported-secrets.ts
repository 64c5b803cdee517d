import { randomBytes } from 'node:crypto';
import type { SecretFor } from '../../app/ipc/connections/kept-secret';

/** Who imports file after file and saves none should not fill the memory with secrets. */
const most = 100;

/** A secret that an import found. */
export interface ImportedSecret {
  readonly value: string;
  /** Whom the file gives it for; null when it is sent to nobody. */
  readonly givenFor: SecretFor | null;
}

/** Secrets that an import found. They stay in main; the window gets a handle to name them by. */
export class ImportedSecrets {
  readonly #secrets = new Map<string, ImportedSecret>();

  /** Keeps a secret until the program ends, at most; the answer is its handle. */
  keep(secret: ImportedSecret): string {
    const handle = randomBytes(16).toString('hex');
    this.#secrets.set(handle, secret);
    for (const oldest of this.#secrets.keys()) {
      if (this.#secrets.size <= most) break;
      this.#secrets.delete(oldest);
    }
    return handle;
  }

  /** Null for a handle that is not (any more) known. */
  get(handle: string): ImportedSecret | null {
    return this.#secrets.get(handle) ?? null;
  }

  forget(handle: string): void {
    this.#secrets.delete(handle);
  }
}
