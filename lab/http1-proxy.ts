import { Agent, createServer, request, type Server } from 'node:http';

/** A plain HTTP/1.1 proxy before a server on loopback, as many load balancers are: gRPC does not come through. */
export interface Http1Proxy {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A proxy on a free port of 127.0.0.1 to another port of it. */
export async function startHttp1Proxy(targetPort: number): Promise<Http1Proxy> {
  const agent = new Agent({ keepAlive: true });
  const server: Server = createServer((from, to) => {
    const { method, url } = from;
    const { connection: _, ...headers } = from.headers;
    const asked = request({ host: '127.0.0.1', port: targetPort, method, path: url, headers, agent }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      to.flushHeaders();
      answer.pipe(to);
      answer.once('error', () => to.destroy());
    });
    asked.once('error', () => to.destroy());
    to.once('close', () => asked.destroy());
    from.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('an HTTP server without a port');
  return {
    endpoint: `http://127.0.0.1:${String(address.port)}`,
    close: async () => {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
