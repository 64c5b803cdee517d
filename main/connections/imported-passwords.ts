import { randomBytes } from 'node:crypto';
import type { PasswordFor } from '../../app/ipc/kept-password';

/** Who imports file after file and saves none should not fill the memory with passwords. */
const most = 100;

/** Passwords that an import found. They stay in main; the window gets a handle to name them by. */
export class ImportedPasswords {
  readonly #passwords = new Map<string, { readonly password: string; readonly givenFor: PasswordFor }>();

  /** Keeps a password, and whom the file gives it for, until the program ends, at most; the answer is its handle. */
  keep(password: string, { endpoints, username }: PasswordFor): string {
    const handle = randomBytes(16).toString('hex');
    this.#passwords.set(handle, { password, givenFor: { endpoints, username } });
    for (const oldest of this.#passwords.keys()) {
      if (this.#passwords.size <= most) break;
      this.#passwords.delete(oldest);
    }
    return handle;
  }

  /** Null for a handle that is not (any more) known. */
  get(handle: string): string | null {
    return this.#passwords.get(handle)?.password ?? null;
  }

  /** Whom the file gives it for; null for a handle that is not (any more) known. */
  givenFor(handle: string): PasswordFor | null {
    return this.#passwords.get(handle)?.givenFor ?? null;
  }

  forget(handle: string): void {
    this.#passwords.delete(handle);
  }
}
