import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node } from '../../app/cluster/test-nodes';
import { MemoryStore } from '../../app/dcs/memory-store';
import type { Etcd3Settings } from '../../app/ipc/connections/etcd';
import type { SecretChange } from '../../app/ipc/connections/secrets';
import type { ConnectionDraft, ConnectionSettings, ConnectionView, FeedMessage } from '../../app/ipc/contract';
import { ManualClock } from '../../app/manual-clock';
import { Feed } from '../inspection/feed';
import { Recorders } from '../recorder/recorders';
import { Secrets } from '../secrets/secrets';
import { SettingsFile } from '../settings/settings-file';
import { parseConnectUrl } from './url/connect-url';
import { Connections } from './connections';
import { importConnections } from './import/import-connections';
import { ImportedSecrets } from './imported-secrets';

let folder: string;
let clock: ManualClock;
let imported: ImportedSecrets;
let opened: { settings: ConnectionSettings; password: string | null; store: MemoryStore; closed: boolean }[];
let sent: FeedMessage[];
let told: string[];
/** While set, no store can be made. */
let unopenable: Error | null;
let faults: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-connections-'));
  clock = new ManualClock();
  imported = new ImportedSecrets();
  opened = [];
  sent = [];
  told = [];
  unopenable = null;
  faults = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A machine without a keychain, as a start of the program on it. */
function start() {
  const settings = new SettingsFile(join(folder, 'settings.json'));
  const noKeychain = {
    isEncryptionAvailable: () => false,
    encryptString: () => Buffer.alloc(0),
    decryptString: () => '',
  };
  const secrets = new Secrets(join(folder, 'secrets.json'), noKeychain, 'linux');
  const make = (): MemoryStore => {
    const store = new MemoryStore(clock);
    store.put('/service/demo/leader', 'pg1');
    return store;
  };
  const connections = new Connections({
    clock,
    settings,
    secrets,
    imported,
    recorders: new Recorders({
      folder: join(folder, 'recordings'),
      // It stands still: no store is asked for its past, by a connection that these tests would count.
      clock: new ManualClock(),
      onTrouble: (sentence) => told.push(String(sentence)),
    }),
    stores: {
      open: (connection, { password }) => {
        if (unopenable !== null) return Promise.reject(unopenable);
        const store = make();
        const entry = { settings: connection, password, store, closed: false };
        const close = store.close.bind(store);
        store.close = () => {
          entry.closed = true;
          close();
        };
        opened.push(entry);
        return Promise.resolve(store);
      },
      practice: () => Promise.resolve({ store: make(), namespace: '/service' }),
    },
    tell: (sentence) => told.push(sentence),
    reportFault: (what, error) => {
      if (error !== unopenable) throw new Error(what, { cause: error });
      faults.push(what);
    },
  });
  const feed = new Feed(clock, () => connections.views(), {
    send: (message) => sent.push(message),
    happened: () => undefined,
  });
  connections.start(feed);
  return { connections, feed, settings, secrets };
}

/** The settings file as it is; empty when there is none. */
const settingsOnDisk = (): string => {
  const file = join(folder, 'settings.json');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

const draft = (change: Partial<Etcd3Settings> = {}, password: SecretChange = { kind: 'keep' }): ConnectionDraft => ({
  settings: {
    kind: 'etcd3',
    id: '',
    name: 'production',
    endpoints: ['http://etcd-1:2379'],
    namespace: '/service',
    username: null,
    caFile: null,
    certFile: null,
    keyFile: null,
    writable: false,
    production: false,
    bastion: null,
    restApi: { username: null, caFile: null, certFile: null, keyFile: null, verify: true },
    ...change,
  },
  secrets: { password },
});

function saved(connections: Connections, of: ConnectionDraft): ConnectionView {
  const result = connections.save(of);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('the connections', () => {
  it('show a picture out of a file for this run, beside what is live, until it is closed', async () => {
    const { connections, feed } = start();
    const id = connections.showPicture(
      {
        connection: 'production',
        store: { kind: 'consul', version: null },
        namespace: '/db',
        at: '2026-03-01T02:03:04.000Z',
        revision: '7',
        nodes: [node('/db/night/leader', 'pg1')],
        sessions: [],
        untold: ['history'],
      },
      'night.herdscope',
    );
    await clock.advance(100);
    expect(connections.views().find((view) => view.id === id)).toMatchObject({
      name: 'production',
      kind: 'snapshot',
      settings: null,
      status: { kind: 'as-of', at: '2026-03-01T02:03:04.000Z', from: 'night.herdscope' },
      picture: { file: 'night.herdscope', storeKind: 'consul', namespace: '/db', untold: ['history'], notes: [] },
    });
    expect(feed.start().summaries.map((summary) => summary.id)).toContain(`${id}/night`);
    expect(settingsOnDisk()).not.toContain('night');
    expect(connections.closePicture(id)).toEqual({ ok: true, value: null });
    expect(connections.closePicture('practice')).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(feed.start().summaries.map((summary) => summary.id)).toEqual(['practice/demo']);
  });

  it('begin with the practice herd alone', async () => {
    const { connections, feed } = start();
    await clock.advance(100);
    expect(connections.views().map(({ id, kind, settings }) => [id, kind, settings])).toEqual([
      ['practice', 'practice', null],
    ]);
    expect(feed.start().summaries.map(({ id }) => id)).toEqual(['practice/demo']);
  });

  it('show a saved one at once, and again in the next run, without its password in the file', async () => {
    const { connections, feed } = start();
    const view = saved(connections, draft({ username: 'dba' }, { kind: 'set', value: 'secret-word' }));
    expect(view).toMatchObject({ name: 'production', temporary: false, secrets: { password: 'this-run' } });
    expect(JSON.stringify(view)).not.toContain('secret-word');
    await clock.advance(100);
    expect(opened.map(({ password }) => password)).toEqual(['secret-word']);
    expect(feed.start().summaries.map(({ id }) => id)).toContain(`${view.id}/demo`);
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).not.toContain('secret-word');

    const next = start();
    await clock.advance(100);
    expect(next.connections.views().map(({ name, secrets }) => [name, secrets])).toEqual([
      ['production', {}],
      ['Practice herd', {}],
    ]);
  });

  it('open a changed one anew and keep its place and its password', async () => {
    const { connections, feed } = start();
    const first = saved(connections, draft({ name: 'first', namespace: '/service/' }, { kind: 'set', value: 'a' }));
    saved(connections, draft({ name: 'second' }));
    await clock.advance(100);
    feed.start();
    const changed = saved(connections, draft({ id: first.id, name: 'renamed' }));
    await clock.advance(100);
    expect(changed.id).toBe(first.id);
    expect(connections.views().map(({ name }) => name)).toEqual(['renamed', 'second', 'Practice herd']);
    expect(opened.map(({ password, closed }) => [password, closed])).toEqual([
      ['a', true],
      [null, false],
      ['a', false],
    ]);
    expect(feed.start().summaries).toHaveLength(3);
  });

  it('keep the picture of one of which only the secret, the files, the name or what may be done is another', async () => {
    const { connections, feed } = start();
    const { id } = saved(connections, draft({ username: 'dba' }, { kind: 'set', value: 'old' }));
    await clock.advance(100);
    feed.start();
    await clock.advance(100);
    sent = [];
    const renamed = { id, username: 'dba', name: 'renamed', writable: true, caFile: join(folder, 'ca.pem') };
    const view = saved(connections, draft(renamed, { kind: 'set', value: 'new' }));
    expect(view).toMatchObject({ name: 'renamed', status: { kind: 'live' }, settings: { writable: true } });
    await clock.advance(5000);
    expect(opened.map(({ password, closed }) => [password, closed])).toEqual([
      ['old', true],
      ['new', false],
    ]);
    expect(sent.flatMap(({ summariesRemoved }) => summariesRemoved ?? [])).toEqual([]);
    expect(sent.flatMap(({ connections: all }) => all ?? []).map(({ status }) => status.kind)).not.toContain('lost');
    // What is told now comes by the new way.
    opened[1]?.store.put('/service/later/leader', 'pg1');
    await clock.advance(100);
    expect(sent.flatMap(({ summariesSet }) => summariesSet ?? []).map((summary) => summary.id)).toContain(
      `${id}/later`,
    );
  });

  it('forget a removed one, its clusters and its password', async () => {
    const { connections, feed, secrets, settings } = start();
    const { id } = saved(connections, draft({}, { kind: 'set', value: 'a' }));
    await clock.advance(100);
    feed.start();
    await clock.advance(100);
    sent = [];
    expect(connections.remove(id)).toEqual({ ok: true, value: null });
    await clock.advance(100);
    expect(sent.flatMap(({ summariesRemoved }) => summariesRemoved ?? [])).toEqual([`${id}/demo`]);
    expect(secrets.placeOf(id)).toBe('none');
    expect(settings.kept.connections).toEqual([]);
    expect(opened[0]?.closed).toBe(true);
    expect(connections.remove(id)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  it('say of one whose store cannot be made that it is lost, and try again when they are asked to', async () => {
    const { connections, feed } = start();
    unopenable = new Error('not an endpoint of etcd: http://etcd-1:99999');
    const { id } = saved(connections, draft());
    const status = () => connections.views().find((view) => view.id === id)?.status;
    await clock.advance(20);
    expect(status()).toMatchObject({
      kind: 'lost',
      retryAt: null,
      failure: { message: expect.stringContaining('as its settings are') as string, detail: unopenable.message },
    });
    expect(await connections.test(draft())).toMatchObject({ ok: true, value: { ok: false, error: { kind: 'other' } } });
    expect(faults).toEqual([`connection ${id}`, 'connection test']);
    expect(feed.start().connections).toMatchObject([{ id, status: { kind: 'lost' } }, { id: 'practice' }]);
    connections.retry(id);
    await clock.advance(20);
    expect(status()?.kind).toBe('lost');
    unopenable = null;
    connections.retry(id);
    await clock.advance(20);
    expect(status()?.kind).toBe('live');
  });

  it('do not let the practice herd be changed like a connection, only shown and hidden', async () => {
    const { connections, feed } = start();
    await clock.advance(100);
    expect(connections.save(draft({ id: 'practice' }))).toMatchObject({ ok: false });
    expect(connections.save(draft({ id: 'unknown' }))).toMatchObject({ ok: false });
    expect(connections.remove('practice')).toMatchObject({ ok: false });
    connections.setPractice(false);
    expect(connections.views()).toEqual([]);
    expect(feed.start().summaries).toEqual([]);
    connections.setPractice(true);
    await clock.advance(100);
    expect(feed.start().summaries).toHaveLength(1);
  });

  it('keep one from the command line for this run, until it is saved', async () => {
    const { connections, settings } = start();
    const url = parseConnectUrl('etcd3://dba:secret-word@h:2379/service', '/');
    if (!url.ok) throw new Error(url.error);
    connections.addTemporary(url.value);
    connections.addTemporary(url.value);
    await clock.advance(100);
    const [view] = connections.views();
    expect(connections.views()).toHaveLength(2);
    expect(view).toMatchObject({ temporary: true, secrets: { password: 'this-run' } });
    expect(opened.map(({ password }) => password)).toEqual(['secret-word']);
    expect(settings.kept.connections).toEqual([]);
    const kept = saved(connections, {
      settings: { ...url.value.settings, id: view?.id ?? '' },
      secrets: {},
    });
    expect(kept).toMatchObject({ temporary: false, secrets: { password: 'this-run' } });
    expect(settings.kept.connections).toHaveLength(1);
  });

  it('send a kept password to nobody but whom it was given for', async () => {
    const { connections, secrets, settings } = start();
    const { id } = saved(connections, draft({ username: 'dba' }, { kind: 'set', value: 'secret-word' }));
    await clock.advance(100);
    for (const change of [
      { endpoints: ['http://elsewhere:2379'] },
      { endpoints: ['http://etcd-1:2379', 'http://elsewhere:2379'] },
      { endpoints: ['https://etcd-1:2379'] },
      { username: 'root' },
    ]) {
      const changed = draft({ id, username: 'dba', ...change });
      const refusal = { ok: false, error: { code: 'invalid', message: expect.stringContaining('again') as string } };
      expect(await connections.test(changed)).toMatchObject(refusal);
      expect(connections.save(changed)).toMatchObject(refusal);
    }
    expect(opened).toHaveLength(1);
    expect(settings.kept.connections[0]).toMatchObject({ endpoints: ['http://etcd-1:2379'] });
    // Entered again, or removed, it goes on.
    const moved = draft({ id, username: 'dba', endpoints: ['http://elsewhere:2379'] }, { kind: 'set', value: 'other' });
    expect(await connections.test(moved)).toMatchObject({ ok: true });
    saved(connections, draft({ id, endpoints: ['http://elsewhere:2379'] }, { kind: 'remove' }));
    expect(secrets.placeOf(id)).toBe('none');
    await clock.advance(100);
    expect(opened.map(({ password }) => password)).toEqual(['secret-word', 'other', null]);
  });

  it('test what the form holds without keeping anything', async () => {
    const { connections, settings } = start();
    const result = await connections.test(draft({}, { kind: 'set', value: 'a' }));
    expect(result).toMatchObject({ ok: true, value: { ok: true, value: { clusterCount: 1, keyCount: 1 } } });
    expect(opened.map(({ password, closed }) => [password, closed])).toEqual([['a', true]]);
    expect(settings.kept.connections).toEqual([]);
    expect(connections.views()).toHaveLength(1);
  });

  it('send a kept password for nobody who is not known, and test with no imported one that is gone', async () => {
    const { connections, secrets } = start();
    secrets.set('gone', 'secret-word');
    for (const password of [{ kind: 'keep' }, { kind: 'imported', handle: 'gone' }] as const)
      expect(await connections.test(draft({ id: 'gone' }, password))).toMatchObject({
        ok: false,
        error: { code: 'invalid' },
      });
    expect(opened).toEqual([]);
  });

  it('take an imported password by its handle, which the window cannot read', async () => {
    const { connections, secrets } = start();
    const outcome = await importConnections(
      { from: 'text', text: 'etcd3: {host: h, username: dba, password: secret-word}' },
      { choose: () => Promise.resolve(null), imported, environment: {} },
    );
    if (outcome.kind !== 'imported') throw new Error(outcome.kind);
    expect(JSON.stringify(outcome)).not.toContain('secret-word');
    const [found] = outcome.connections;
    if (found?.settings.kind !== 'etcd3') throw new Error('no etcd3');
    const handle = found.handles.password ?? '';
    const elsewhere = draft({ ...found.settings, endpoints: ['http://elsewhere:2379'] }, { kind: 'imported', handle });
    expect(connections.save(elsewhere)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(await connections.test(elsewhere)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(opened).toEqual([]);
    const as = draft({ ...found.settings }, { kind: 'imported', handle });
    const { id } = saved(connections, as);
    expect(secrets.get(id)).toBe('secret-word');
    expect(connections.save(as)).toMatchObject({
      ok: false,
      error: { code: 'invalid' },
    });
    expect(connections.views()).toHaveLength(2);
  });

  it('say when they could not be kept', () => {
    const { connections } = start();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    saved(connections, draft());
    expect(told[0]).toContain('this run only');
  });
});

describe('an import from a file', () => {
  it('reads the file that was chosen', async () => {
    const file = join(folder, 'patroni.yml');
    writeFileSync(file, 'etcd3:\n  host: h\n  protocol: https\n  cacert: ca.pem\n');
    const outcome = await importConnections(
      { from: 'file' },
      { choose: () => Promise.resolve(file), imported, environment: {} },
    );
    expect(outcome).toMatchObject({
      kind: 'imported',
      file,
      connections: [{ settings: { caFile: join(folder, 'ca.pem') } }],
    });
  });

  it('says why it could not', async () => {
    expect(
      await importConnections({ from: 'file' }, { choose: () => Promise.resolve(null), imported, environment: {} }),
    ).toEqual({ kind: 'cancelled' });
    for (const [name, words] of [
      ['missing.yml', 'could not be read'],
      ['.', 'not a file'],
    ] as const) {
      const outcome = await importConnections(
        { from: 'file' },
        { choose: () => Promise.resolve(join(folder, name)), imported, environment: {} },
      );
      expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining(words) as string });
    }
  });
});
