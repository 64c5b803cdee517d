import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
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

/** What a request for a file is answered with. */
export interface FileAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly mimeType: string;
  readonly data: Buffer;
}

/**
 * Answers the window's requests with the files below `root`, each with headers that allow the window nothing it does not need.
 * They are read at once: they are small and part of the program, and a turn of the event loop for each costs more at the start.
 */
export function appFiles(root: string): (request: { readonly url: string; readonly method: string }) => FileAnswer {
  return (request) => {
    const file = request.method === 'GET' ? fileOfAddress(root, request.url) : null;
    if (file === null) return notFound();
    let content: Buffer;
    try {
      content = readFileSync(file.path);
    } catch {
      return notFound();
    }
    if (!file.contentType.startsWith('text/html')) return answer(200, file.contentType, '', content);
    const nonce = randomBytes(16).toString('base64');
    return answer(
      200,
      file.contentType,
      nonce,
      Buffer.from(content.toString('utf8').replaceAll(noncePlaceholder, nonce)),
    );
  };
}

const notFound = (): FileAnswer => answer(404, 'text/plain', '', Buffer.from('Not found'));

const answer = (statusCode: number, contentType: string, nonce: string, data: Buffer): FileAnswer => ({
  statusCode,
  headers: headers(contentType, nonce),
  mimeType: contentType.replace(/;.*/, ''),
  data,
});

function headers(contentType: string, nonce: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Content-Security-Policy': contentSecurityPolicy(nonce),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
