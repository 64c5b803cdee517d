import { chmod, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoreFailure } from '../../../app/dcs/store';
import { type Certificates, makeCertificates } from '../../../lab/certificates';
import { type EtcdOptions, type EtcdServer, startEtcd, startEtcdCluster } from '../../../lab/etcd-server';
import { freePort } from '../../../lab/free-port';
import { Etcd3Store } from './etcd3-store';
import type { Etcd3Options } from './options';

const PASSWORD = 'a-pass.word+that$is-secret';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.dispose());

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});

async function etcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const server = await startEtcd(options);
  cleanUp.push(() => server.dispose());
  return server;
}

async function listener(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(onConnection);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What a connection test says when it fails. */
async function probe(
  endpoint: string | readonly string[],
  options: Partial<Etcd3Options> = {},
  namespace = '/service',
): Promise<StoreFailure> {
  const store = new Etcd3Store({
    endpoints: typeof endpoint === 'string' ? [endpoint] : endpoint,
    username: null,
    password: null,
    caFile: null,
    certFile: null,
    keyFile: null,
    ...options,
  });
  cleanUp.push(() => store.close());
  const outcome = await store.probe(namespace);
  if (outcome.ok) throw new Error(`it connected: ${JSON.stringify(outcome.value)}`);
  expect(outcome.error.message).toMatch(/^\S.*\.$/);
  expect(outcome.error.advice).not.toBe('');
  expect(JSON.stringify(outcome.error)).not.toContain(PASSWORD);
  return outcome.error;
}

describe('a connection test says what is wrong', () => {
  it('with the password, with a user that does not exist, and without a user', async () => {
    const server = await etcd({ auth: { rootPassword: 'root-password', users: [{ name: 'bob', password: 'right' }] } });
    const wrong = await probe(server.endpoint, { username: 'bob', password: PASSWORD });
    expect(wrong).toMatchObject({ kind: 'unauthenticated', endpoint: server.endpoint });
    expect(wrong.message).toContain('"bob"');
    expect((await probe(server.endpoint, { username: 'alice', password: PASSWORD })).kind).toBe('unauthenticated');
    const nobody = await probe(server.endpoint);
    expect(nobody.kind).toBe('unauthenticated');
    expect(nobody.message).toContain('demands a user name and a password');
    const bare = await probe(server.endpoint, { username: 'bob', password: 'right' });
    expect(bare).toMatchObject({ kind: 'permission-denied' });
    expect(bare.message).toContain('/service/');
  });

  it('with permission for another prefix', async () => {
    const users = [{ name: 'bob', password: PASSWORD, readPrefix: '/service/' }];
    const server = await etcd({ auth: { rootPassword: 'root-password', users } });
    const login = { username: 'bob', password: PASSWORD };
    expect((await probe(server.endpoint, login, '/other')).kind).toBe('permission-denied');
    expect((await probe(server.endpoint, login, '')).message).toContain('all keys');
  });

  it('when nothing listens', async () => {
    const failure = await probe(`http://127.0.0.1:${String(await freePort())}`);
    expect(failure.kind).toBe('refused');
    expect((await probe(`https://127.0.0.1:${String(await freePort())}`)).kind).toBe('refused');
  });

  it('when the name is unknown', async () => {
    const failure = await probe('http://no-such-host.invalid:2379');
    expect(failure).toMatchObject({ kind: 'name-not-found' });
    expect(failure.message).toContain('no-such-host.invalid');
  });

  it('when a host takes the connection and never answers', async () => {
    const port = await listener(() => undefined);
    const plain = await probe(`http://127.0.0.1:${String(port)}`);
    expect(plain.kind).toBe('timeout');
    expect(plain.message).toContain('took the connection');
    expect((await probe(`https://127.0.0.1:${String(port)}`)).kind).toBe('timeout');
  });

  it('when a host does not even take the connection', async () => {
    // A listener that accepts nothing and whose queue is full: the kernel drops whoever knocks, as a black hole does.
    const script =
      'import socket,sys,time\n' +
      's=socket.socket(); s.bind(("127.0.0.1",0)); s.listen(0)\n' +
      'p=s.getsockname()[1]\n' +
      'c=[]\n' +
      'for i in range(4):\n k=socket.socket(); k.setblocking(False); k.connect_ex(("127.0.0.1",p)); c.append(k)\n' +
      'time.sleep(0.3); print(p,flush=True); time.sleep(60)\n';
    const hole = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanUp.push(() => hole.kill('SIGKILL'));
    const port = await new Promise<string>((resolve) =>
      hole.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    const failure = await probe(`http://127.0.0.1:${port}`);
    expect(failure.kind).toBe('timeout');
    expect(failure.message).not.toContain('took the connection');
  });

  it('when etcd hangs', async () => {
    const server = await etcd();
    await server.pause();
    expect((await probe(server.endpoint)).kind).toBe('timeout');
  });

  it('when the CA is another one, or none', async () => {
    const server = await etcd({ tls: { ...certificates.server, caFile: certificates.ca.certFile } });
    const other = await probe(server.endpoint, { caFile: certificates.wrongCa.certFile });
    expect(other).toMatchObject({ kind: 'ca-rejected' });
    expect(other.message).toContain(certificates.wrongCa.certFile);
    const none = await probe(server.endpoint);
    expect(none.kind).toBe('ca-rejected');
    expect(none.message).toContain('this machine trusts');
    expect(none.advice).toContain('authorities of this machine');
  });

  it('when the certificate has expired', async () => {
    const server = await etcd({ tls: { ...certificates.expiredServer, caFile: certificates.ca.certFile } });
    const failure = await probe(server.endpoint, { caFile: certificates.ca.certFile });
    expect(failure.kind).toBe('certificate-expired');
    expect(failure.message).toContain('2021');
  });

  it('when the certificate is for another host', async () => {
    const server = await etcd({ tls: { ...certificates.otherNameServer, caFile: certificates.ca.certFile } });
    const failure = await probe(server.endpoint, { caFile: certificates.ca.certFile });
    expect(failure.kind).toBe('hostname-mismatch');
    expect(failure.message).toContain('etcd.example.invalid');
  });

  it('when a client certificate is demanded, or this one is refused', async () => {
    const { ca, client, server: own, wrongClient } = certificates;
    const server = await etcd({
      tls: {
        ...own,
        caFile: ca.certFile,
        clientCaFile: ca.certFile,
        clientCertFile: client.certFile,
        clientKeyFile: client.keyFile,
      },
    });
    const none = await probe(server.endpoint, { caFile: ca.certFile });
    expect(none.kind).toBe('client-certificate');
    expect(none.message).toContain('demands');
    const wrong = await probe(server.endpoint, { caFile: ca.certFile, ...wrongClient });
    expect(wrong.kind).toBe('client-certificate');
    expect(wrong.message).toContain(wrongClient.certFile);
  });

  it('with http:// before a TLS server, and https:// before one without TLS', async () => {
    const secure = await etcd({ tls: { ...certificates.server, caFile: certificates.ca.certFile } });
    const plain = await etcd();
    const inTheClear = await probe(secure.endpoint.replace('https', 'http'));
    expect(inTheClear.kind).toBe('tls-server');
    expect(inTheClear.advice).toContain(secure.endpoint);
    const encrypted = await probe(plain.endpoint.replace('http', 'https'));
    expect(encrypted.kind).toBe('plaintext-server');
    expect(encrypted.advice).toContain(plain.endpoint);
  });

  it('when an HTTP server answers that knows no gRPC', async () => {
    const respond = async (body: string): Promise<StoreFailure> => {
      const server = createHttpServer((_request, response) => {
        response.setHeader('server', 'nginx/1.22.1');
        response.end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      cleanUp.push(() => {
        server.closeAllConnections();
        server.close();
      });
      const address = server.address();
      return await probe(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`);
    };
    const web = await respond('<html>hello</html>');
    expect(web.kind).toBe('not-grpc');
    expect(web.message).toContain('nginx/1.22.1');
    // The JSON gateway alone: it answers as etcd does, but only over HTTP/1.
    expect((await respond('{"etcdserver":"3.4.23","etcdcluster":"3.4.0","health":"true"}')).kind).toBe('not-grpc');
    expect((await respond('{"etcdserver":"2.3.8","etcdcluster":"2.3.0"}')).kind).toBe('too-old');
  });

  it('when a server hangs up', async () => {
    const port = await listener((socket) => socket.destroy());
    expect((await probe(`http://127.0.0.1:${String(port)}`)).kind).toBe('unavailable');
    expect((await probe(`https://127.0.0.1:${String(port)}`)).kind).toBe('unavailable');
  });

  it('when a file cannot be used', async () => {
    const { folder, ca, client, server } = certificates;
    const endpoint = 'https://127.0.0.1:1';
    const text = join(folder, 'no.pem');
    await writeFile(text, 'no certificate');
    const missing = await probe(endpoint, { caFile: join(folder, 'missing.pem') });
    expect(missing.kind).toBe('file-unreadable');
    expect(missing.message).toContain('missing.pem');
    expect((await probe(endpoint, { caFile: text })).kind).toBe('file-unreadable');
    expect((await probe(endpoint, { caFile: folder })).message).toContain('folder');
    expect((await probe(endpoint, { certFile: text })).kind).toBe('file-unreadable');
    const noKey = await probe(endpoint, { certFile: client.certFile, keyFile: text });
    expect(noKey.kind).toBe('file-unreadable');
    expect(noKey.message).toContain('private key');
    const otherKey = await probe(endpoint, { caFile: ca.certFile, certFile: client.certFile, keyFile: server.keyFile });
    expect(otherKey.kind).toBe('client-certificate');
    const locked = join(folder, 'locked.key');
    const { execFileSync } = await import('node:child_process');
    execFileSync('openssl', ['pkey', '-in', client.keyFile, '-aes256', '-passout', 'pass:x', '-out', locked]);
    const closed = await probe(endpoint, { certFile: client.certFile, keyFile: locked });
    expect(closed.kind).toBe('file-unreadable');
    expect(closed.message).toContain('passphrase');
    if (process.getuid?.() !== 0) {
      await chmod(text, 0);
      expect((await probe(endpoint, { caFile: text })).message).toContain('may not be read');
    }
  });

  it('when etcd has lost its majority', async () => {
    const members = await startEtcdCluster(3);
    for (const member of members) cleanUp.push(() => member.dispose());
    const [first, ...others] = members;
    for (const member of others) await member.kill();
    const at = first?.endpoint ?? '';
    // Until its election timeout has passed the last one believes in the leader that it had.
    await expect.poll(async () => (await probe(at)).kind, { timeout: 15_000 }).toBe('no-quorum');
  });

  it('at each of several endpoints', async () => {
    const silent = `http://127.0.0.1:${String(await listener(() => undefined))}`;
    const closed = `http://127.0.0.1:${String(await freePort())}`;
    const failure = await probe([silent, closed, 'http://no-such-host.invalid:2379']);
    expect(failure.endpoint).toContain(silent);
    expect(failure.endpoint).toContain(closed);
    expect(failure.message).toContain('refused');
    expect(failure.message).toContain('took the connection');
    expect(failure.message).toContain('no-such-host.invalid');
  });
});
