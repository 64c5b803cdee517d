import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createHttpServer, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoreFailure } from '../../../app/dcs/store';
import { isAvailable } from '../../../lab/available';
import { type Certificates, makeCertificates } from '../../../lab/certificates';
import {
  type ConsulServer,
  type ConsulServerOptions,
  startConsul,
  startConsulCluster,
} from '../../../lab/consul-server';
import { freePort } from '../../../lab/free-port';
import { plainConsul } from '../../../lab/plain-consul';
import { ConsulStore } from './consul-store';
import type { ConsulOptions } from './options';

const ADMIN = '7d0e9a3c-5f2b-4a4e-9b53-1f6a2c1d0e4f';
const UNKNOWN = '00000000-aaaa-bbbb-cccc-0123456789ab';

const cleanUp: (() => unknown)[] = [];
let certificates: Certificates;
let plain: ConsulServer;
let guarded: ConsulServer;

async function consul(options: ConsulServerOptions = {}): Promise<ConsulServer> {
  const server = await startConsul(options);
  cleanUp.push(() => server.dispose());
  return server;
}

function open(endpoints: string | readonly string[], options: Partial<ConsulOptions> = {}): ConsulStore {
  const store = new ConsulStore({ ...plainConsul(...[endpoints].flat()), ...options });
  cleanUp.push(() => store.close());
  return store;
}

/** What a connection test says when it fails. */
async function failure(
  endpoints: string | readonly string[],
  options: Partial<ConsulOptions> = {},
  namespace = '/service',
): Promise<StoreFailure> {
  const outcome = await open(endpoints, options).probe(namespace);
  if (outcome.ok) throw new Error(`it connected: ${JSON.stringify(outcome.value)}`);
  expect(outcome.error.message).toMatch(/^\S.*\.$/);
  expect(outcome.error.advice).not.toBe('');
  expect(JSON.stringify(outcome.error)).not.toContain(UNKNOWN);
  return outcome.error;
}

const portOf = (server: Pick<Server, 'address'>): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A host that takes connections, and what it does with them. */
async function listener(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${String(portOf(server))}`;
}

/** As the administrator of the Consul that has ACLs. */
function asAdmin(method: string, path: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${guarded.endpoint}${path}`, { method, headers: { 'x-consul-token': ADMIN } }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += String(part)));
      answer.once('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    asked.once('error', reject);
    asked.end(JSON.stringify(body));
  });
}

let policies = 0;
/** A token that may do what the rules say. */
async function tokenFor(Rules: string): Promise<string> {
  policies += 1;
  const Name = `policy-${String(policies)}`;
  await asAdmin('PUT', '/v1/acl/policy', { Name, Rules });
  const token = JSON.parse(await asAdmin('PUT', '/v1/acl/token', { Policies: [{ Name }] })) as { SecretID: string };
  return token.SecretID;
}

describe.runIf(await isAvailable('Consul (main/stores/consul)', 'certificates'))('Consul', () => {
  beforeAll(async () => {
    certificates = await makeCertificates();
    [plain, guarded] = await Promise.all([startConsul(), startConsul({ managementToken: ADMIN })]);
    const writer = open(plain.endpoint);
    await writer.set('/service/demo/config', '{}', 'any', null);
    await writer.set('/service/demo/leader', 'pg1', 'any', null);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([plain?.dispose(), guarded?.dispose(), certificates?.dispose()]);
  });
  afterEach(async () => {
    for (const one of cleanUp.splice(0).reverse()) await one();
  });

  describe('a connection test', () => {
    it('tells the version, the clusters and the keys', async () => {
      expect(await open(plain.endpoint).probe('/service')).toMatchObject({
        ok: true,
        value: { endpoint: plain.endpoint, version: 'Consul 1.8.7', clusterCount: 1, keyCount: 2 },
      });
      expect(await open(plain.endpoint).probe('/empty')).toMatchObject({ ok: true, value: { keyCount: 0 } });
    });

    it('says that nothing listens, or that the name is unknown', async () => {
      expect((await failure(`http://127.0.0.1:${String(await freePort())}`)).kind).toBe('refused');
      const unknown = await failure('http://no-such-host.invalid:8500');
      expect(unknown).toMatchObject({ kind: 'name-not-found' });
      expect(unknown.message).toContain('no-such-host.invalid');
    });

    it('says that a host is silent, or hangs up', async () => {
      const silent = await failure(`http://${await listener(() => undefined)}`);
      expect(silent.kind).toBe('timeout');
      expect(silent.message).toContain('took the connection');
      expect((await failure(`http://${await listener((socket) => socket.destroy())}`)).kind).toBe('unavailable');
      await plain.pause();
      try {
        expect((await failure(plain.endpoint)).kind).toBe('timeout');
      } finally {
        plain.resume();
      }
    });

    it('says that something else answers there', async () => {
      const server = createHttpServer((_, response) => response.writeHead(404).end('<html>hello</html>'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      cleanUp.push(() => {
        server.closeAllConnections();
        server.close();
      });
      const found = await failure(`http://127.0.0.1:${String(portOf(server))}`);
      expect(found.message).toContain('not as Consul does');
    });

    it('tells an unknown token, none, and one without the right to read', async () => {
      const unknown = await failure(guarded.endpoint, { token: UNKNOWN });
      expect(unknown.kind).toBe('unauthenticated');
      expect(unknown.message).toContain('does not know this ACL token');
      const none = await failure(guarded.endpoint);
      expect(none.kind).toBe('permission-denied');
      expect(none.message).toContain('without an ACL token');
      const elsewhere = await tokenFor('key_prefix "other/" { policy = "read" }');
      const denied = await failure(guarded.endpoint, { token: elsewhere });
      expect(denied.kind).toBe('permission-denied');
      expect(denied.message).toContain('/service/');
      expect(await open(guarded.endpoint, { token: elsewhere }).probe('/other')).toMatchObject({ ok: true });
    });

    it('tells a datacenter that there is none of', async () => {
      const found = await failure(plain.endpoint, { dc: 'nowhere' });
      expect(found.message).toContain('the datacenter nowhere');
      expect(await open(plain.endpoint, { dc: 'dc1', consistency: 'consistent' }).probe('/service')).toMatchObject({
        ok: true,
      });
      expect(await open(plain.endpoint, { consistency: 'stale' }).probe('/service')).toMatchObject({ ok: true });
    });

    it('judges certificates: another CA, none, another name, an ended one, and the client’s', async () => {
      const { ca, wrongCa, server, expiredServer, otherNameServer, client, wrongClient } = certificates;
      const [good, expired, other, strict] = await Promise.all([
        consul({ tls: { server, caFile: ca.certFile } }),
        consul({ tls: { server: expiredServer, caFile: ca.certFile } }),
        consul({ tls: { server: otherNameServer, caFile: ca.certFile } }),
        consul({ tls: { server, caFile: ca.certFile, demandsClient: true } }),
      ]);
      const caFile = ca.certFile;
      expect(await open(good.tlsEndpoint, { caFile }).probe('/service')).toMatchObject({ ok: true });
      expect(await open(good.tlsEndpoint, { verify: false }).probe('/service')).toMatchObject({ ok: true });
      expect((await failure(good.tlsEndpoint, { caFile: wrongCa.certFile })).kind).toBe('ca-rejected');
      // With a CA file the certificate is judged whatever `verify` says, as in Patroni.
      expect((await failure(good.tlsEndpoint, { caFile: wrongCa.certFile, verify: false })).kind).toBe('ca-rejected');
      expect((await failure(good.tlsEndpoint)).message).toContain('this machine trusts');
      expect((await failure(expired.tlsEndpoint, { caFile })).kind).toBe('certificate-expired');
      expect((await failure(other.tlsEndpoint, { caFile })).kind).toBe('hostname-mismatch');
      expect((await failure(strict.tlsEndpoint, { caFile })).kind).toBe('client-certificate');
      expect((await failure(strict.tlsEndpoint, { caFile, ...wrongClient })).kind).toBe('client-certificate');
      expect(await open(strict.tlsEndpoint, { caFile, ...client }).probe('/service')).toMatchObject({ ok: true });
      const inTheClear = await failure(good.tlsEndpoint.replace('https', 'http'));
      expect(inTheClear.kind).toBe('tls-server');
      expect(inTheClear.advice).toContain(good.tlsEndpoint);
      expect((await failure(good.endpoint.replace('http', 'https'))).kind).toBe('plaintext-server');
    }, 30_000);

    it('says of several agents what was found at each', async () => {
      const closed = `http://127.0.0.1:${String(await freePort())}`;
      const silent = `http://${await listener(() => undefined)}`;
      const found = await failure([closed, silent]);
      expect(found.endpoint).toContain(closed);
      expect(found.endpoint).toContain(silent);
      expect(found.message).toContain('took the connection');
    });
  });

  it('an agent that is gone is replaced by the next one, also in the middle', async () => {
    const second = await listener(() => undefined);
    const store = open([`http://127.0.0.1:${String(await freePort())}`, plain.endpoint, `http://${second}`]);
    expect(await store.snapshot('/service')).toMatchObject({ ok: true });
  });

  it('a token that may read and not write is told so, and nothing is written', async () => {
    const token = await tokenFor('key_prefix "service/" { policy = "read" } agent_prefix "" { policy = "read" }');
    const store = open(guarded.endpoint, { token });
    const written = await store.set('/service/demo/config', '{}', 'any', null);
    expect(written).toMatchObject({ kind: 'failed', failure: { kind: 'permission-denied' } });
    expect(written.kind === 'failed' ? written.failure.message : '').toContain('may not write /service/demo/config');
    expect(await store.snapshot('/service')).toMatchObject({ ok: true, value: { nodes: [] } });
  });

  it('says when a majority of its servers is gone', async () => {
    const servers = await startConsulCluster(3);
    for (const server of servers) cleanUp.push(() => server.dispose());
    const [first, second, third] = servers;
    await Promise.all([second?.kill(), third?.kill()]);
    const store = open(first?.endpoint ?? '');
    await expect
      .poll(
        async () => {
          const probed = await store.probe('/service');
          return probed.ok ? 'ok' : probed.error.kind;
        },
        { timeout: 20_000 },
      )
      .toBe('no-quorum');
  }, 60_000);
});
