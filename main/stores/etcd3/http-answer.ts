import type { Socket } from 'node:net';

/** The start of an answer to an HTTP request. */
export interface HttpAnswer {
  readonly status: number;
  /** The `Server` header, cut to a reasonable length. */
  readonly server: string | null;
  /** At most the first 16 kB, headers not included. */
  readonly body: string;
}

export type HttpOutcome =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  /** Something came, but no HTTP/1; `first` is where it begins. */
  | { readonly kind: 'other-protocol'; readonly first: Buffer }
  | { readonly kind: 'silent' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: Error };

const MAX_BYTES = 16_384;

/** Sends one GET over an open socket and reads what comes within `ms` milliseconds. The socket is used up by it. */
export function readHttp(socket: Socket, host: string, path: string, ms: number): Promise<HttpOutcome> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (instead: HttpOutcome): void => {
      clearTimeout(timer);
      resolve(size === 0 ? instead : read(Buffer.concat(parts)));
    };
    const timer = setTimeout(() => finish({ kind: 'silent' }), ms);
    socket.on('error', (error) => finish({ kind: 'failed', error }));
    socket.once('close', () => finish({ kind: 'ended' }));
    socket.once('end', () => finish({ kind: 'ended' }));
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size >= MAX_BYTES) finish({ kind: 'ended' });
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\nConnection: close\r\n\r\n`);
  });
}

function read(bytes: Buffer): HttpOutcome {
  const text = bytes.subarray(0, MAX_BYTES).toString('utf8');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  if (status === undefined) return { kind: 'other-protocol', first: bytes.subarray(0, 16) };
  const cut = text.indexOf('\r\n\r\n');
  const head = cut < 0 ? text : text.slice(0, cut);
  const server = /\r\nserver: *([^\r\n]{1,80})/i.exec(head)?.[1] ?? null;
  return { kind: 'answer', answer: { status: Number(status), server, body: cut < 0 ? '' : text.slice(cut + 4) } };
}
