import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { WritableStore } from '../app/dcs/store';
import { startEtcd } from '../lab/etcd-server';
import { KubernetesDouble } from '../lab/kubernetes-double';
import { startZooKeeper } from '../lab/zookeeper-server';
import { ZooKeeperStore } from '../main/stores/zookeeper/zookeeper-store';
import { expect, type HerdscopeApp, test } from './electron-app';

// Connections to stores other than etcd v3, each to a real server: by the form, by an import and by --connect, all at once.

const closers: (() => unknown)[] = [];
let folder: string;
let herdscope: HerdscopeApp;
let page: Page;

test.beforeAll(async ({ launch }) => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-store-kinds-'));
  herdscope = await launch();
  page = herdscope.page;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test.afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

async function put(store: WritableStore, scope: string): Promise<void> {
  const keys = {
    initialize: '7711168519450300001',
    leader: 'pg1',
    'members/pg1': '{"state":"running","role":"primary","timeline":1}',
  };
  for (const [key, value] of Object.entries(keys)) {
    const written = await store.set(`/service/${scope}/${key}`, value, 'any', null);
    expect(written.kind).toBe('done');
  }
  store.close();
}

async function newForm(store: string, fields: Readonly<Record<string, string>>): Promise<Locator> {
  await page.keyboard.press('Control+n');
  const form = page.getByRole('dialog', { name: 'Add a connection' });
  await form.getByRole('button', { name: /Store/ }).click();
  await page.getByRole('option', { name: new RegExp(`^${store}`) }).click();
  for (const [label, value] of Object.entries(fields)) await form.getByLabel(label, { exact: true }).fill(value);
  return form;
}

const cluster = (scope: string): Locator => page.getByRole('option', { name: new RegExp(scope) });

const tested = async (form: Locator): Promise<Locator> => {
  await form.getByRole('button', { name: 'Test the connection' }).click();
  return form.getByRole('status');
};

async function save(form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

test('ZooKeeper: by the form, by an import with its secret, and by --connect', async ({ launch }) => {
  test.setTimeout(120_000);
  const zookeeper = await startZooKeeper();
  closers.push(() => zookeeper.dispose());
  const options = { useTls: false, verify: true, caFile: null, certFile: null, keyFile: null, keyPassword: null };
  await put(new ZooKeeperStore({ hosts: [zookeeper.host], ...options, auth: [], acls: null }), 'zebra');

  const form = await newForm('ZooKeeper', {
    Name: 'zoo',
    Hosts: zookeeper.host,
    Authentication: 'digest',
    Credentials: 'dba:secret-word',
  });
  await expect(form).toContainText('The connection is without TLS, so the credentials cross the network');
  await expect(await tested(form)).toContainText('1 cluster and 3 keys below /service');
  await save(form);
  await expect(cluster('zebra')).toBeVisible();
  const kept = await readFile(join(herdscope.userData, 'settings.json'), 'utf8');
  expect(JSON.parse(kept)).toMatchObject({
    connections: [{ kind: 'zookeeper', hosts: [zookeeper.host], authScheme: 'digest', writable: false }],
  });
  expect(kept).not.toContain('secret-word');

  const file = join(folder, 'patroni.yml');
  await writeFile(file, `zookeeper:\n  hosts: [${zookeeper.host}]\n  auth_data: {digest: "dba:secret-word"}\n`);
  await herdscope.app.evaluate(({ dialog }, path) => {
    Object.assign(dialog, { showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: [path] }) });
  }, file);
  await page.keyboard.press('Control+n');
  await page.getByRole('button', { name: 'Import it…' }).click();
  await page.getByRole('button', { name: 'Choose a file…' }).click();
  const found = page.getByRole('dialog', { name: '1 connection found' });
  await expect(found).toContainText('ZooKeeper');
  await expect(found).toContainText('digest, with credentials');
  await found.getByRole('button', { name: 'Continue…' }).click();
  const imported = page.getByRole('dialog', { name: 'Add a connection' });
  await expect(imported).toContainText('Found in the file.');
  await expect(await tested(imported)).toContainText('1 cluster and 3 keys');
  await save(imported);
  await expect(cluster('zebra')).toHaveCount(2);

  const other = await launch({ args: ['--connect', `zk://${zookeeper.host}/service`] });
  await expect(other.page.getByRole('option', { name: /zebra/ })).toBeVisible();
});

test('etcd v2: by the form', async () => {
  const etcd = await startEtcd({ args: ['--enable-v2'] });
  closers.push(() => etcd.dispose());
  for (const [key, value] of Object.entries({ initialize: '7711168519450300001', leader: 'pg1' })) {
    const body = new URLSearchParams({ value });
    expect((await fetch(`${etcd.endpoint}/v2/keys/service/eland/${key}`, { method: 'PUT', body })).ok).toBe(true);
  }
  const form = await newForm('etcd v2', { Name: 'old', Endpoints: etcd.endpoint });
  await expect(await tested(form)).toContainText('1 cluster and 2 keys below /service');
  await save(form);
  await expect(cluster('eland')).toBeVisible();
});

test('Kubernetes: by the form, and by --connect with a kubeconfig', async ({ launch }) => {
  const api = await KubernetesDouble.start();
  closers.push(() => api.close());
  api.token = 'secret-token';
  api.put('endpoints', 'kudu', { leader: 'kudu-0', ttl: '30' }, { 'cluster-name': 'kudu' });
  api.put('endpoints', 'kudu-config', { initialize: '7711168519450300001' }, { 'cluster-name': 'kudu' });
  const status = '{"state":"running","role":"primary","timeline":1}';
  api.put('pods', 'kudu-0', { status }, { 'cluster-name': 'kudu' });

  const form = await newForm('Kubernetes', { Name: 'kube', Namespace: 'pg', 'Bearer token': 'secret-token' });
  await form.getByText('By its address').click();
  await form.getByLabel('Address', { exact: true }).fill(api.url);
  await form.getByText('Endpoints', { exact: true }).click();
  await expect(await tested(form)).toContainText('1 cluster in the namespace pg');
  await save(form);
  await expect(cluster('kudu')).toBeVisible();
  expect(await readFile(join(herdscope.userData, 'settings.json'), 'utf8')).not.toContain('secret-token');

  const file = join(folder, 'kubeconfig');
  await writeFile(
    file,
    `clusters: [{name: c, cluster: {server: "${api.url}"}}]\nusers: [{name: u, user: {token: secret-token}}]\n` +
      'contexts: [{name: lab, context: {cluster: c, user: u}}]\n',
  );
  const url = `kubernetes://lab/pg?kubeconfig=${encodeURIComponent(file)}&use_endpoints=1`;
  const other = await launch({ args: ['--connect', url] });
  await expect(other.page.getByRole('option', { name: /kudu/ })).toBeVisible();
});

test('Kubernetes by a kubeconfig that names a program: it runs only after the person allowed it, twice', async () => {
  const api = await KubernetesDouble.start();
  closers.push(() => api.close());
  api.token = 'secret-token';
  api.put('endpoints', 'oryx', { leader: 'oryx-0', ttl: '30' }, { 'cluster-name': 'oryx' });
  const version = 'client.authentication.k8s.io/v1';
  const credential = JSON.stringify({ apiVersion: version, kind: 'ExecCredential', status: { token: 'secret-token' } });
  await writeFile(join(folder, 'gives-token'), `#!/bin/sh\necho '${credential}'\n`, { mode: 0o700 });
  const file = join(folder, 'kubeconfig-program');
  const exec = { apiVersion: version, command: './gives-token', args: ['get', 'a b'] };
  const config = {
    clusters: [{ name: 'c', cluster: { server: api.url } }],
    users: [{ name: 'u', user: { exec } }],
    contexts: [{ name: 'lab', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(file, JSON.stringify(config));
  // The system's box cannot be driven here: it says no, then yes.
  await herdscope.app.evaluate(({ dialog }) => {
    let asked = 0;
    dialog.showMessageBox = () => {
      asked += 1;
      return Promise.resolve({ response: asked === 1 ? 0 : 1, checkboxChecked: false });
    };
  });
  const form = await newForm('Kubernetes', { Name: 'by program', Namespace: 'pg', kubeconfig: file, Context: 'lab' });
  await form.getByText('Endpoints', { exact: true }).click();
  const said = await tested(form);
  await expect(said).toContainText("gives-token get 'a b'");
  await page.screenshot({ path: test.info().outputPath('program.png') });
  const allow = form.getByRole('button', { name: 'Allow exactly this command to be run, and test again' });
  await allow.click();
  await expect(form).toContainText('The program was not allowed, so it is not run.');
  await allow.click();
  await expect(said).toContainText('1 cluster in the namespace pg');
  await save(form);
  await expect(cluster('oryx')).toBeVisible();
});

test('a ZooKeeper that is not there: a sentence says so and what to try', async () => {
  const form = await newForm('ZooKeeper', { Name: 'nobody', Hosts: '127.0.0.1:9' });
  await expect(await tested(form)).toContainText('127.0.0.1:9');
  await expect(form.getByRole('status')).toContainText(/refused|nothing listens/i);
  await form.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
});

test('nothing was logged as an error', () => {
  expect(herdscope.errors()).toEqual([]);
});
