import { readFileSync } from 'node:fs';
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
  /** Where `set` puts a secret unless it is told otherwise. */
  readonly place: 'keychain' | 'this-run';

  /** Never throws: a secrets file that cannot be read counts as empty, and its passwords are asked for again. */
  constructor(
    private readonly path: string,
    private readonly keychain: Keychain,
    platform: string,
  ) {
    this.place = isSafe(keychain, platform) ? 'keychain' : 'this-run';
    this.#encrypted = readEncrypted(path);
  }

  /** Where the secret of this name is. */
  placeOf(name: string): SecretPlace {
    if (this.#inMemory.has(name))
      return this.#encrypted.has(name) && this.place === 'keychain' ? 'keychain' : 'this-run';
    return this.#encrypted.has(name) && this.place === 'keychain' ? 'keychain' : 'none';
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
      return secret;
    } catch {
      return null;
    }
  }

  /** Keeps a secret; with `thisRunOnly` never beyond this run. When the file cannot be written it holds for this run. */
  set(name: string, secret: string, thisRunOnly = false): void {
    this.#inMemory.set(name, secret);
    const hadOne = this.#encrypted.delete(name);
    if (this.place === 'this-run' || thisRunOnly) {
      if (hadOne) this.#write();
      return;
    }
    try {
      this.#encrypted.set(name, this.keychain.encryptString(secret).toString('base64'));
    } catch {
      return;
    }
    if (!this.#write()) this.#encrypted.delete(name);
  }

  remove(name: string): void {
    this.#inMemory.delete(name);
    if (this.#encrypted.delete(name)) this.#write();
  }

  #write(): boolean {
    try {
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

function readEncrypted(path: string): Map<string, string> {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(parsed.success ? Object.entries(parsed.data.secrets) : []);
  } catch {
    return new Map();
  }
}
