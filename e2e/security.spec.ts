import { readFile, readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { makeCertificates } from '../lab/certificates';
import { expect, test, type HerdscopeApp } from './electron-app';

// Each line of the list that a window must hold to (docs/security.md), proven on the running program.

test.describe.configure({ mode: 'serial' });

let herdscope: HerdscopeApp;
let app: ElectronApplication;
let page: Page;

test.beforeAll(async ({ launch }) => {
  herdscope = await launch();
  ({ app, page } = herdscope);
  await page.getByRole('heading', { level: 1 }).waitFor();
});

test('the page runs in a sandbox, apart from the preload, without Node', async () => {
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    // Electron leaves this method out of its types.
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  });
  expect(preferences['webviewTag'] ?? false).toBe(false);
  expect(preferences['allowRunningInsecureContent'] ?? false).toBe(false);
  expect(preferences['experimentalFeatures'] ?? false).toBe(false);
  expect(preferences['enableBlinkFeatures'] ?? '').toBe('');
  expect(
    await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in globalThis),
    ),
  ).toEqual([]);
});

test('the bridge holds two named methods, cannot be replaced, and gives no event away', async () => {
  expect(await page.evaluate(() => Object.keys(window.herdscope).sort())).toEqual(['on', 'request']);
  const replaced = await page.evaluate(() => {
    try {
      Object.assign(window.herdscope, { request: null });
    } catch {
      return false;
    }
    return typeof window.herdscope.request !== 'function';
  });
  expect(replaced).toBe(false);
  const argumentCount = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const stop = window.herdscope.on('feed', (...all: unknown[]) => {
          stop();
          resolve(all.length);
        });
      }),
  );
  expect(argumentCount).toBe(1);
});

test('the policy allows own scripts and styles only, and no connection', async () => {
  const policy = await app.evaluate(async ({ session }) =>
    (await session.defaultSession.fetch('app://herdscope/index.html')).headers.get('content-security-policy'),
  );
  for (const line of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]) {
    expect(policy).toContain(line);
  }
  expect(policy).not.toContain('unsafe');
  expect(policy).toMatch(/style-src 'self' 'nonce-[A-Za-z0-9+/=]{16,}'/);
});

test('the policy is in force: no inline script, no eval, no inline style sheet, no request, no foreign picture', async () => {
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const handler = document.createElement('button');
    handler.setAttribute('onclick', 'window.injected = true');
    document.body.append(handler);
    handler.click();
    const style = document.createElement('style');
    style.textContent = 'body { outline: 7px solid red }';
    document.head.append(style);
    const outline = getComputedStyle(document.body).outlineWidth;
    // In a callback of the page's own: what the test driver evaluates itself is let through by the debugger.
    const evaluated = await new Promise<boolean>((resolve) => {
      setTimeout(() => {
        try {
          Reflect.construct(Function, ['return 1']);
          resolve(true);
        } catch {
          resolve(false);
        }
      });
    });
    const fetched = await fetch('https://127.0.0.1:1/').then(
      () => true,
      () => false,
    );
    const ownFetched = await fetch('app://herdscope/index.html').then(
      () => true,
      () => false,
    );
    const image = await new Promise<boolean>((resolve) => {
      const picture = new Image();
      picture.onload = () => resolve(true);
      picture.onerror = () => resolve(false);
      picture.src = 'https://127.0.0.1:1/pixel.png';
    });
    script.remove();
    handler.remove();
    style.remove();
    return { injected: 'injected' in window, outline, evaluated, fetched, ownFetched, image };
  });
  expect(outcome).toEqual({
    injected: false,
    outline: expect.not.stringMatching('7px'),
    evaluated: false,
    fetched: false,
    ownFetched: false,
    image: false,
  });
});

test('permissions are denied, asked for or not', async () => {
  const denied = await page.evaluate(async () => {
    const asked = await Promise.all([
      Notification.requestPermission(),
      navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'granted',
        () => 'denied',
      ),
      new Promise<string>((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          () => resolve('denied'),
        ),
      ),
    ]);
    const states = await Promise.all(
      (['geolocation', 'camera', 'microphone', 'notifications', 'clipboard-read'] as PermissionName[]).map(
        async (name) => (await navigator.permissions.query({ name })).state,
      ),
    );
    return [...asked, ...states];
  });
  expect(new Set(denied)).toEqual(new Set(['denied']));
});

test('nothing navigates, redirects, opens a window, a frame or a webview', async () => {
  const before = page.url();
  await page.evaluate(() => {
    location.href = 'https://127.0.0.1:1/';
  });
  await page.evaluate(() => {
    location.href = 'file:///etc/passwd';
  });
  expect(await page.evaluate(() => window.open('https://127.0.0.1:1/') === null)).toBe(true);
  expect(await page.evaluate(() => window.open('app://herdscope/index.html') === null)).toBe(true);
  await page.evaluate(() => {
    for (const name of ['iframe', 'webview', 'object', 'embed']) {
      const element = document.createElement(name);
      element.setAttribute('src', 'app://herdscope/index.html');
      element.setAttribute('data', 'app://herdscope/index.html');
      element.className = 'security-probe';
      document.body.append(element);
    }
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe(before);
  expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
  expect(page.frames().filter((frame) => frame !== page.mainFrame() && frame.url().startsWith('app:'))).toEqual([]);
  await page.evaluate(() => document.querySelectorAll('.security-probe').forEach((element) => element.remove()));
  expect(await page.evaluate(() => document.querySelector('h1')?.textContent ?? '')).not.toBe('');
});

test('a request is checked: its name, its shape, its sender', async () => {
  const answers = await page.evaluate(async () => {
    const bridge = window.herdscope as unknown as {
      request(name: string, argument?: unknown): Promise<{ ok: boolean; error?: { code: string } }>;
    };
    const ask = (name: string, argument?: unknown): Promise<string> =>
      bridge.request(name, argument).then(
        (answer) => (answer.ok ? 'done' : (answer.error?.code ?? '?')),
        () => 'rejected',
      );
    return {
      unknownName: await ask('shell.run', { command: 'id' }),
      inherited: await ask('__proto__'),
      wrongType: await ask('cluster.open', { clusterId: 7 }),
      missing: await ask('connection.save', {}),
      tooLong: await ask('link.open', { url: 'x'.repeat(10_000) }),
      script: await ask('link.open', { url: 'javascript:alert(1)' }),
      file: await ask('link.open', { url: 'file:///etc/passwd' }),
      program: await ask('link.open', { url: 'ms-settings:privacy' }),
    };
  });
  expect(answers).toEqual({
    unknownName: 'rejected',
    inherited: 'rejected',
    wrongType: 'invalid',
    missing: 'invalid',
    tooLong: 'invalid',
    script: expect.stringMatching(/refused|invalid/),
    file: expect.stringMatching(/refused|invalid/),
    program: expect.stringMatching(/refused|invalid/),
  });
});

test('a window that the program did not make gets no answer, though it has the same preload', async () => {
  const answer = await app.evaluate(async ({ app: electron, BrowserWindow }) => {
    const preload = `${electron.getAppPath()}/out/preload/index.cjs`;
    const other = new BrowserWindow({
      show: false,
      webPreferences: { sandbox: true, contextIsolation: true, preload },
    });
    try {
      await other.loadURL('app://herdscope/index.html');
      return (await other.webContents.executeJavaScript(
        `window.herdscope ? window.herdscope.request('session.start').then((a) => (a && a.ok ? 'answered' : 'refused'), () => 'refused') : 'no bridge'`,
      )) as string;
    } finally {
      other.destroy();
    }
  });
  expect(answer).toBe('refused');
});

test('the page is served from its folder and from nowhere else', async () => {
  const statuses = await app.evaluate(async ({ session }) => {
    const paths = [
      'index.html',
      '../main/index.cjs',
      '..%2fmain%2findex.cjs',
      '%2e%2e/%2e%2e/package.json',
      '..\\..\\package.json',
      '/etc/passwd',
      'index.html%00.png',
      '../../package.json',
    ];
    return Promise.all(
      [...paths.map((path) => `app://herdscope/${path}`), 'app://other/index.html'].map((address) =>
        session.defaultSession.fetch(address).then(
          (answer) => answer.status,
          () => 0,
        ),
      ),
    );
  });
  expect(statuses[0]).toBe(200);
  expect(statuses.slice(1).filter((status) => status === 200)).toEqual([]);
});

test('a link opens only when it is http or https, and only after asking', async () => {
  const asked = await app.evaluate(async ({ dialog, shell, BrowserWindow }) => {
    // The system's dialog and browser cannot be driven here: they are replaced, and everything up to them is real.
    const seen = { questions: [] as string[], opened: [] as string[] };
    dialog.showMessageBox = (...args: unknown[]) => {
      seen.questions.push(JSON.stringify(args[args.length - 1]));
      return Promise.resolve({ response: seen.questions.length === 1 ? 1 : 0, checkboxChecked: false });
    };
    shell.openExternal = (url: string) => {
      seen.opened.push(url);
      return Promise.resolve();
    };
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const ask = (url: string): Promise<unknown> =>
      contents?.executeJavaScript(`window.herdscope.request('link.open', { url: ${JSON.stringify(url)} })`, true) ??
      Promise.resolve();
    await ask('https://patroni.readthedocs.io/one');
    await ask('https://patroni.readthedocs.io/two');
    await ask('ftp://patroni.readthedocs.io/three');
    return seen;
  });
  expect(asked.questions).toHaveLength(2);
  expect(asked.questions[0]).toContain('https://patroni.readthedocs.io/one');
  // Of two questions one was answered with yes.
  expect(asked.opened).toHaveLength(1);
});

test.describe('a wrong certificate', () => {
  let server: Server;
  let url: string;

  test.beforeAll(async () => {
    const certificates = await makeCertificates();
    server = createServer(
      { cert: await readFile(certificates.server.certFile), key: await readFile(certificates.server.keyFile) },
      (_request, response) => response.end('reached'),
    );
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  test.afterAll(() => {
    server.close();
  });

  test('is never accepted', async () => {
    const outcome = await app.evaluate(async ({ BrowserWindow, app: electron }, address) => {
      let verdict: boolean | null = null;
      electron.emit(
        'certificate-error',
        { preventDefault: () => undefined },
        BrowserWindow.getAllWindows()[0]?.webContents,
        address,
        'net::ERR_CERT_AUTHORITY_INVALID',
        {},
        (accepted: boolean) => {
          verdict = accepted;
        },
      );
      const other = new BrowserWindow({ show: false });
      try {
        await other.loadURL(address);
        return { verdict, loaded: true };
      } catch {
        return { verdict, loaded: false };
      } finally {
        other.destroy();
      }
    }, url);
    expect(outcome).toEqual({ verdict: false, loaded: false });
  });
});

test('a secret is in no file in clear, and never comes back to the window', async () => {
  const secret = 'correct-horse-battery-7431';
  const saved = await page.evaluate(async (password) => {
    const answer = await window.herdscope.request('connection.save', {
      settings: {
        kind: 'etcd3',
        id: '',
        name: 'with a secret',
        endpoints: ['http://127.0.0.1:9'],
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
      secrets: { password: { kind: 'set', value: password } },
    });
    const again = await window.herdscope.request('session.start', undefined);
    return { answer, text: JSON.stringify([answer, again]) };
  }, secret);
  expect(saved.answer.ok).toBe(true);
  expect(saved.text).not.toContain(secret);
  for (const file of await filesBelow(herdscope.userData)) {
    expect((await readFile(file).catch(() => Buffer.alloc(0))).includes(secret), file).toBe(false);
  }
  expect(herdscope.output()).not.toContain(secret);
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.path, entry.name));
}
