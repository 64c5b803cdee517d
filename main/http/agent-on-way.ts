import type { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { type Address, openTcp } from '../stores/tls/open-socket';

type Connected = (error: Error | null, socket?: Socket) => void;

/** Has an agent of Node's reach `to` by its way, each connection within `ms` milliseconds; what TLS it has been told of stays. */
export function onWay<A extends Agent>(agent: A, to: Address, ms: number): A {
  const createConnection = (options: ConnectionOptions, connected: Connected): void => {
    void openTcp(to, ms).then((opened) => {
      if (opened.kind === 'no') connected(new Error(`no connection: ${opened.why.kind}`));
      // Node has put the real host's name for SNI, and with it for the check of the certificate, into the options.
      else if (agent instanceof HttpsAgent) connected(null, connectTls({ ...options, socket: opened.socket }));
      else connected(null, opened.socket);
    });
  };
  return Object.assign(agent, { createConnection });
}
