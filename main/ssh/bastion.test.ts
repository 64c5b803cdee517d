import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nextRevision } from '../../app/dcs/revision';
import type { ReadableStore, WatchEnd } from '../../app/dcs/store';
import { type Certificates, makeCertificates } from '../../lab/certificates';
import { type EtcdServer, startEtcd } from '../../lab/etcd-server';
import { freePort } from '../../lab/free-port';
import { plainEtcd } from '../../lab/plain-etcd';
import { plainZooKeeper } from '../../lab/plain-zookeeper';
import { type SshServer, startSsh } from '../../lab/ssh-server';
import { TcpProxy } from '../../lab/tcp-proxy';
import { startZooKeeper, type ZooKeeperServer } from '../../lab/zookeeper-server';
import { HttpMemberApi } from '../patroni-api/http-member-api';
import { Etcd3Store } from '../stores/etcd3/etcd3-store';
import { ZooKeeperStore } from '../stores/zookeeper/zookeeper-store';
import { Bastion } from './bastion';
import type { BastionOptions, BastionTiming } from './bastion-options';
import { HostKeys } from './host-keys';

let ssh: SshServer;
let folder: string;
const cleanUp: (() => unknown)[] = [];

beforeAll(async () => {
  ssh = await startSsh();
});
afterAll(() => ssh.dispose());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-bastion-'));
});
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
  rmSync(folder, { recursive: true, force: true });
});

const known = (): string => join(folder, 'known_hosts');
const hostKeys = (others: readonly string[] = []): HostKeys => new HostKeys(known(), others);

/** A bastion on the sshd of this file, whose key is known unless `keys` says otherwise. */
async function bastion(
  options: Partial<BastionOptions> = {},
  keys?: HostKeys,
  timing: Partial<BastionTiming> = {},
): Promise<Bastion> {
  const port = options.port ?? ssh.port;
  if (keys === undefined) writeFileSync(known(), await ssh.knownHosts(port));
  const whole = { host: '127.0.0.1', port, user: ssh.user, keyFile: ssh.keyFile, passphrase: null, ...options };
  const made = new Bastion(whole, keys ?? hostKeys(), timing);
  cleanUp.push(() => made.close());
  return made;
}

const why = async (made: Bastion): Promise<string> => (await made.ready())?.message ?? 'it stands';

describe('a bastion', () => {
  it('that nobody knows shows its key, and is used once the person accepted it', async () => {
    const keys = hostKeys();
    const made = await bastion({}, keys);
    const failure = await made.ready();
    const fingerprint = await ssh.fingerprint();
    expect(failure).toMatchObject({ kind: 'bastion', hostKey: { host: '127.0.0.1', port: ssh.port, fingerprint } });
    expect(failure?.message).toContain(fingerprint);
    // A key that no host showed cannot be made known.
    expect(keys.accept({ host: '127.0.0.1', port: ssh.port, fingerprint: 'SHA256:other' })).toMatch(
      /No bastion showed/,
    );
    expect(keys.accept({ host: '127.0.0.1', port: ssh.port, fingerprint })).toBeNull();
    expect(await why(made)).toBe('it stands');
    expect(readFileSync(known(), 'utf8').trim()).toBe((await ssh.knownHosts(ssh.port)).trim().replace(/ host$/, ''));
  });

  it('is known by the known_hosts of the person’s own ssh, hashed or not', async () => {
    for (const hashed of [false, true]) {
      const file = join(folder, 'of-ssh');
      writeFileSync(file, await ssh.knownHosts(ssh.port, hashed));
      expect(await why(await bastion({}, hostKeys([file])))).toBe('it stands');
    }
  });

  it('with another key than the known one, or a revoked one, is refused and cannot be accepted', async () => {
    const line = await ssh.knownHosts(ssh.port);
    await ssh.changeHostKey();
    writeFileSync(known(), line);
    const keys = hostKeys();
    const failure = await (await bastion({}, keys)).ready();
    expect(failure?.message).toMatch(/shows another key than the one that is known: SHA256:.*may be somebody else/);
    expect(failure?.hostKey).toBeUndefined();
    const fingerprint = await ssh.fingerprint();
    expect(keys.accept({ host: '127.0.0.1', port: ssh.port, fingerprint })).not.toBeNull();
    writeFileSync(known(), `@revoked ${await ssh.knownHosts(ssh.port)}`);
    expect(await why(await bastion({}, hostKeys()))).toMatch(/shows a key that was revoked/);
  });

  it('is opened with a key, with one that a passphrase protects, or by an agent', async () => {
    const protectedKey = { keyFile: ssh.protectedKeyFile };
    expect(await why(await bastion({ ...protectedKey, passphrase: ssh.passphrase }))).toBe('it stands');
    expect(await why(await bastion(protectedKey))).toMatch(/is protected by a passphrase/);
    expect(await why(await bastion({ ...protectedKey, passphrase: 'wrong' }))).toMatch(/The passphrase does not open/);
    const before = process.env['SSH_AUTH_SOCK'];
    cleanUp.push(() =>
      before === undefined ? delete process.env['SSH_AUTH_SOCK'] : (process.env['SSH_AUTH_SOCK'] = before),
    );
    const agent = await ssh.startAgent();
    cleanUp.push(() => agent.stop());
    process.env['SSH_AUTH_SOCK'] = agent.socket;
    expect(await why(await bastion({ keyFile: null }))).toBe('it stands');
    process.env['SSH_AUTH_SOCK'] = join(folder, 'none');
    expect(await why(await bastion({ keyFile: null }))).toBe('No SSH agent answers on this machine.');
  });

  it('says in plain words why it does not let one through', async () => {
    expect(await why(await bastion({ keyFile: ssh.strangerKeyFile }))).toMatch(/does not let .* in with the key/);
    expect(await why(await bastion({ keyFile: join(folder, 'none') }))).toMatch(/private key .* cannot be used/);
    expect(await why(await bastion({ port: await freePort() }))).toMatch(/cannot be reached: .*refused/);
    const proxy = await TcpProxy.start(ssh.port);
    cleanUp.push(() => proxy.close());
    proxy.stall();
    expect(await why(await bastion({ port: proxy.port }, undefined, { connectMs: 300 }))).toMatch(
      /did not answer in time/,
    );
  });

  it('says so each time that it is asked, though something was thrown on the way', async () => {
    const made = await bastion({ port: 70_000 }, hostKeys());
    const first = await made.ready();
    expect(first).toMatchObject({ kind: 'bastion', detail: expect.stringContaining('70000') as string });
    expect(await made.ready()).toEqual(first);
  });

  it('says where it leads nowhere', async () => {
    const made = await bastion();
    const refused = await made.open({ host: '127.0.0.1', port: await freePort() }, 5000);
    expect(refused).toMatchObject({ kind: 'no', why: { kind: 'way', words: { kind: 'refused' } } });
    const unknown = await made.open({ host: 'no-such-host.invalid', port: 1 }, 20_000);
    expect(unknown).toMatchObject({ kind: 'no', why: { kind: 'way', words: { kind: 'name-not-found' } } });
    const strict = await startSsh(['AllowTcpForwarding no']);
    cleanUp.push(() => strict.dispose());
    writeFileSync(known(), await strict.knownHosts(strict.port));
    const closed = await bastion({ port: strict.port, keyFile: strict.keyFile }, hostKeys());
    expect(await closed.open({ host: '127.0.0.1', port: 1 }, 5000)).toMatchObject({
      kind: 'no',
      why: { words: { message: expect.stringContaining('does not forward connections to 127.0.0.1:1') as string } },
    });
  });
});

describe('through a bastion', () => {
  let etcd: EtcdServer;
  let zookeeper: ZooKeeperServer;
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
    const { server, ca } = certificates;
    [etcd, zookeeper] = await Promise.all([startEtcd({ tls: { ...server, caFile: ca.certFile } }), startZooKeeper()]);
  });
  afterAll(async () => {
    await Promise.all([etcd.dispose(), zookeeper.dispose(), certificates.dispose()]);
  });

  const throughIt = (store: ReadableStore): ReadableStore => {
    cleanUp.push(() => store.close());
    return store;
  };

  it('etcd is read and watched, and its certificate is checked by its real name', async () => {
    const way = await bastion();
    const caFile = certificates.ca.certFile;
    const store = throughIt(new Etcd3Store({ ...plainEtcd(`https://localhost:${String(etcd.port)}`), caFile, way }));
    const read = await store.snapshot('/service');
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const heard: string[] = [];
    const watch = store.watch('/service', nextRevision(read.value.revision), {
      onReady: () => undefined,
      onBatch: ({ changes }) => heard.push(...changes.map((change) => change.kind)),
      onEnd: () => undefined,
    });
    await etcd.ctl(['put', '/service/a/leader', 'pg1']);
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['put']);
    watch.close();
    const other = await startEtcd({ tls: { ...certificates.otherNameServer, caFile } });
    cleanUp.push(() => other.dispose());
    const stranger = new Etcd3Store({ ...plainEtcd(`https://localhost:${String(other.port)}`), caFile, way });
    expect(await throughIt(stranger).probe('/service')).toMatchObject({
      ok: false,
      error: { kind: 'hostname-mismatch' },
    });
    const untrusted = new Etcd3Store({ ...plainEtcd(`https://localhost:${String(etcd.port)}`), way });
    expect(await throughIt(untrusted).probe('/service')).toMatchObject({ ok: false, error: { kind: 'ca-rejected' } });
  });

  it('ZooKeeper is read', async () => {
    const store = new ZooKeeperStore({
      ...plainZooKeeper(`localhost:${String(zookeeper.port)}`),
      way: await bastion(),
    });
    expect(await throughIt(store).probe('/')).toMatchObject({ ok: true });
  });

  it('a member’s REST API is asked', async () => {
    const options = { caFile: certificates.ca.certFile, certFile: null, keyFile: null, keyPassword: null };
    const api = new HttpMemberApi({ ...options, username: null, password: null, verify: true, way: await bastion() });
    // etcd speaks HTTP beside gRPC: any answer shows the way.
    const ask = { method: 'GET', path: '/version', body: null, timeoutMs: 10_000 } as const;
    expect(await api.ask(`https://localhost:${String(etcd.port)}/patroni`, ask)).toMatchObject({
      kind: 'answered',
      status: 200,
    });
    expect(await api.ask('http://127.0.0.1:1', ask)).toMatchObject({
      kind: 'unreachable',
      failure: { kind: 'refused' },
    });
  });

  it('a watch that loses the bastion, cut or silent, ends with a failure that names it, and goes on when it is back', async () => {
    const proxy = await TcpProxy.start(ssh.port);
    cleanUp.push(() => proxy.close());
    const way = await bastion({ port: proxy.port }, undefined, { keepaliveMs: 200, connectMs: 1000 });
    const caFile = certificates.ca.certFile;
    const store = throughIt(new Etcd3Store({ ...plainEtcd(`https://localhost:${String(etcd.port)}`), caFile, way }));
    for (const lose of [() => proxy.refuse(), () => proxy.stall()]) {
      const read = await store.snapshot('/service');
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      let end: WatchEnd | null = null;
      let ready = false;
      const watch = store.watch('/service', nextRevision(read.value.revision), {
        onReady: () => (ready = true),
        onBatch: () => undefined,
        onEnd: (how) => (end = how),
      });
      await expect.poll(() => ready, { timeout: 20_000 }).toBe(true);
      lose();
      await expect.poll(() => end, { timeout: 20_000 }).not.toBeNull();
      watch.close();
      const again = await store.snapshot('/service');
      expect(again.ok ? '' : again.error.message).toMatch(/The bastion is lost/);
      proxy.heal();
      await expect.poll(async () => (await store.snapshot('/service')).ok, { timeout: 20_000 }).toBe(true);
    }
  });
});
