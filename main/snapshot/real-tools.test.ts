import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { createTar } from 'nanotar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../../app/cluster/build-cluster';
import type { Cluster } from '../../app/cluster/cluster';
import { clusterAsJson } from '../../app/cluster/cluster-as-json';
import * as Clusters from '../../app/cluster/cluster';
import { rulesOf } from '../../app/cluster/rules-of';
import { memberRows } from '../../app/cluster/member-row';
import type { Picture } from '../../app/snapshot/picture';
import { type EtcdServer, startEtcd } from '../../lab/etcd-server';
import { installedPatroni, patroni4 } from '../../lab/patroni-4';
import { runPatronictls } from '../../lab/patronictl';
import { Etcd3Store } from '../stores/etcd3/etcd3-store';
import { bytesInput } from './input';
import { type Found, openInputs } from './open-inputs';

// The keys of a real cluster at one moment, on a real etcd; each file is what the real tool prints of them.

const openedAt = '2026-11-23T12:00:00.000Z';
let etcd: EtcdServer;
let folder: string;
let live: Picture;

interface Traced {
  readonly type: string;
  readonly key: string;
  readonly value?: string;
  readonly lease?: number;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-tools-'));
  etcd = await startEtcd({ args: ['--enable-v2'] });
  const keys = new Map<string, string>();
  for (const line of readFileSync('e2e/traces/demo-patroni-4.1.5-etcd3.ndjson', 'utf8').split('\n').slice(0, 200)) {
    if (line === '') continue;
    const event = JSON.parse(line) as Traced;
    if (!event.key.startsWith('/service/demo/')) continue;
    if (event.type === 'put') keys.set(event.key, event.value ?? '');
    else keys.delete(event.key);
  }
  const lease = /lease (\w+) granted/.exec(await etcd.ctl(['lease', 'grant', '600']))?.[1] ?? '';
  for (const [key, value] of keys) {
    const owned = /\/(?:leader|members\/.*)$/.test(key) ? ['--lease', lease] : [];
    await etcd.ctl(['put', ...owned, '--', key, value]);
  }
  const store = new Etcd3Store({
    endpoints: [etcd.endpoint],
    username: null,
    password: null,
    caFile: null,
    certFile: null,
    keyFile: null,
  });
  const snapshot = await store.snapshot('/service/');
  store.close();
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  live = {
    connection: 'live',
    store: { kind: 'etcd3', version: null },
    namespace: '/service',
    at: openedAt,
    revision: snapshot.value.revision,
    nodes: snapshot.value.nodes,
    sessions: [],
    untold: [],
  };
}, 120_000);

afterAll(async () => {
  await etcd.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(...files: readonly (readonly [name: string, content: string | Uint8Array])[]): Promise<Found> {
  const found = await openInputs(
    files.map(([name, content]) => bytesInput(name, Buffer.from(content), null)),
    openedAt,
  );
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

async function pictureOf(
  ...files: readonly (readonly [name: string, content: string | Uint8Array])[]
): Promise<Picture> {
  const { pictures } = await opened(...files);
  expect(pictures).toHaveLength(1);
  const [first] = pictures;
  if (first === undefined) throw new Error('no picture');
  return first.picture;
}

function clusterOf({ namespace, nodes }: Picture): Cluster {
  const own = nodes.filter(({ key }) => key.startsWith(`${namespace}/demo/`));
  const { groups } = new ClusterBuilder(namespace).build(new Map(own.map((node) => [node.key, node])));
  const [first] = groups;
  if (first === undefined) throw new Error('no cluster');
  return first.cluster;
}

const byKey = (nodes: Picture['nodes']): Picture['nodes'] => [...nodes].sort((a, b) => (a.key < b.key ? -1 : 1));

describe('etcdctl', () => {
  it('get -w json tells all: keys, revisions and leases are those of the live picture', async () => {
    const picture = await pictureOf(['dump.json', await etcd.ctl(['get', '--prefix', '/service/', '-w', 'json'])]);
    expect(byKey(picture.nodes)).toEqual(byKey(live.nodes));
    expect(picture).toMatchObject({ namespace: '/service', revision: live.revision, store: { kind: 'etcd3' } });
    expect(picture.untold).toEqual(['instant', 'times-to-live']);
  });

  it('get -w fields tells all too', async () => {
    const picture = await pictureOf(['dump.txt', await etcd.ctl(['get', '--prefix', '/service/', '-w', 'fields'])]);
    expect(byKey(picture.nodes)).toEqual(byKey(live.nodes));
  });

  it('get as it comes tells keys and values, and says that it tells no more', async () => {
    const picture = await pictureOf(['dump.txt', await etcd.ctl(['get', '--prefix', '/service/'])]);
    const values = (nodes: Picture['nodes']) => byKey(nodes).map(({ key, value, bytes }) => [key, value, bytes]);
    expect(values(picture.nodes)).toEqual(values(live.nodes));
    expect(picture.untold).toEqual(['instant', 'revisions', 'sessions', 'times-to-live']);
  });

  it('of API v2, and the answer of its HTTP API, tell keys and values', async () => {
    for (const { key, value } of live.nodes)
      await fetch(`${etcd.endpoint}/v2/keys${key}`, { method: 'PUT', body: new URLSearchParams({ value }) });
    const http = await (await fetch(`${etcd.endpoint}/v2/keys/service?recursive=true`)).text();
    const values = (nodes: Picture['nodes']) => byKey(nodes).map(({ key, value }) => [key, value]);
    expect(values((await pictureOf(['v2.json', http])).nodes)).toEqual(values(live.nodes));
  });

  it('in a tar.gz or a zip among files of all kinds is found', async () => {
    const dump = await etcd.ctl(['get', '--prefix', '/service/', '-w', 'json']);
    const others: Record<string, string> = {
      'bundle/etc/hosts': '127.0.0.1 localhost\n',
      'bundle/log.txt': 'INFO: no action\n',
      'bundle/empty': '',
    };
    const tar = createTar(
      Object.entries({ ...others, 'bundle/../../etcd.json': dump }).map(([name, data]) => ({ name, data })),
    );
    const zip = zipSync(
      Object.fromEntries(
        Object.entries({ ...others, 'bundle/etcd.json': dump }).map(([name, data]) => [name, Buffer.from(data)]),
      ),
    );
    for (const [name, bytes] of [
      ['bundle.tar.gz', gzipSync(tar)],
      ['bundle.tar', tar],
      ['bundle.zip', zip],
      ['dump.json.gz', gzipSync(dump)],
    ] as const) {
      const { pictures } = await opened([name, bytes]);
      expect(byKey(pictures[0]?.picture.nodes ?? [])).toEqual(byKey(live.nodes));
      if (name.startsWith('bundle')) expect(pictures[0]?.notes.join()).toContain('No export of a store, and left out');
    }
    expect(existsSync(join(folder, '../etcd.json'))).toBe(false);
  });

  it('redirected by PowerShell, in UTF-16, is read as well', async () => {
    const dump = await etcd.ctl(['get', '--prefix', '/service/', '-w', 'json']);
    const picture = await pictureOf(['dump.json', Buffer.from(`\ufeff${dump}`, 'utf16le')]);
    expect(picture.nodes).toHaveLength(live.nodes.length);
  });
});

describe.each(['4', '3'] as const)('patronictl of Patroni %s', (which) => {
  let printed: readonly string[];
  const commands = [
    ['list', '-e', '-f', 'json'],
    ['list', '-e', '-f', 'yaml'],
    ['list', '-e', '-f', 'tsv'],
    ['list', '-e'],
    ['topology'],
    ['history', '-f', 'json'],
    ['history'],
    ['show-config'],
  ];
  beforeAll(async () => {
    const config = join(folder, 'patronictl.yaml');
    writeFileSync(config, `scope: demo\nnamespace: /service\netcd3:\n  host: 127.0.0.1:${etcd.port}\n`);
    const code = which === '3' ? await installedPatroni() : await patroni4(() => undefined);
    printed = await runPatronictls(code, config, commands);
  }, 120_000);
  const output = (command: string): string => printed[commands.findIndex((words) => words.join(' ') === command)] ?? '';
  /** Who is there, in which part and state, where and on which timeline. */
  const seen = (cluster: Cluster) =>
    memberRows(cluster).map(({ name, role, state, host, port, timeline }) => [name, role, state, host, port, timeline]);

  it.each(['list -e -f json', 'list -e -f yaml', 'list -e -f tsv', 'list -e', 'topology'])(
    '%s tells who is there',
    async (command) => {
      const picture = await pictureOf(['list.txt', output(command)]);
      const cluster = clusterOf(picture);
      expect(Clusters.leaderName(cluster)).toBe(Clusters.leaderName(clusterOf(live)));
      const known = command === 'topology' ? [0, 1] : [0, 1, 2, 3, 4, 5];
      const part = (rows: readonly (readonly unknown[])[]) => rows.map((row) => known.map((index) => row[index]));
      const all = seen(clusterOf(live));
      // Patroni 3 tells only PostgreSQL's state, and knows no quorum.
      const asTold = (rows: typeof all) =>
        which === '4'
          ? rows
          : rows.map(([name, role, state, ...rest]) => [
              name,
              role === 'Quorum Standby' ? 'Sync Standby' : role,
              state === 'streaming' ? 'running' : state,
              ...rest,
            ]);
      const expected = asTold(all);
      const got = asTold(seen(cluster));
      expect(part(got)).toEqual(part(expected));
      expect(picture.untold).toContain('configuration');
      expect(picture.untold).toContain('times-to-live');
    },
  );

  it.each(['history -f json', 'history'])('%s tells the timelines', async (command) => {
    const cluster = clusterOf(
      await pictureOf(['list.json', output('list -e -f json')], ['history.txt', output(command)]),
    );
    expect(cluster.history?.lines).toEqual(clusterOf(live).history?.lines);
  });

  it('show-config tells the dynamic configuration, joined to the cluster of the list', async () => {
    const picture = await pictureOf(['list.json', output('list -e -f json')], ['config.yml', output('show-config')]);
    expect(clusterOf(picture).config?.data).toEqual(clusterOf(live).config?.data);
    expect(picture.untold).not.toContain('configuration');
  });
});

describe('the REST API', () => {
  it('GET /cluster tells members, positions and lags', async () => {
    const before = clusterOf(live);
    const answer = JSON.stringify({ ...clusterAsJson(before, rulesOf(before)), scope: 'demo' });
    const after = clusterOf(await pictureOf(['cluster.json', answer]));
    const rows = (cluster: Cluster) =>
      memberRows(cluster).map(({ name, role, state, host, port, timeline, position }) => [
        name,
        role,
        state,
        host,
        port,
        timeline,
        role === 'Leader' ? null : position,
      ]);
    expect(rows(after)).toEqual(rows(before));
  });
});

describe('consul', () => {
  /** What Consul prints of the live keys, in the form that each of its commands has; `npm run formats` asks a real Consul. */
  it('kv export, kv get -recurse and the HTTP API tell keys and values', async () => {
    const values = (nodes: Picture['nodes']) => byKey(nodes).map(({ key, value }) => [key, value]);
    const kv = live.nodes.map(({ key, value }) => ({ key: key.slice(1), value }));
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const files = {
      export: JSON.stringify(kv.map(({ key, value }) => ({ key, flags: 0, value: base64(value) }))),
      http: JSON.stringify(
        kv.map(({ key, value }) => ({
          LockIndex: 1,
          Key: key,
          Flags: 0,
          Value: base64(value),
          CreateIndex: 5,
          ModifyIndex: 9,
          Session: '0f3d',
        })),
      ),
      recurse: kv.map(({ key, value }) => `${key}:${value}`).join('\n'),
    };
    for (const content of Object.values(files)) {
      const picture = await pictureOf(['kv', content]);
      expect(values(picture.nodes)).toEqual(values(live.nodes));
      expect(picture).toMatchObject({ namespace: '/service', store: { kind: 'consul' } });
    }
  });
});

it('etcdctl is a real one', async () => {
  const version = await new Promise<string>((resolve) =>
    execFile('etcdctl', ['version'], { env: { ...process.env, ETCDCTL_API: '3' } }, (_error, out) => resolve(out)),
  );
  expect(version).toMatch(/etcdctl version: 3/);
});
