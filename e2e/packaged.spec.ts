import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, type Page, test } from '@playwright/test';
import { type ElectronProcess, startElectron } from '../bench/electron-process';
import { fillFleet } from '../bench/fleet-store';
import { startConsul } from '../lab/consul-server';
import { type EtcdServer, startEtcd } from '../lab/etcd-server';
import { runNode } from '../scripts/run';
import { connectUrl } from './connect-url';

// The app as `npm run package` makes it, with its fuses. Playwright's own way into Electron needs the debugger that a fuse takes
// away, so these tests look at the page from outside, through Chromium's port, and change nothing about the program.

test.describe.configure({ mode: 'serial', timeout: 240_000 });
test.skip(
  process.platform !== 'linux',
  'the packaged app is tested on Linux, where `npm run package` makes a plain folder',
);

let folder: string;
let app: string;
let executable: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-packaged-'));
  const { code, output } = await runNode('scripts/package.ts', ['--output', folder], { node: ['--import', 'tsx'] });
  expect(code, output).toBe(0);
  app = join(folder, 'linux-unpacked');
  executable = join(app, 'herdscope');
});

test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('it holds the built program, what etcd needs and the example snapshots, and nothing else', async () => {
  expect(await readdir(join(app, 'resources'))).toEqual(['app.asar']);
  const archive = join(app, 'resources/app.asar');
  const files = listPackage(archive, { isPack: false });
  expect(files).toContain('/out/main/index.cjs');
  expect(files).toContain('/out/renderer/index.html');
  expect(files).toContain('/node_modules/etcd3/proto/rpc.proto');
  const ours = /^\/(package\.json$|out(\/|$)|node_modules(\/|$)|resources(\/examples(\/[a-z-]+\.herdscope)?)?$)/;
  expect(files.filter((file) => !ours.test(file))).toEqual([]);
  expect(files.some((file) => file.endsWith('.herdscope'))).toBe(true);
  expect(files.filter((file) => /\.(tsx?|map|md)$|\/(test|tests|typescript|electron|vite|react)$/.test(file))).toEqual(
    [],
  );
  expect((await stat(archive)).size).toBeLessThan(6_000_000);
});

test('its fuses are set', async () => {
  const wire = await getCurrentFuseWire(executable);
  // In the executable a fuse is the digit 0 or 1; one that came with a later Electron is not there.
  const fuse = (option: FuseV1Options): string =>
    wire[option] === undefined ? 'none' : String.fromCharCode(wire[option]);
  expect({
    runAsNode: fuse(FuseV1Options.RunAsNode),
    nodeOptions: fuse(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspection: fuse(FuseV1Options.EnableNodeCliInspectArguments),
    cookieEncryption: fuse(FuseV1Options.EnableCookieEncryption),
    asarIntegrity: fuse(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyAsar: fuse(FuseV1Options.OnlyLoadAppFromAsar),
  }).toEqual({
    runAsNode: '0',
    nodeOptions: '0',
    inspection: '0',
    cookieEncryption: '1',
    asarIntegrity: '1',
    onlyAsar: '1',
  });
  // Electron has it from version 29 on.
  expect(['0', 'none']).toContain(fuse(FuseV1Options.GrantFileProtocolExtraPrivileges));
});

test('it opens its window on the practice herd', async () => {
  await withApp([], async (page) => {
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('option').first()).toBeVisible();
    expect(page.url()).toMatch(/^app:\/\//);
    expect(await page.evaluate(() => typeof window.herdscope.request)).toBe('function');
  });
});

test.describe('with a real etcd', () => {
  let etcd: EtcdServer;

  test.beforeAll(async () => {
    etcd = await startEtcd();
    await fillFleet(etcd.endpoint, 1, 3);
  });
  test.afterAll(async () => {
    await etcd.dispose();
  });

  test('it reads the store: the client and its protocol are in the package', async () => {
    await withApp(['--connect', connectUrl(etcd)], async (page) => {
      await expect(
        page
          .getByRole('option')
          .filter({ hasText: /3 members/ })
          .first(),
      ).toBeVisible();
    });
  });
});

test('it reads Consul too: that client is in the built program', async () => {
  const consul = await startConsul();
  try {
    const put = await fetch(`${consul.endpoint}/v1/kv/service/on-consul/members/pg1`, { method: 'PUT', body: '{}' });
    expect(put.ok).toBe(true);
    await withApp(['--connect', `consul://127.0.0.1:${String(consul.port)}`], async (page) => {
      await expect(page.getByRole('option').filter({ hasText: 'on-consul' }).first()).toBeVisible();
    });
  } finally {
    await consul.dispose();
  }
});

test('it cannot be run as Node, takes no NODE_OPTIONS and opens no debugger', async () => {
  const marker = join(folder, 'was-run');
  const required = join(folder, 'required.cjs');
  const script = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'run')`;
  await writeFile(required, script);

  // An Electron without fuses does run it: what is tried here would work.
  const bare = process.env['HERDSCOPE_ELECTRON'] ?? '';
  await outputOf(bare, [required], { ELECTRON_RUN_AS_NODE: '1' });
  expect(existsSync(marker)).toBe(true);
  await rm(marker);

  const asNode = await outputOf(executable, [required], { ELECTRON_RUN_AS_NODE: '1' });
  const inspected = await outputOf(executable, ['--inspect=0'], { NODE_OPTIONS: `--require ${required}` });
  expect(asNode + inspected).not.toContain('Debugger listening');
  expect(existsSync(marker)).toBe(false);
});

async function withApp(args: readonly string[], look: (page: Page) => Promise<void>): Promise<void> {
  const started: ElectronProcess = await startElectron(executable, args, (userData) => `--user-data=${userData}`);
  try {
    await look(await started.page());
  } finally {
    await started.stop();
  }
}

/** Runs the program until it ends, at most for the time that it needs to open its window, and gives what it printed. */
async function outputOf(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const userData = await mkdtemp(join(folder, 'user-data-'));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(program, [...args, ...sandbox, `--user-data=${userData}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString('utf8')));
  const gone = new Promise((done) => child.once('close', done));
  const timer = setTimeout(() => child.kill('SIGTERM'), 5000);
  await gone;
  clearTimeout(timer);
  return output;
}
