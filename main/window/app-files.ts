import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';
import { contentSecurityPolicy, noncePlaceholder } from './content-security-policy';

/** The origin of the built window. */
export const appOrigin = 'app://herdscope';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * The file below `root` that an `app://herdscope/…` address names; null for another host, for a kind of file that the window
 * does not use, and for an address that leads out of `root`.
 */
export function fileOfAddress(root: string, address: string): { path: string; contentType: string } | null {
  let path: string;
  try {
    const url = new URL(address);
    if (url.protocol !== 'app:' || url.host !== 'herdscope') return null;
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const file = join(root, path === '/' ? 'index.html' : path);
  const inside = relative(root, file);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return null;
  const contentType = contentTypes[extname(file).toLowerCase()];
  return contentType === undefined ? null : { path: file, contentType };
}

/** Answers the window's requests with the files below `root`, each with headers that allow the window nothing it does not need. */
export function appFiles(
  root: string,
): (request: { readonly url: string; readonly method: string }) => Promise<Response> {
  return async (request) => {
    const file = request.method === 'GET' ? fileOfAddress(root, request.url) : null;
    if (file === null) return new Response('Not found', { status: 404, headers: headers('text/plain', '') });
    let content: Buffer;
    try {
      content = await readFile(file.path);
    } catch {
      return new Response('Not found', { status: 404, headers: headers('text/plain', '') });
    }
    if (!file.contentType.startsWith('text/html'))
      return new Response(new Uint8Array(content), { headers: headers(file.contentType, '') });
    const nonce = randomBytes(16).toString('base64');
    return new Response(content.toString('utf8').replaceAll(noncePlaceholder, nonce), {
      headers: headers(file.contentType, nonce),
    });
  };
}

function headers(contentType: string, nonce: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Content-Security-Policy': contentSecurityPolicy(nonce),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
