import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy before a server on loopback, whose connections can be broken in the ways that networks break them. */
export class TcpProxy {
  readonly #pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  #refusing = false;
  #stalled = false;
  #bytesLeft = Infinity;
  /** Connections taken so far. */
  connections = 0;
  /** Connections broken so far, by any of the ways below. */
  broken = 0;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
    readonly port: number,
  ) {
    server.on('connection', (near) => this.#take(near));
  }

  /** A proxy on a free port of 127.0.0.1 to another port of it. */
  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return new TcpProxy(server, targetPort, address.port);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Breaks all connections at once, without a farewell. */
  cut(): void {
    for (const pair of this.#pairs) this.#break(pair);
  }

  /** New connections are cut as soon as they are made, until `heal`. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  /** Nothing goes through any more, and nobody is told: a cable that was pulled. */
  stall(): void {
    this.#stalled = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  /** After this many more bytes from the server all connections are cut, once. */
  cutAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** New connections work again; those that were stalled are cut, as they are when a network comes back. */
  heal(): void {
    this.#refusing = false;
    if (this.#stalled) {
      this.#stalled = false;
      this.cut();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #take(near: Socket): void {
    near.on('error', () => undefined);
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    this.connections++;
    const far = connect(this.targetPort, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    far.on('error', () => undefined);
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => {
      near.write(data);
      this.#bytesLeft -= data.length;
      if (this.#bytesLeft <= 0) {
        this.#bytesLeft = Infinity;
        this.cut();
      }
    });
    const ended = (): void => {
      if (!this.#pairs.delete(pair)) return;
      near.destroy();
      far.destroy();
    };
    near.once('close', ended);
    far.once('close', ended);
    if (this.#stalled) {
      near.pause();
      far.pause();
    }
  }

  #break(pair: { readonly near: Socket; readonly far: Socket }): void {
    this.#pairs.delete(pair);
    this.broken++;
    pair.near.resetAndDestroy();
    pair.far.destroy();
  }
}
