import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appFiles, fileOfAddress } from './app-files';
import { noncePlaceholder } from './content-security-policy';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-files-'));
  mkdirSync(join(folder, 'renderer/assets'), { recursive: true });
  writeFileSync(
    join(folder, 'renderer/index.html'),
    `<meta nonce="${noncePlaceholder}"><script nonce="${noncePlaceholder}">`,
  );
  writeFileSync(join(folder, 'renderer/assets/a.js'), `const text = '${noncePlaceholder}';`);
  writeFileSync(join(folder, 'outside.js'), 'secret');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const get = (path: string, method = 'GET') =>
  appFiles(join(folder, 'renderer'))({ url: `app://herdscope/${path}`, method });

describe('the window’s own files', () => {
  it('come with a policy, whose nonce is a new one each time and is the page’s', () => {
    const nonces = [];
    for (const path of ['', 'index.html']) {
      const answer = get(path);
      const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(answer.headers['Content-Security-Policy'] ?? '')?.[1] ?? '';
      expect(answer.data.toString()).toBe(`<meta nonce="${nonce}"><script nonce="${nonce}">`);
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
      nonces.push(nonce);
    }
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('are given as they are, with their type', () => {
    const answer = get('assets/a.js?x#y');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['Content-Type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['X-Content-Type-Options']).toBe('nosniff');
    expect(answer.data.toString()).toBe(`const text = '${noncePlaceholder}';`);
  });

  it.each([
    '../outside.js',
    '..%2foutside.js',
    '%2e%2e/outside.js',
    '..%5coutside.js',
    'assets/..%2f..%2foutside.js',
    '%2fetc%2fpasswd.json',
    'index.html%00.png',
    '%',
    'missing.js',
    'assets',
    'assets/a.map',
  ])('are not found at %s', (path) => {
    expect(get(path).statusCode).toBe(404);
  });

  it('are read and nothing else', () => {
    expect(get('index.html', 'POST').statusCode).toBe(404);
  });

  it('are of one host', () => {
    expect(fileOfAddress('/x', 'app://herdscope/a.js')?.path).toBe(join('/x', 'a.js'));
    expect(fileOfAddress('/x', 'app://other/a.js')).toBeNull();
    expect(fileOfAddress('/x', 'https://herdscope/a.js')).toBeNull();
    expect(fileOfAddress('/x', 'a.js')).toBeNull();
  });
});
