import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Keychain, Secrets } from './secrets';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-secrets-'));
  path = join(folder, 'secrets.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A keychain with a key of its own, as each user of each machine has one. */
function keychain(backend: string | undefined = 'gnome_libsecret', available = true): Keychain {
  const key = randomBytes(32);
  return {
    isEncryptionAvailable: () => available,
    encryptString: (text) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    decryptString: (encrypted) => {
      const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12));
      decipher.setAuthTag(encrypted.subarray(-16));
      return Buffer.concat([decipher.update(encrypted.subarray(12, -16)), decipher.final()]).toString('utf8');
    },
    ...(backend === undefined ? {} : { getSelectedStorageBackend: () => backend }),
  };
}

describe('a password', () => {
  it('is kept for the next run where there is a keychain, and is not in the file in clear', () => {
    const chain = keychain();
    const secrets = new Secrets(path, chain, 'linux');
    secrets.set('c1', 'correct horse');
    expect(secrets.placeOf('c1')).toBe('keychain');
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('correct horse');
    expect(text).not.toContain(Buffer.from('correct horse').toString('base64'));
    const next = new Secrets(path, chain, 'linux');
    expect(next.placeOf('c1')).toBe('keychain');
    expect(next.get('c1')).toBe('correct horse');
  });

  it.each([
    ['there is no keychain', keychain('gnome_libsecret', false), 'linux'],
    ['Linux offers only basic_text', keychain('basic_text'), 'linux'],
    [
      'Electron is too old to tell which keychain it is',
      { ...keychain(), getSelectedStorageBackend: undefined },
      'linux',
    ],
  ] as const)('is kept for this run only where %s', (_why, chain, platform) => {
    const { getSelectedStorageBackend, ...rest } = chain;
    const secrets = new Secrets(path, getSelectedStorageBackend === undefined ? rest : chain, platform);
    expect(secrets.place).toBe('this-run');
    secrets.set('c1', 'correct horse');
    expect(secrets.placeOf('c1')).toBe('this-run');
    expect(secrets.get('c1')).toBe('correct horse');
    expect(existsSync(path)).toBe(false);
  });

  it('needs no named backend on macOS and Windows', () => {
    const { getSelectedStorageBackend: _none, ...chain } = keychain();
    expect(new Secrets(path, chain, 'darwin').place).toBe('keychain');
    expect(new Secrets(path, chain, 'win32').place).toBe('keychain');
  });

  it('that is for this run only is not kept, and takes the kept one of the same name away', () => {
    const chain = keychain();
    const secrets = new Secrets(path, chain, 'linux');
    secrets.set('c1', 'old');
    secrets.set('c1', 'new', true);
    expect(secrets.get('c1')).toBe('new');
    expect(secrets.placeOf('c1')).toBe('this-run');
    expect(new Secrets(path, chain, 'linux').placeOf('c1')).toBe('none');
  });

  it('that was removed is gone from the file too', () => {
    const chain = keychain();
    const secrets = new Secrets(path, chain, 'linux');
    secrets.set('__proto__', 'a');
    secrets.set('c2', 'b');
    secrets.remove('c2');
    expect(secrets.get('c2')).toBeNull();
    const next = new Secrets(path, chain, 'linux');
    expect(next.get('c2')).toBeNull();
    expect(next.placeOf('c2')).toBe('none');
  });

  it('that the keychain no longer opens counts as none, and so does a broken file', () => {
    new Secrets(path, keychain(), 'linux').set('c1', 'correct horse');
    expect(new Secrets(path, keychain(), 'linux').get('c1')).toBeNull();
    writeFileSync(path, '{"version":1,"secrets":{"c1":7');
    expect(new Secrets(path, keychain(), 'linux').placeOf('c1')).toBe('none');
  });

  it('that the keychain did not open is not said to be there, until it is opened or given anew', () => {
    const chain = keychain();
    new Secrets(path, chain, 'linux').set('c1', 'correct horse');
    let isLocked = true;
    const decryptString = (encrypted: Buffer): string => {
      if (isLocked) throw new Error('locked');
      return chain.decryptString(encrypted);
    };
    const secrets = new Secrets(path, { ...chain, decryptString }, 'linux');
    expect([secrets.get('c1'), secrets.placeOf('c1')]).toEqual([null, 'none']);
    isLocked = false;
    expect([secrets.get('c1'), secrets.placeOf('c1')]).toEqual(['correct horse', 'keychain']);
  });

  it('that the keychain does not take is kept for this run, and the one before does not come back', () => {
    const chain = keychain();
    new Secrets(path, chain, 'linux').set('c1', 'old');
    const encryptString = (): Buffer => {
      throw new Error('no more');
    };
    const secrets = new Secrets(path, { ...chain, encryptString }, 'linux');
    secrets.set('c1', 'new');
    expect([secrets.get('c1'), secrets.placeOf('c1')]).toEqual(['new', 'this-run']);
    expect(new Secrets(path, chain, 'linux').get('c1')).toBeNull();
  });

  it('that could not be taken out of the file is told so', () => {
    const secrets = new Secrets(path, keychain(), 'linux');
    secrets.set('c1', 'correct horse');
    rmSync(folder, { recursive: true });
    // No folder can be made where a file stands.
    writeFileSync(folder, '');
    expect(secrets.remove('c1')).toBe(false);
    expect(secrets.remove('c1')).toBe(true);
  });

  it.each(['{"version":2,"secrets":{"c1":"x"},"more":1}', '{"version":1,"secrets":{"c1":7'])(
    'does not replace a file that cannot be read: %s is put aside',
    (text) => {
      writeFileSync(path, text);
      const secrets = new Secrets(path, keychain(), 'linux');
      expect(readdirSync(folder)).toEqual(['secrets.json']);
      secrets.set('c2', 'b');
      secrets.set('c3', 'c');
      const [kept, aside, ...others] = readdirSync(folder).sort();
      expect([kept, others]).toEqual(['secrets.json', []]);
      expect(readFileSync(join(folder, aside ?? ''), 'utf8')).toBe(text);
    },
  );
});
