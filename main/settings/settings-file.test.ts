import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../app/ipc/contract';
import { SettingsFile } from './settings-file';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-settings-'));
  path = join(folder, 'settings.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const connection: ConnectionSettings = {
  kind: 'etcd3',
  id: 'c1',
  name: 'production',
  endpoints: ['https://etcd-1:2379'],
  namespace: '/service',
  username: 'patroni',
  caFile: '/etc/ca.pem',
  certFile: null,
  keyFile: null,
  writable: false,
  production: false,
  bastion: null,
  restApi: { username: null, caFile: null, certFile: null, keyFile: null, verify: true },
};

describe('the settings file', () => {
  it('is not there at the first start, and that is nothing to tell', () => {
    const file = new SettingsFile(path);
    expect(file.notices).toEqual([]);
    expect(file.kept).toEqual({ settings: { theme: 'system', notifications: true, practice: true }, connections: [] });
  });

  it('gives the next start what was changed, and nobody else can read it', () => {
    const file = new SettingsFile(path);
    expect(file.change({ connections: [connection] })).toBeNull();
    expect(file.change({ settings: { ...file.kept.settings, theme: 'light' } })).toBeNull();
    const next = new SettingsFile(path);
    expect(next.kept.settings.theme).toBe('light');
    expect(next.kept.connections).toEqual([connection]);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it.each([
    ['cut off', '{"version":1,"settings":{"theme"', 'is not JSON'],
    ['from another program', '{"hello":1}', 'at version'],
    [
      'with a theme that does not exist',
      '{"version":1,"settings":{"theme":"pink","notifications":true,"practice":true},"connections":[]}',
      'at settings.theme',
    ],
    ['not an object', 'null', 'is not what Herdscope writes'],
  ])('that is %s is kept aside and told of, and the program starts', (_what, text, words) => {
    writeFileSync(path, text);
    const file = new SettingsFile(path, () => new Date('2026-01-15T12:00:00Z'));
    expect(file.notices).toHaveLength(1);
    expect(file.notices[0]).toContain(words);
    expect(readdirSync(folder)).toEqual(['settings.json.broken-2026-01-15T12-00-00.000Z']);
    expect(readFileSync(join(folder, 'settings.json.broken-2026-01-15T12-00-00.000Z'), 'utf8')).toBe(text);
    expect(file.change({ connections: [connection] })).toBeNull();
    expect(new SettingsFile(path).notices).toEqual([]);
  });

  it('that cannot be read is left as it is, and changes hold for this run', () => {
    mkdirSync(path);
    const file = new SettingsFile(path);
    expect(file.notices[0]).toContain('could not be read');
    expect(file.change({ connections: [connection] })).toContain('this run only');
    expect(file.kept.connections).toEqual([connection]);
    expect(statSync(path).isDirectory()).toBe(true);
  });
});
