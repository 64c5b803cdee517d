import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from '../settings/replace-file';

/** What encrypts for this user of this machine: the part of Electron's `safeStorage` that is used. */
export interface Keychain {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(encrypted: Buffer): string;
  /** Linux, Electron 25.5 and later. */
  getSelectedStorageBackend?(): string;
}

/** Where a secret is. */
export type SecretPlace = 'none' | 'keychain' | 'this-run';

/** Under which name the PostgreSQL login of a connection is kept. */
export const databaseLoginName = (connectionId: string): string => `${connectionId}:postgresql`;

const fileSchema = z.object({ version: z.literal(1), secrets: z.record(z.string(), z.string()) });

/**
 * The connections' passwords. Where the system has a keychain they are kept in a file of their own, encrypted with a key
 * that the keychain holds; elsewhere only in memory until the program ends. Never in clear in any file.
 */
export class Secrets {
  readonly #inMemory = new Map<string, string>();
  readonly #encrypted: Map<string, string>;
  /** What the keychain did not open when it was asked last. */
  readonly #unopened = new Set<string>();
  /** There is a file, of which nothing could be read. */
  #isUnreadable: boolean;
  /** Where `set` puts a secret unless it is told otherwise. */
  readonly place: 'keychain' | 'this-run';

  /**
   * Never throws: a secrets file that cannot be read counts as empty, and its passwords are asked for again. It is not written over
   * (it may be of a later version, or be read again tomorrow) but put aside first.
   */
  constructor(
    private readonly path: string,
    private readonly keychain: Keychain,
    platform: string,
  ) {
    this.place = isSafe(keychain, platform) ? 'keychain' : 'this-run';
    const found = readEncrypted(path);
    this.#encrypted = found ?? new Map<string, string>();
    this.#isUnreadable = found === null;
  }

  /** Where the secret of this name is. */
  placeOf(name: string): SecretPlace {
    if (this.place === 'keychain' && this.#encrypted.has(name) && !this.#unopened.has(name)) return 'keychain';
    return this.#inMemory.has(name) ? 'this-run' : 'none';
  }

  /** The secret; null when there is none, or when the keychain no longer opens it. */
  get(name: string): string | null {
    const known = this.#inMemory.get(name);
    if (known !== undefined) return known;
    const encrypted = this.#encrypted.get(name);
    if (encrypted === undefined || this.place !== 'keychain') return null;
    try {
      const secret = this.keychain.decryptString(Buffer.from(encrypted, 'base64'));
      this.#inMemory.set(name, secret);
      this.#unopened.delete(name);
      return secret;
    } catch {
      this.#unopened.add(name);
      return null;
    }
  }

  /** Keeps a secret; with `thisRunOnly` never beyond this run. When the file cannot be written it holds for this run. */
  set(name: string, secret: string, thisRunOnly = false): void {
    this.#inMemory.set(name, secret);
    this.#unopened.delete(name);
    const hadOne = this.#encrypted.delete(name);
    if (this.place === 'this-run' || thisRunOnly) {
      if (hadOne) this.#write();
      return;
    }
    try {
      this.#encrypted.set(name, this.keychain.encryptString(secret).toString('base64'));
    } catch {
      // The one from before is not to come back with the next start.
      if (hadOne) this.#write();
      return;
    }
    if (!this.#write()) this.#encrypted.delete(name);
  }

  /** Forgets a secret; false when it is still in the file, which could not be written. */
  remove(name: string): boolean {
    this.#inMemory.delete(name);
    return !this.#encrypted.delete(name) || this.#write();
  }

  #write(): boolean {
    try {
      if (this.#isUnreadable) renameSync(this.path, `${this.path}.broken-${randomBytes(4).toString('hex')}`);
      this.#isUnreadable = false;
      replaceFile(
        this.path,
        `${JSON.stringify({ version: 1, secrets: Object.fromEntries(this.#encrypted) }, null, 2)}\n`,
      );
      return true;
    } catch {
      return false;
    }
  }
}

/** Electron's `basic_text` encrypts with a password that is the same everywhere: that is no secret. */
function isSafe(keychain: Keychain, platform: string): boolean {
  try {
    if (!keychain.isEncryptionAvailable()) return false;
    if (platform !== 'linux') return true;
    const backend = keychain.getSelectedStorageBackend?.();
    // Before 25.5 Electron does not tell which it is, and `isEncryptionAvailable` is true for `basic_text` too.
    return backend !== undefined && backend !== 'basic_text' && backend !== 'unknown';
  } catch {
    return false;
  }
}

/** Null where there is a file that cannot be read. */
function readEncrypted(path: string): Map<string, string> | null {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? new Map(Object.entries(parsed.data.secrets)) : null;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? new Map() : null;
  }
}
