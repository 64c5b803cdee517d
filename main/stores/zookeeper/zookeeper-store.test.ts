import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nextRevision } from '../../../app/dcs/revision';
import type { NodeChange, StoreFailure, StoreSnapshot, WatchEnd } from '../../../app/dcs/store';
import { isAvailable } from '../../../lab/available';
import { type Certificates, makeCertificates } from '../../../lab/certificates';
import { plainZooKeeper } from '../../../lab/plain-zookeeper';
import { TcpProxy } from '../../../lab/tcp-proxy';
import { startZooKeeper, startZooKeeperEnsemble, type ZooKeeperServer } from '../../../lab/zookeeper-server';
import type { ZooKeeperOptions } from './options';
import { ZooKeeperStore } from './zookeeper-store';

const open: ZooKeeperStore[] = [];
const store = (options: ZooKeeperOptions): ZooKeeperStore => {
  const one = new ZooKeeperStore(options);
  open.push(one);
  return one;
};
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function read(from: ZooKeeperStore, prefix: string): Promise<StoreSnapshot> {
  const snapshot = await from.snapshot(prefix);
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  return snapshot.value;
}

async function keys(from: ZooKeeperStore, prefix: string): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    (await read(from, prefix)).nodes.map(({ key, value }) => [key.slice(prefix.length), value]),
  );
}

async function failure(of: ZooKeeperStore, prefix = '/service/'): Promise<StoreFailure> {
  const probed = await of.probe(prefix);
  if (probed.ok) throw new Error('it was reached');
  return probed.error;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('what was waited for did not come');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What a watch hears from now on. */
async function hear(from: ZooKeeperStore, prefix: string) {
  const { revision } = await read(from, prefix);
  const heard: { changes: NodeChange[]; end: WatchEnd | null; ready: boolean } = {
    changes: [],
    end: null,
    ready: false,
  };
  const watch = from.watch(prefix, nextRevision(revision), {
    onReady: () => (heard.ready = true),
    onBatch: ({ changes }) => heard.changes.push(...changes),
    onEnd: (end) => (heard.end = end),
  });
  await until(() => heard.ready);
  return { heard, watch };
}

describe.runIf(await isAvailable('ZooKeeper', 'zookeeper', 'certificates'))('ZooKeeper', () => {
  let server: ZooKeeperServer;
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
    server = await startZooKeeper({
      tls: { server: certificates.server, clientCaFile: certificates.ca.certFile },
      words: 'srvr,ruok',
    });
  }, 60_000);
  afterAll(async () => {
    await server.dispose();
    await certificates.dispose();
  });
  const tls = (more: Partial<ZooKeeperOptions> = {}): ZooKeeperOptions => ({
    ...plainZooKeeper(`127.0.0.1:${String(server.tlsPort)}`),
    useTls: true,
    caFile: certificates.ca.certFile,
    ...certificates.client,
    ...more,
  });

  describe('is reached', () => {
    it('and tells its version and how many clusters there are', async () => {
      const one = store(plainZooKeeper(server.host));
      await one.create('/probe/demo/leader', 'a', null);
      await one.create('/probe/demo/members/a', '{}', null);
      await one.create('/probe/other', 'x', null);
      const probed = await one.probe('/probe');
      expect(probed).toMatchObject({
        ok: true,
        value: { endpoint: server.host, version: 'ZooKeeper 3.8.0', clusterCount: 1, keyCount: 3 },
      });
    });

    it('with TLS, a CA of its own and a client certificate', async () => {
      const one = store(tls());
      await one.create('/tls/a', 'x', null);
      expect(await keys(store(plainZooKeeper(server.host)), '/tls/')).toEqual({ a: 'x' });
    });

    it('without a look at its certificate, when that is wanted', async () => {
      expect(await store(tls({ caFile: null, verify: false })).probe('/')).toMatchObject({ ok: true });
    });

    it('over IPv6', async () => {
      const proxy = createServer((near) => near.destroy());
      await new Promise<void>((resolve) => proxy.listen(0, '::1', resolve));
      const address = proxy.address();
      if (address === null || typeof address === 'string') throw new Error('a server without a port');
      // Enough to see that the address was understood: somebody was there and hung up.
      const found = await failure(store(plainZooKeeper(`[::1]:${String(address.port)}`)));
      await new Promise((resolve) => proxy.close(resolve));
      expect(found).toMatchObject({ kind: 'unavailable', endpoint: `[::1]:${String(address.port)}` });
    });

    it('below a chroot, which its keys do not show', async () => {
      const one = store(plainZooKeeper(`${server.host}/teams/a`));
      const none = await one.create('/service/demo/leader', 'pg1', null);
      expect(none.kind === 'failed' ? none.failure.message : none.kind).toContain('no znode for the chroot');
      await store(plainZooKeeper(server.host)).create('/teams/a', 'x', null);
      const { heard, watch } = await hear(one, '/service/');
      await one.create('/service/demo/leader', 'pg1', null);
      await until(() => heard.changes.length === 1);
      expect(heard.changes).toMatchObject([{ node: { key: '/service/demo/leader' } }]);
      watch.close();
      expect(await keys(one, '/service/')).toEqual({ 'demo/leader': 'pg1' });
      expect(await keys(store(plainZooKeeper(server.host)), '/teams/')).toEqual({
        a: 'x',
        'a/service/demo/leader': 'pg1',
      });
    });

    it('at the next server when the first is dead, refuses, or is silent', async () => {
      const silent = createServer();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const address = silent.address();
      if (address === null || typeof address === 'string') throw new Error('a server without a port');
      const hosts = ['127.0.0.1:1', `127.0.0.1:${String(address.port)}`, server.host];
      expect(await store(plainZooKeeper(...hosts)).probe('/')).toMatchObject({
        ok: true,
        value: { endpoint: server.host },
      });
      silent.close();
    });
  });

  describe('is not reached, and says why', () => {
    it('when nothing listens', async () => {
      const found = await failure(store(plainZooKeeper('127.0.0.1:1')));
      expect(found.message).toBe('The connection to 127.0.0.1:1 was refused: nothing listens on that port.');
      expect(found).toMatchObject({ kind: 'refused', advice: expect.stringContaining('ZooKeeper runs') as string });
    });

    it('when the name does not exist', async () => {
      expect(await failure(store(plainZooKeeper('no-such-host.invalid')))).toMatchObject({
        kind: 'name-not-found',
        message: 'The host name no-such-host.invalid could not be resolved.',
      });
    });

    it('when the server hangs', async () => {
      const one = store({ ...plainZooKeeper(server.host), timing: { connectMs: 500, diagnosisMs: 500 } });
      await server.pause();
      const found = await failure(one);
      server.resume();
      expect(found).toMatchObject({
        kind: 'timeout',
        message: `${server.host} took the connection but did not answer in time.`,
      });
    });

    it('when the CA is another one', async () => {
      const found = await failure(store(tls({ caFile: certificates.wrongCa.certFile })));
      expect(found.kind).toBe('ca-rejected');
      expect(found.message).toContain('was signed by "Herdscope lab ca"');
    });

    it('when the client certificate is another one, or there is none', async () => {
      const { certFile, keyFile } = certificates.wrongClient;
      expect((await failure(store(tls({ certFile, keyFile })))).kind).toBe('client-certificate');
      expect((await failure(store(tls({ certFile: null, keyFile: null })))).message).toContain(
        'demands a client certificate',
      );
    });

    it('when one speaks TLS and the other does not', async () => {
      expect((await failure(store(tls({ hosts: [server.host] })))).kind).toBe('plaintext-server');
      expect((await failure(store(plainZooKeeper(`127.0.0.1:${String(server.tlsPort)}`)))).kind).toBe('tls-server');
    });

    it('when something else listens there', async () => {
      const web = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      });
      await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
      const address = web.address();
      if (address === null || typeof address === 'string') throw new Error('a server without a port');
      const found = await failure(store(plainZooKeeper(`127.0.0.1:${String(address.port)}`)));
      web.close();
      expect(found.message).toBe(`127.0.0.1:${String(address.port)} answers, but not as a ZooKeeper does.`);
    });

    it('when the sign-in is of a scheme that the server does not know', async () => {
      const options = { ...plainZooKeeper(server.host), auth: [{ scheme: 'nonsense', credentials: 'x' }] };
      expect(await failure(store(options))).toMatchObject({
        kind: 'unauthenticated',
        message: `ZooKeeper at ${server.host} refused the sign-in with nonsense.`,
      });
    });
  });

  describe('with ACLs', () => {
    it('lets in who signs in with digest, and tells others which znode they may not read', async () => {
      const acl = [{ scheme: 'digest', credentials: 'patroni:secret' }];
      const own = store({ ...plainZooKeeper(server.host), auth: acl });
      await own.create('/locked/demo/config', '{}', null);
      // x509 is a scheme of TLS; the rule is the same whoever set it.
      const word = store(tls({ acls: [{ principal: 'CN=root', permissions: ['ALL'] }] }));
      expect((await word.create('/locked/demo/leader', 'a', null)).kind).toBe('done');
      expect(await keys(word, '/locked/')).toEqual({ 'demo/config': '{}', 'demo/leader': 'a' });
      const snapshot = await own.snapshot('/locked/');
      expect(snapshot).toMatchObject({
        ok: false,
        error: {
          kind: 'permission-denied',
          message: `ZooKeeper at ${server.host} does not let the user "patroni" read or write /locked/demo/leader.`,
        },
      });
      expect(JSON.stringify(snapshot)).not.toContain('secret');
      expect(await own.set('/locked/demo/leader', 'b', 'any', null)).toMatchObject({
        kind: 'failed',
        failure: { kind: 'permission-denied' },
      });
      const session = await word.openSession(10);
      if (!session.ok) throw new Error(session.error.message);
      // Made anew for the session, it is still locked.
      expect((await word.set('/locked/demo/leader', 'b', 'any', session.value)).kind).toBe('done');
      expect((await own.snapshot('/locked/')).ok).toBe(false);
      await session.value.close();
      expect(await keys(own, '/locked/')).toEqual({ 'demo/config': '{}' });
    });
  });

  describe('takes what it can', () => {
    it('a value beyond its jute.maxbuffer is refused, with the name of that setting, and nothing is changed', async () => {
      const one = store(plainZooKeeper(server.host));
      const written = await one.create('/large/a', 'x'.repeat(1_100_000), null);
      // The connection is dropped without an answer: on this side it cannot be known.
      expect(written.kind).toBe('unknown');
      if (written.kind === 'unknown') expect(written.failure.advice).toContain('jute.maxbuffer');
      expect(await keys(one, '/large/')).toEqual({});
    });

    it('a tree with more keys than fit into one request is removed whole', async () => {
      const one = store(plainZooKeeper(server.host));
      const name = 'n'.repeat(200);
      for (let i = 0; i < 3000; i += 300) {
        const names = Array.from({ length: 300 }, (_, n) => `/many/${name}${String(i + n)}`);
        const written = await Promise.all(names.map((key) => one.create(key, '', null)));
        expect(written.find(({ kind }) => kind !== 'done')).toBeUndefined();
      }
      expect((await read(one, '/many')).nodes).toHaveLength(3000);
      expect((await one.removeAll('/many/')).kind).toBe('done');
      expect((await read(one, '/many')).nodes).toHaveLength(0);
    });

    it('the root is read without the znodes of ZooKeeper itself', async () => {
      const { nodes } = await read(store(plainZooKeeper(server.host)), '/');
      expect(nodes.filter(({ key }) => key.startsWith('/zookeeper'))).toEqual([]);
    });
  });

  describe.each([true, false])('followed with one watch on the tree: %s', (treeWatches) => {
    const options = (): ZooKeeperOptions => ({ ...plainZooKeeper(server.host), treeWatches });
    const at = `/follow-${String(treeWatches)}/`;

    it('tells what comes, changes and goes, at any depth, and what another session takes with it', async () => {
      const [watcher, writer] = [store(options()), store(plainZooKeeper(server.host))];
      const { heard, watch } = await hear(watcher, at);
      const session = await writer.openSession(10);
      if (!session.ok) throw new Error(session.error.message);
      const expected: string[] = [];
      const step = async (writing: Promise<{ kind: string }>, ...words: string[]): Promise<void> => {
        expect((await writing).kind).toBe('done');
        expected.push(...words);
        await until(() => heard.changes.length >= expected.length);
      };
      await step(writer.create(`${at}demo/config`, '1', null), 'demo/config=1');
      await step(writer.create(`${at}demo/members/a`, 'a', session.value), 'demo/members/a=a');
      await step(writer.create(`${at}demo/empty`, '', null), 'demo/empty=');
      await step(writer.set(`${at}demo/config`, '2', 'any', null), 'demo/config=2');
      await step(writer.create(`${at}demo/0/leader`, 'l', null), 'demo/0/leader=l');
      await step(writer.remove(`${at}demo/0/leader`, null), '-demo/0/leader');
      await session.value.close();
      expected.push('-demo/members/a');
      await until(() => heard.changes.length >= expected.length);
      await step(writer.create(`${at}demo/members/b`, 'b', null), 'demo/members/b=b');
      const words = heard.changes.map((change) =>
        change.kind === 'put'
          ? `${change.node.key.slice(at.length)}=${change.node.value}`
          : `-${change.key.slice(at.length)}`,
      );
      expect(words).toEqual(expected);
      const revisions = heard.changes.map((one) => (one.kind === 'put' ? one.node.modRevision : one.modRevision));
      expect(revisions).toEqual([...revisions].sort((a, b) => Number(BigInt(a) - BigInt(b))));
      watch.close();
    });

    it('goes on after a break with what is different, and nothing else', async () => {
      const proxy = await TcpProxy.start(server.port);
      const watcher = store({ ...options(), hosts: [`127.0.0.1:${String(proxy.port)}`] });
      const writer = store(plainZooKeeper(server.host));
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => writer.create(`${at}broken/${name}`, 'x', null)));
      const { revision } = await read(watcher, `${at}broken/`);
      proxy.refuse();
      await writer.set(`${at}broken/a`, 'y', 'any', null);
      await writer.remove(`${at}broken/b`, null);
      await writer.create(`${at}broken/e`, 'x', null);
      proxy.heal();
      const changes: NodeChange[] = [];
      const watch = watcher.watch(`${at}broken/`, nextRevision(revision), {
        onReady: () => undefined,
        onBatch: (batch) => changes.push(...batch.changes),
        onEnd: () => undefined,
      });
      await until(() => changes.length >= 3);
      expect(
        changes.map((one) => (one.kind === 'put' ? `${one.node.key}=${one.node.value}` : `-${one.key}`)).sort(),
      ).toEqual([`-${at}broken/b`, `${at}broken/a=y`, `${at}broken/e=x`]);
      watch.close();
      await proxy.close();
    });

    it('comes to the store’s state under many writers at once, each change told once and in its order', async () => {
      const watcher = store(options());
      const { heard, watch } = await hear(watcher, `${at}busy/`);
      const writers = [1, 2, 3, 4].map(() => store(plainZooKeeper(server.host)));
      await Promise.all(
        writers.map(async (writer, w) => {
          for (let i = 0; i < 60; i += 1) {
            const key = `${at}busy/${String((i * 7 + w) % 10)}/k`;
            if (i % 5 === 4) await writer.remove(key, null);
            else await writer.set(key, `${String(w)}:${String(i)}`, 'any', null);
          }
        }),
      );
      const truth = await keys(store(plainZooKeeper(server.host)), `${at}busy/`);
      const values = (): Record<string, string> => {
        const now = new Map<string, string>();
        for (const one of heard.changes) {
          if (one.kind === 'put') now.set(one.node.key.slice(`${at}busy/`.length), one.node.value);
          else now.delete(one.key.slice(`${at}busy/`.length));
        }
        return Object.fromEntries(now);
      };
      await until(
        () => JSON.stringify(Object.entries(values()).sort()) === JSON.stringify(Object.entries(truth).sort()),
      );
      const puts = heard.changes.flatMap((one) => (one.kind === 'put' ? [one.node] : []));
      expect(new Set(puts.map((node) => `${node.key} ${node.modRevision}`)).size).toBe(puts.length);
      const order = heard.changes.map((one) => BigInt(one.kind === 'put' ? one.node.modRevision : one.modRevision));
      expect(order.every((revision, i) => i === 0 || revision >= (order[i - 1] ?? 0n))).toBe(true);
      watch.close();
    });

    it('notices by comparing what no watch told', async () => {
      const watcher = store({ ...options(), timing: { pollMs: 300 } });
      const writer = store(plainZooKeeper(server.host));
      await writer.create(`${at}poll/a`, 'x', null);
      const { heard, watch } = await hear(watcher, `${at}poll/`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(heard.changes).toEqual([]);
      await writer.set(`${at}poll/a`, 'y', 'any', null);
      await until(() => heard.changes.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(heard.changes).toHaveLength(1);
      watch.close();
    });
  });

  it('a read times out when the line is dead, and the next one is tried anew', async () => {
    const proxy = await TcpProxy.start(server.port);
    const one = store({
      ...plainZooKeeper(`127.0.0.1:${String(proxy.port)}`),
      timing: { callMs: 400, heartbeatMs: 200, connectMs: 800, diagnosisMs: 200 },
    });
    const { heard } = await hear(one, '/dead/');
    proxy.stall();
    await until(() => heard.end !== null);
    expect(heard.end).toMatchObject({
      kind: 'failed',
      failure: { kind: 'timeout', message: `ZooKeeper at 127.0.0.1:${String(proxy.port)} no longer answers.` },
    });
    proxy.heal();
    expect((await one.snapshot('/dead/')).ok).toBe(true);
    await proxy.close();
  });

  it('a session goes on over another connection, and a write without an answer is told as unknown', async () => {
    const proxy = await TcpProxy.start(server.port);
    const one = store({ ...plainZooKeeper(`127.0.0.1:${String(proxy.port)}`), timing: { callMs: 500 } });
    const session = await one.openSession(20);
    if (!session.ok) throw new Error(session.error.message);
    await one.create('/kept/a', 'x', session.value);
    proxy.cut();
    expect(await session.value.keepAlive()).toEqual({ ok: true, value: true });
    expect((await read(one, '/kept/')).nodes).toMatchObject([{ key: '/kept/a', session: session.value.id }]);
    const writing = one.create('/kept/b', 'x', session.value);
    proxy.stall();
    expect((await writing).kind).toBe('unknown');
    proxy.heal();
    await proxy.close();
  });
});

describe.runIf(await isAvailable('an ensemble of ZooKeeper', 'zookeeper'))('an ensemble of three', () => {
  let servers: readonly ZooKeeperServer[] = [];
  beforeAll(async () => {
    servers = await startZooKeeperEnsemble(3);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(servers.map((one) => one.dispose()));
  });

  it('reads what was written through another server, though that was faster', async () => {
    const [first, , third] = servers.map((one) => store(plainZooKeeper(one.host)));
    if (first === undefined || third === undefined) throw new Error('three were started');
    for (let i = 0; i < 50; i += 1) {
      await first.set('/fresh/a', String(i), 'any', null);
      expect(await keys(third, '/fresh/')).toEqual({ a: String(i) });
    }
  });

  it('without a majority says so, and serves again when it is back', async () => {
    const [, second, third] = servers;
    const one = store(plainZooKeeper(servers[0]?.host ?? ''));
    await second?.kill();
    await third?.kill();
    await until(async () => !(await one.probe('/')).ok && (await failure(one)).kind === 'no-quorum');
    expect((await failure(one)).message).toMatch(/answers, but serves nobody: a majority of its ensemble cannot be/);
    await Promise.all([second?.restart(), third?.restart()]);
    await until(async () => (await one.probe('/')).ok);
  }, 60_000);
});

it('data of a server can be copied and put back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-backup-'));
  const server = await startZooKeeper();
  const one = store(plainZooKeeper(server.host));
  await one.create('/service/demo/config', 'then', null);
  await server.backup(folder);
  await server.ready();
  await until(async () => (await one.set('/service/demo/config', 'now', 'any', null)).kind === 'done');
  await server.restore(folder);
  await server.ready();
  await until(async () => (await one.snapshot('/service/')).ok);
  expect(await keys(one, '/service/')).toEqual({ 'demo/config': 'then' });
  one.close();
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
}, 60_000);
