import { describe, expect, it } from 'vitest';
import { webAddress } from './external-link';
import { isAllowedRequest } from './session-guard';

describe('a link that is to be opened outside', () => {
  it.each(['https://patroni.readthedocs.io/en/latest/', 'http://10.0.0.1:8008/patroni'])('may be %s', (url) => {
    expect(webAddress(url)?.href).toBe(url);
  });
  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ms-settings:privacy',
    'smb://host/share',
    'https://user:password@host/',
    'https://',
    'data:text/html,x',
    'no address',
    '',
  ])('may not be %j', (url) => {
    expect(webAddress(url)).toBeNull();
  });
});

describe('a request of the page', () => {
  const built = { origin: 'app://herdscope', development: false };
  const dev = { origin: 'http://localhost:5173', development: true };
  it('goes to its own origin', () => {
    expect(isAllowedRequest('app://herdscope/assets/index.js', built)).toBe(true);
    expect(isAllowedRequest('http://localhost:5173/main.tsx', dev)).toBe(true);
  });
  it.each([
    'https://example.com/',
    'http://127.0.0.1/',
    'app://other/',
    'file:///etc/passwd',
    'ws://localhost:5173/',
    'devtools://devtools/bundled/x.js',
    'chrome-extension://abc/x.js',
    'x',
  ])('never goes to %s', (url) => {
    expect(isAllowedRequest(url, built)).toBe(false);
  });
  it('reaches the hot reload and the developer tools only while developing', () => {
    expect(isAllowedRequest('ws://localhost:5173/?token=x', dev)).toBe(true);
    expect(isAllowedRequest('devtools://devtools/bundled/x.js', dev)).toBe(true);
    expect(isAllowedRequest('https://example.com/', dev)).toBe(false);
    expect(isAllowedRequest('ws://localhost:5174/', dev)).toBe(false);
  });
});
