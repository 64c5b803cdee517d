import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../../../lab/certificates';
import { KubernetesDouble } from '../../../lab/kubernetes-double';
import { AllowedPlugins } from './allowed-plugins';
import { KubernetesStore } from './kubernetes-store';
import type { KubernetesTiming } from './options';

// Whom a kubeconfig lets one be, on a double of the API server, with real certificates and a real program.

let certificates: Certificates;
let folder: string;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  certificates = await makeCertificates();
}, 60_000);
afterAll(() => certificates.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-kube-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

/** A double over TLS that knows clients by their certificate, or by a token. */
async function secure(pair: 'server' | 'otherNameServer' | 'expiredServer' = 'server'): Promise<KubernetesDouble> {
  const { certFile, keyFile } = certificates[pair];
  const api = await KubernetesDouble.start({
    cert: await readFile(certFile),
    key: await readFile(keyFile),
    ca: await readFile(certificates.ca.certFile),
    requestCert: true,
    rejectUnauthorized: false,
  });
  closers.push(() => api.close());
  return api;
}

interface Config {
  readonly cluster: object;
  readonly user?: object;
}

async function connect(
  { cluster, user = {} }: Config,
  plugins?: AllowedPlugins,
  timing: Partial<KubernetesTiming> = {},
) {
  const kubeconfig = join(folder, 'config');
  const file = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  await writeFile(kubeconfig, JSON.stringify(file));
  const store = new KubernetesStore({
    namespace: 'pg',
    scopeLabel: 'cluster-name',
    useEndpoints: true,
    kubeconfig,
    context: null,
    server: null,
    caFile: null,
    token: null,
    labels: {},
    plugins,
    timing,
  });
  closers.push(() => store.close());
  return store;
}

const base64 = (file: string): string => readFileSync(file).toString('base64');
const failureOf = async (store: KubernetesStore) => {
  const found = await store.probe('/pg');
  if (found.ok) throw new Error(`it answered: ${found.value.version}`);
  return found.error;
};

describe('TLS as a kubeconfig tells of it', () => {
  it('the CA and a client certificate are taken from data and from files', async () => {
    const api = await secure();
    api.user = 'root';
    const { ca, client } = certificates;
    const asData = await connect({
      cluster: { server: api.url, 'certificate-authority-data': base64(ca.certFile) },
      user: { 'client-certificate-data': base64(client.certFile), 'client-key-data': base64(client.keyFile) },
    });
    expect(await asData.probe('/pg')).toMatchObject({ ok: true });
    const asFiles = await connect({
      cluster: { server: api.url, 'certificate-authority': ca.certFile },
      user: { 'client-certificate': client.certFile, 'client-key': client.keyFile },
    });
    expect(await asFiles.probe('/pg')).toMatchObject({ ok: true });
    const mixed = await connect({
      cluster: { server: api.url, 'certificate-authority': ca.certFile },
      user: { 'client-certificate': client.certFile, 'client-key-data': base64(client.keyFile) },
    });
    expect(await mixed.probe('/pg')).toMatchObject({ ok: true });
    const nobody = await connect({ cluster: { server: api.url, 'certificate-authority': ca.certFile } });
    expect(await failureOf(nobody)).toMatchObject({ kind: 'unauthenticated' });
  });

  it('a server that another authority signed, or whose certificate has ended, is told as that', async () => {
    const api = await secure();
    const { wrongCa, ca } = certificates;
    const other = await connect({ cluster: { server: api.url, 'certificate-authority': wrongCa.certFile } });
    expect(await failureOf(other)).toMatchObject({ kind: 'ca-rejected' });
    const old = await secure('expiredServer');
    const expired = await connect({ cluster: { server: old.url, 'certificate-authority': ca.certFile } });
    expect(await failureOf(expired)).toMatchObject({ kind: 'certificate-expired' });
  });

  it('tls-server-name is whom the certificate must name', async () => {
    const api = await secure('otherNameServer');
    const cluster = { server: api.url, 'certificate-authority': certificates.ca.certFile };
    expect(await failureOf(await connect({ cluster }))).toMatchObject({ kind: 'hostname-mismatch' });
    const named = await connect({ cluster: { ...cluster, 'tls-server-name': 'etcd.example.invalid' } });
    expect(await named.probe('/pg')).toMatchObject({ ok: true });
    const another = await connect({ cluster: { ...cluster, 'tls-server-name': 'else.example.invalid' } });
    expect(await failureOf(another)).toMatchObject({ kind: 'hostname-mismatch' });
  });

  it('insecure-skip-tls-verify believes anybody, and says so', async () => {
    const api = await secure('expiredServer');
    const store = await connect({ cluster: { server: api.url, 'insecure-skip-tls-verify': true } });
    const found = await store.probe('/pg');
    expect(found.ok && found.value.version).toContain('without checking who answers (insecure-skip-tls-verify)');
    expect(store.way).toContain('insecure-skip-tls-verify');
  });

  it('a proxy is not gone through, and that is said', async () => {
    const store = await connect({ cluster: { server: 'https://127.0.0.1:9', 'proxy-url': 'http://127.0.0.1:8' } });
    expect((await failureOf(store)).message).toContain('proxy-url');
  });
});

const VERSION = 'client.authentication.k8s.io/v1';

/** A program that counts how often it ran, and prints what stands in a file. */
async function program(
  status: object,
  more = '',
): Promise<{ runs: () => number; give: (next: object) => Promise<void> }> {
  const log = join(folder, 'runs');
  const out = join(folder, 'out');
  const give = (next: object): Promise<void> =>
    writeFile(out, JSON.stringify({ apiVersion: VERSION, kind: 'ExecCredential', status: next }));
  await give(status);
  await writeFile(log, '');
  const script = `#!/bin/sh\nprintf '%s|%s|%s\\n' "$1" "$MINE" "$KUBERNETES_EXEC_INFO" >> '${log}'\n${more}\ncat '${out}'\n`;
  await writeFile(join(folder, 'plugin'), script);
  await chmod(join(folder, 'plugin'), 0o700);
  return { give, runs: () => readFileSync(log, 'utf8').split('\n').length - 1 };
}

const exec = (more: object = {}) => ({
  exec: {
    apiVersion: VERSION,
    command: './plugin',
    args: ['a $(touch b)'],
    env: [{ name: 'MINE', value: 'x' }],
    ...more,
  },
});
const plugins = (): AllowedPlugins => new AllowedPlugins(join(folder, 'allowed.json'));

/** Fails for want of being allowed, is allowed, and is to be tried again. */
async function allowed(config: Config, known = plugins(), timing: Partial<KubernetesTiming> = {}) {
  const store = await connect(config, known, timing);
  const { program: asked } = await failureOf(store);
  expect(known.allow(asked?.id ?? '')).toBeNull();
  return store;
}

describe('a program of a kubeconfig', () => {
  it('is run only after this very command was allowed, without a shell', async () => {
    const api = await KubernetesDouble.start();
    closers.push(() => api.close());
    api.token = 'secret-1';
    const { runs } = await program({ token: 'secret-1' });
    const config = { cluster: { server: api.url }, user: exec() };
    const known = plugins();
    const store = await connect(config, known);
    const refused = await failureOf(store);
    expect(refused).toMatchObject({ kind: 'unauthenticated' });
    expect(refused.program?.line).toBe(`MINE=x ${join(folder, 'plugin')} 'a $(touch b)'`);
    expect(runs()).toBe(0);
    // Of what no kubeconfig asked for nothing is allowed.
    expect(plugins().allow(refused.program?.id ?? '')).toContain('No kubeconfig asked');
    expect(known.allow(refused.program?.id ?? '')).toBeNull();
    expect(await store.probe('/pg')).toMatchObject({ ok: true });
    expect(runs()).toBe(1);
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toMatch(/^a \$\(touch b\)\|x\|\{"apiVersion":"client/);
    // Remembered, but of another argument or environment nothing is.
    expect(await (await connect(config, plugins())).probe('/pg')).toMatchObject({ ok: true });
    for (const other of [exec({ args: ['b'] }), exec({ env: [] }), exec({ command: 'plugin' })]) {
      const unknown = await connect({ ...config, user: other }, plugins());
      expect((await failureOf(unknown)).message).toContain('nobody has allowed');
    }
    expect(runs()).toBe(2);
    const kept = await readFile(join(folder, 'allowed.json'), 'utf8');
    expect(kept).not.toContain('secret');
    expect(kept).not.toContain('touch b');
  });

  it('is run once for requests at the same time, again when its token has run out, and after a 401', async () => {
    const api = await KubernetesDouble.start();
    closers.push(() => api.close());
    api.token = 'one';
    const soon = new Date(Date.now() + 1000).toISOString();
    const { runs, give } = await program({ token: 'one', expirationTimestamp: soon });
    const store = await allowed({ cluster: { server: api.url }, user: exec() });
    expect(await Promise.all([store.probe('/pg'), store.snapshot('/pg')])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(runs()).toBe(1);
    await give({ token: 'two', expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString() });
    api.token = 'two';
    expect(await store.probe('/pg')).toMatchObject({ ok: true });
    expect(runs()).toBe(2);
    expect(await store.probe('/pg')).toMatchObject({ ok: true });
    expect(runs()).toBe(2);
    // A token is not used beyond its time, also where the server would still take it.
    await give({ token: 'two', expirationTimestamp: soon });
    store.wake();
    expect(await store.probe('/pg')).toMatchObject({ ok: true });
    const before = runs();
    await expect.poll(async () => (await store.probe('/pg')).ok && runs(), { timeout: 10_000 }).toBe(before + 1);
  });

  it('may give a client certificate, and is told of the cluster where it asks for it', async () => {
    const api = await secure();
    api.user = 'root';
    const { client, ca } = certificates;
    const pem = (file: string) => readFileSync(file, 'utf8');
    const status = { clientCertificateData: pem(client.certFile), clientKeyData: pem(client.keyFile) };
    const { give } = await program(status);
    const cluster = { server: api.url, 'certificate-authority': ca.certFile };
    const store = await allowed({ cluster, user: exec({ provideClusterInfo: true }) });
    expect(await store.probe('/pg')).toMatchObject({ ok: true });
    const told = readFileSync(join(folder, 'runs'), 'utf8');
    expect(told).toContain(`"server":"${api.url}","certificate-authority-data":"${base64(ca.certFile).slice(0, 20)}`);
    await give({ ...status, clientKeyData: pem(certificates.wrongClient.keyFile) });
    store.wake();
    expect((await failureOf(store)).message).toContain('the key of another');
  });

  it.each([
    ['exit code', { token: 'x' }, 'echo "sign in first" >&2; exit 7', 'ended with 7: sign in first'],
    ['no credential', {}, '', 'neither a token nor a client certificate'],
    ['no JSON', { token: 'x' }, 'echo hello', 'printed no ExecCredential'],
    ['too slow', { token: 'x' }, 'sleep 30', 'did not end within 1 s and was stopped'],
  ])('says why it gave nothing: %s', async (_, status, more, words) => {
    await program(status, more);
    const config = { cluster: { server: 'http://127.0.0.1:9' }, user: exec() };
    const store = await allowed(config, plugins(), { pluginMs: 1000 });
    expect((await failureOf(store)).message).toContain(words);
  });

  it.each([
    [{ command: '/nowhere/plugin', installHint: 'Install it.' }, 'there is no program /nowhere/plugin. Install it.'],
    [{ apiVersion: 'client.authentication.k8s.io/v1alpha1' }, 'it speaks client.authentication.k8s.io/v1alpha1'],
    [
      { apiVersion: 'client.authentication.k8s.io/v1beta1' },
      'where client.authentication.k8s.io/v1beta1 was asked for',
    ],
    [{ interactiveMode: 'Always' }, 'needs a terminal'],
  ])('says what it cannot be run for: %o', async (more, words) => {
    await program({ token: 'x' });
    const store = await allowed({ cluster: { server: 'http://127.0.0.1:9' }, user: exec(more) });
    expect((await failureOf(store)).message).toContain(words);
  });
});
