import type { Socket } from 'node:net';

/** What a server says about itself when it is asked with one of ZooKeeper's four-letter words. */
export type ServerWords =
  | { readonly kind: 'serving'; readonly version: string | null }
  /** It runs, but has no leader: a majority of the ensemble is missing. */
  | { readonly kind: 'not-serving' }
  /** It is a ZooKeeper that does not answer these words (`4lw.commands.whitelist`). */
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'nothing' };

const MAX_BYTES = 16_384;

/** Asks with `srvr`, the one word that every ZooKeeper since 3.5.3 answers unless it was forbidden. The socket is used up by it. */
export function askServer(socket: Socket, ms: number): Promise<ServerWords> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(readWords(Buffer.concat(parts).toString('utf8')));
    };
    const timer = setTimeout(finish, ms);
    socket.on('error', finish);
    socket.once('close', finish);
    socket.once('end', finish);
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > MAX_BYTES) finish();
    });
    socket.write('srvr');
  });
}

/** Exported for its test. */
export function readWords(text: string): ServerWords {
  if (/not currently serving requests/i.test(text)) return { kind: 'not-serving' };
  if (/is not executed because it is not in the whitelist/i.test(text)) return { kind: 'not-allowed' };
  if (!/^Zookeeper version/i.test(text)) return { kind: 'nothing' };
  return { kind: 'serving', version: /^Zookeeper version: *(\d+(?:\.\d+)*)/i.exec(text)?.[1] ?? null };
}
