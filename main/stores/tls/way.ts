import type { Duplex } from 'node:stream';
import type { StoreFailure } from '../../../app/dcs/store';
import type { Opened } from './open-socket';

/** A local socket behind which one address stands, for a client that makes its connections itself. */
export interface Door {
  /** Of a Unix socket, or of a named pipe of Windows, that no other user can open. */
  readonly path: string;
  close(): void;
}

/** How connections get to where they go when that is not straight: through a bastion. */
export interface Way {
  /** Null when it stands; takes some seconds at most. Asked before a store's own deadlines begin. */
  ready(): Promise<StoreFailure | null>;
  /** A connection to an address as the other end of the way knows it, within `ms` milliseconds. Never rejects. */
  open(to: { readonly host: string; readonly port: number }, ms: number): Promise<Opened>;
  door(to: { readonly host: string; readonly port: number }): Promise<Door>;
}

/** Joins two streams: what ends or breaks the one ends the other. */
export function join(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}
