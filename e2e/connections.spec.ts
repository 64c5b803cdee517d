import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, request as httpRequest } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { type Certificates, makeCertificates } from '../lab/certificates';
import { type EtcdOptions, type EtcdServer, startEtcd } from '../lab/etcd-server';
import { freePort } from '../lab/free-port';
import { DEFAULT_TIMING } from '../main/stores/etcd3/options';
import { expect, type HerdscopeApp, test } from './electron-app';

// Connections as a person makes them, on real etcds. The only double is the system's own dialog for choosing a file, which
// no test can press: main's `dialog.showOpenDialog` answers with the file here.

test.describe.configure({ mode: 'serial' });

const PASSWORD = 'a-pass.word+that$is-secret';
const closers: (() => unknown)[] = [];
let certificates: Certificates;
let folder: string;
let plain: EtcdServer;
let guarded: EtcdServer;
let secure: EtcdServer;
let herdscope: HerdscopeApp;
let page: Page;

test.beforeAll(async ({ launch }) => {
  certificates = await makeCertificates();
  folder = await mkdtemp(join(tmpdir(), 'herdscope-e2e-files-'));
  const { ca, client, server } = certificates;
  [plain, guarded, secure] = await Promise.all([
    etcd(),
    etcd({
      auth: { rootPassword: 'root-word', users: [{ name: 'dba', password: PASSWORD, readPrefix: '/service/' }] },
    }),
    etcd({
      tls: {
        ...server,
        caFile: ca.certFile,
        clientCaFile: ca.certFile,
        clientCertFile: client.certFile,
        clientKeyFile: client.keyFile,
      },
    }),
  ]);
  await put(plain, ['alpha', 'beta', 'gamma']);
  await put(guarded, ['vault']);
  await put(secure, ['sealed']);
  herdscope = await launch();
  page = herdscope.page;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test.afterAll(async () => {
  for (const close of closers.reverse()) await close();
  await certificates.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function etcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const server = await startEtcd(options);
  closers.push(() => server.dispose());
  return server;
}

async function put(server: EtcdServer, scopes: readonly string[]): Promise<void> {
  for (const scope of scopes) {
    await server.ctl(['put', `/service/${scope}/initialize`, '7711168519450300001']);
    await server.ctl(['put', `/service/${scope}/leader`, 'pg1']);
    await server.ctl(['put', `/service/${scope}/members/pg1`, '{"state":"running","role":"primary","timeline":1}']);
  }
}

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** Takes connections and never says a word. */
const silent = (): Promise<string> => listen(createServer());

/** What a field is called, and what goes in. */
type Fields = Readonly<Record<string, string>>;

const field = (form: Locator, label: string): Locator => form.getByLabel(label, { exact: true });

async function fill(form: Locator, fields: Fields): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await field(form, label).fill(value);
}

async function newForm(fields: Fields): Promise<Locator> {
  await page.keyboard.press('Control+n');
  const form = page.getByRole('dialog', { name: 'Add a connection' });
  await fill(form, fields);
  return form;
}

async function editForm(name: string): Promise<Locator> {
  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  return page.getByRole('dialog', { name: `Connection ${name}` });
}

/** Presses the button and gives the place where the outcome stands. */
async function tryOut(form: Locator): Promise<Locator> {
  await form.getByRole('button', { name: 'Test the connection' }).click();
  return form.getByRole('status');
}

async function leave(form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'Cancel' }).click();
  const question = page.getByRole('alertdialog');
  if (await question.isVisible()) await question.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

async function save(form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

const cluster = (scope: string): Locator => page.getByRole('option', { name: new RegExp(scope) });

/** The rest of the program works: another cluster of the practice herd comes when it is chosen, and so does the one before. */
async function expectUsable(): Promise<void> {
  for (const scope of ['savanna-standby', 'savanna']) {
    await page.locator(`[data-fleet-row="practice/${scope}"]`).first().click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(scope);
  }
}

async function choosing(file: string): Promise<void> {
  await herdscope.app.evaluate(({ dialog }, path) => {
    Object.assign(dialog, { showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: [path] }) });
  }, file);
}

const kept = (): Promise<string> => readFile(join(herdscope.userData, 'settings.json'), 'utf8');

test('a connection is added by the form: tested, saved, edited and removed', async () => {
  let form = await newForm({ Name: 'production', Endpoints: plain.endpoint.replace('http://', '') });
  const outcome = await tryOut(form);
  await expect(outcome).toContainText(/etcd 3\.\d+\.\d+ answered at/);
  await expect(outcome).toContainText(String(plain.port));
  await expect(outcome).toContainText('3 clusters and 9 keys below /service');
  await expect(cluster('alpha')).toHaveCount(0);
  await save(form);
  for (const scope of ['alpha', 'beta', 'gamma']) await expect(cluster(scope)).toBeVisible();
  // What was just added is what one wants to see.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/alpha|beta|gamma/);
  expect(JSON.parse(await kept())).toMatchObject({
    connections: [{ name: 'production', endpoints: [plain.endpoint] }],
  });

  form = await editForm('production');
  await fill(form, { Name: 'production-eu', Namespace: '/elsewhere' });
  await expect(await tryOut(form)).toContainText('There is no key below /elsewhere. Is it the right namespace?');
  await save(form);
  await expect(page.getByRole('heading', { level: 2, name: /production-eu/ })).toBeVisible();
  await expect(cluster('alpha')).toHaveCount(0);

  form = await editForm('production-eu');
  await form.getByRole('button', { name: 'Remove…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByRole('heading', { level: 2, name: /production-eu/ })).toHaveCount(0);
  expect(JSON.parse(await kept())).toMatchObject({ connections: [] });
});

test('user and password: the clusters come, and the password is in no file in clear', async () => {
  const form = await newForm({ Name: 'guarded', Endpoints: guarded.endpoint, User: 'dba', Password: PASSWORD });
  await expect(form).toContainText('plain http, so the password crosses the network');
  await expect(await tryOut(form)).toContainText('1 cluster and 3 keys');
  await save(form);
  await expect(cluster('vault')).toBeVisible();
  expect(await kept()).not.toContain(PASSWORD);
  const secrets = await readFile(join(herdscope.userData, 'secrets.json'), 'utf8').catch(() => '');
  expect(secrets).not.toContain(PASSWORD);
  expect(secrets).not.toContain(Buffer.from(PASSWORD).toString('base64'));
  expect(herdscope.output()).not.toContain(PASSWORD);
});

test('a password that is kept goes to no other host: the form wants it again, and main refuses what goes round the form', async () => {
  let knocks = 0;
  const stranger = await listen(createServer(() => (knocks += 1)));
  const form = await editForm('guarded');
  await expect(form).toContainText(/Kept (for this run only|in the system’s keychain)/);
  const dots = form.getByRole('button', { name: 'Replace' });
  for (const changed of [
    { Endpoints: stranger },
    { Endpoints: guarded.endpoint.replace('http', 'https') },
    { User: 'root' },
  ]) {
    await fill(form, changed);
    await expect(form).toContainText('was given for other endpoints or another user');
    await expect(field(form, 'Password')).toHaveAttribute('aria-invalid', 'true');
    await expect(field(form, 'Password')).toHaveValue('');
    await fill(form, { Endpoints: guarded.endpoint, User: 'dba' });
    await expect(dots).toBeVisible();
  }
  await fill(form, { Endpoints: stranger });
  await form.getByRole('button', { name: 'Test the connection' }).click();
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(field(form, 'Password')).toBeFocused();

  const id = (JSON.parse(await kept()) as { connections: { id: string }[] }).connections[0]?.id ?? '';
  const refused = await page.evaluate(
    async ([connection, endpoint]) => {
      const draft = {
        settings: {
          kind: 'etcd3' as const,
          id: connection ?? '',
          name: 'guarded',
          endpoints: [endpoint ?? ''],
          namespace: '/service',
          username: 'dba',
          caFile: null,
          certFile: null,
          keyFile: null,
          writable: false,
          production: false,
          bastion: null,
          restApi: { username: null, caFile: null, certFile: null, keyFile: null, verify: true },
        },
        secrets: { password: { kind: 'keep' as const } },
      };
      const tested = await window.herdscope.request('connection.test', draft);
      const saved = await window.herdscope.request('connection.save', draft);
      return [tested.ok ? '' : tested.error.message, saved.ok ? '' : saved.error.message];
    },
    [id, stranger] as const,
  );
  for (const words of refused) expect(words).toContain('Enter it again');
  expect(knocks).toBe(0);

  // Typed again it is sent where the form says, and the form can be tested and saved.
  await field(form, 'Password').pressSequentially('another-word');
  await expect(field(form, 'Password')).toHaveValue('another-word');
  await form.getByRole('button', { name: 'Test the connection' }).click();
  await expect.poll(() => knocks).toBeGreaterThan(0);
  await leave(form);
});

test('a password that is changed while connected: the picture stays, a wrong one is told of, and the right one goes on', async () => {
  const replace = async (password: string): Promise<void> => {
    const form = await editForm('guarded');
    await form.getByRole('button', { name: 'Replace' }).click();
    await field(form, 'Password').fill(password);
    await save(form);
  };
  await replace('no-longer-the-word');
  await expect(page.getByText(/stale \d/).first()).toBeVisible();
  await expect(cluster('vault')).toBeVisible();
  await replace(PASSWORD);
  await expect(page.getByText(/stale \d/)).toHaveCount(0);
  await put(guarded, ['later']);
  await expect(cluster('later')).toBeVisible();
  await guarded.ctl(['del', '--prefix', '/service/later/']);
  await expect(cluster('later')).toHaveCount(0);
});

test('TLS with a CA and a client certificate, chosen as files', async () => {
  const form = await newForm({ Name: 'sealed-etcd', Endpoints: secure.endpoint });
  for (const [label, file] of [
    ['CA certificate', certificates.ca.certFile],
    ['Client certificate', certificates.client.certFile],
    ['Client key', certificates.client.keyFile],
  ] as const) {
    await choosing(file);
    await form.getByRole('button', { name: `Choose the file: ${label}` }).click();
    await expect(field(form, label)).toHaveValue(file);
  }
  await expect(await tryOut(form)).toContainText('1 cluster and 3 keys');
  await save(form);
  await expect(cluster('sealed')).toBeVisible();
});

test('an import from a patroni.yml and a patronictl.yaml that were chosen as files', async () => {
  const files: Readonly<Record<string, string>> = {
    'patroni.yml': [
      'scope: sealed\nname: pg1\nrestapi: {listen: 0.0.0.0:8008}\netcd3:\n  protocol: https',
      `  hosts: 127.0.0.1:${String(secure.port)}\n  cacert: ${basename(certificates.ca.certFile)}`,
      `  cert: ${certificates.client.certFile}\n  key: ${certificates.client.keyFile}\n`,
    ].join('\n'),
    'patronictl.yaml': `etcd3:\n  host: 127.0.0.1:${String(guarded.port)}\n  username: dba\n  password: ${PASSWORD}\n`,
  };
  // A relative path is relative to the file, as for Patroni.
  await writeFile(join(folder, basename(certificates.ca.certFile)), await readFile(certificates.ca.certFile));
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    await writeFile(file, text);
    await choosing(file);
    await page.keyboard.press('Control+i');
    await page.getByRole('button', { name: 'Choose a file…' }).click();
    const found = page.getByRole('dialog', { name: '1 connection found' });
    await expect(found).toContainText(file);
    await found.getByRole('button', { name: 'Continue…' }).click();
    const form = page.getByRole('dialog', { name: 'Add a connection' });
    await fill(form, { Name: `from ${name}` });
    await expect(await tryOut(form)).toContainText('1 cluster and 3 keys');
    expect(await page.content()).not.toContain(PASSWORD);
    await save(form);
    await expect(page.getByRole('heading', { level: 2, name: `from ${name}` })).toBeVisible();
  }
});

test('an import of something else says what it is', async () => {
  for (const [text, words] of [
    ['scope: demo\n', 'so it does not tell where the store is'],
    ['{', 'not YAML'],
  ] as const) {
    const file = join(folder, 'other.yml');
    await writeFile(file, text);
    await choosing(file);
    await page.keyboard.press('Control+i');
    const dialog = page.getByRole('dialog', { name: 'Import a connection' });
    await dialog.getByRole('button', { name: 'Choose a file…' }).click();
    await expect(dialog.getByRole('status')).toContainText(words);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
});

/** What goes into the form, and the sentences that must come: which it is, and what to try. */
interface Failure {
  readonly what: string;
  readonly fields: () => Promise<Fields>;
  readonly says: readonly (string | RegExp)[];
}

/** An HTTP/1 proxy before the etcd without users; what `passes` refuses is not found there. */
const httpOnly = (passes: (request: IncomingMessage) => boolean): Promise<string> =>
  listen(
    createHttpServer((incoming, outgoing) => {
      if (!passes(incoming)) {
        outgoing.writeHead(404).end();
        return;
      }
      const onward = httpRequest(
        { host: '127.0.0.1', port: plain.port, path: incoming.url, method: incoming.method },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(onward);
    }),
  );

const failures: readonly Failure[] = [
  {
    what: 'a wrong password',
    fields: () => Promise.resolve({ Endpoints: guarded.endpoint, User: 'dba', Password: 'wrong-word' }),
    says: ['refused the user "dba"', 'password is wrong', 'Enter them again'],
  },
  {
    what: 'no password where one is demanded',
    fields: () => Promise.resolve({ Endpoints: guarded.endpoint }),
    says: ['demands a user name and a password', 'that Patroni or patronictl use'],
  },
  {
    what: 'a refused connection',
    fields: async () => ({ Endpoints: `127.0.0.1:${String(await freePort())}` }),
    says: ['was refused: nothing listens on that port', 'Check host and port'],
  },
  {
    what: 'a wrong CA',
    fields: () => Promise.resolve({ Endpoints: secure.endpoint, 'CA certificate': certificates.wrongCa.certFile }),
    says: [/was signed by "Herdscope lab ca", which .*does not vouch for/, 'Choose the CA file that signed'],
  },
  {
    what: 'no CA',
    fields: () => Promise.resolve({ Endpoints: secure.endpoint }),
    says: ['is not among the authorities that this machine trusts', 'Choose the CA file that signed'],
  },
  {
    what: 'an expired certificate',
    fields: async () => {
      const { ca, expiredServer } = certificates;
      const server = await etcd({ tls: { ...expiredServer, caFile: ca.certFile } });
      return { Endpoints: server.endpoint, 'CA certificate': ca.certFile };
    },
    says: [/is not valid today: it is from .* 2020 .* to .* 2021/, 'Give etcd a new certificate'],
  },
  {
    what: 'a missing client certificate',
    fields: () => Promise.resolve({ Endpoints: secure.endpoint, 'CA certificate': certificates.ca.certFile }),
    says: ['demands a client certificate', 'Choose the certificate and key'],
  },
  {
    what: 'a host that never answers',
    fields: async () => ({ Endpoints: await silent() }),
    says: ['took the connection but did not answer in time', 'firewall or VPN'],
  },
  {
    what: 'a real etcd behind a proxy that lets neither gRPC nor /v3 through',
    fields: async () => ({ Endpoints: await httpOnly(({ url }) => url?.startsWith('/v3') !== true) }),
    says: [
      /etcd 3\.\S+ answers over HTTP at \S+, but neither a gRPC connection nor one by its HTTP gateway came about/,
      'a proxy that passes gRPC or /v3 on',
    ],
  },
  {
    what: 'an etcd of version 2',
    // There is no etcd 2 to install any more: this is what one answers to GET /version.
    fields: async () => ({
      Endpoints: await listen(
        createHttpServer((_, outgoing) => outgoing.end('{"etcdserver":"2.3.8","etcdcluster":"2.3.0"}')),
      ),
    }),
    says: ['is version 2.3.8, which has no v3 API', 'Herdscope reads etcd 3 and newer'],
  },
  {
    what: 'http to an etcd that speaks TLS',
    fields: () => Promise.resolve({ Endpoints: secure.endpoint.replace('https', 'http') }),
    says: ['speaks TLS only', 'Use https://'],
  },
  {
    what: 'https to an etcd that speaks none',
    fields: () => Promise.resolve({ Endpoints: plain.endpoint.replace('http', 'https') }),
    says: ['does not speak TLS', 'Use http://'],
  },
];

for (const { what, fields, says } of failures) {
  test(`${what}: a sentence says which it is and what to try`, async () => {
    const form = await newForm({ Name: 'failing', ...(await fields()) });
    const outcome = await tryOut(form);
    for (const words of says) await expect(outcome).toContainText(words);
    await leave(form);
    await expectUsable();
  });
}

test('a test has at most five seconds, by the program’s own deadline, and nobody has to wait for it', async () => {
  expect(DEFAULT_TIMING.connectMs + DEFAULT_TIMING.diagnosisMs).toBeLessThanOrEqual(5000);
  const form = await newForm({ Name: 'failing', Endpoints: await silent() });
  await expect(await tryOut(form)).toContainText('Asking the store');
  await leave(form);
  await expectUsable();
});

test('where the scheme is the fault, one button puts it right', async () => {
  const form = await newForm({
    Name: 'failing',
    Endpoints: plain.endpoint.replace('http', 'https'),
  });
  await expect(await tryOut(form)).toContainText('does not speak TLS');
  await form.getByRole('button', { name: 'Use http and test again' }).click();
  await expect(form.getByRole('status')).toContainText('3 clusters and 9 keys');
  await expect(field(form, 'Endpoints')).toHaveValue(plain.endpoint);
  await leave(form);
});

test('where only HTTP comes through, etcd’s HTTP gateway is taken, and that is said', async () => {
  const form = await newForm({ Name: 'by http', Endpoints: await httpOnly(() => true) });
  const said = await tryOut(form);
  await expect(said).toContainText('by etcd’s HTTP gateway');
  await expect(said).toContainText('3 clusters and 9 keys');
  await leave(form);
});

test('nothing was logged as an error', () => {
  expect(herdscope.errors()).toEqual([]);
});

test('--connect of hosts that cannot be reached: the list says which and why, and the rest works', async ({
  launch,
}) => {
  const refused = `127.0.0.1:${String(await freePort())}`;
  const quiet = (await silent()).replace('http://', '');
  const other = await launch({
    args: ['--connect', `etcd3://${refused}/service`, '--connect', `etcd3://${quiet}/service`],
  });
  const fleet = other.page.getByRole('navigation', { name: 'Clusters' });
  await expect(fleet).toContainText(`The connection to ${refused} was refused: nothing listens on that port.`);
  await expect(fleet).toContainText(`${quiet} took the connection but did not answer in time.`);
  page = other.page;
  await expectUsable();
  expect(other.errors()).toEqual([]);
});
