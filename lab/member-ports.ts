import { createServer, type Server } from 'node:net';

/** Ports that are this herd's alone, among all herds of the machine, until it is released. */
export interface MemberPorts {
  /** The next port that nobody listens on. Throws when the block is used up. */
  next(): Promise<number>;
  release(): void;
}

/** Below the ports that Linux gives to outgoing connections, so that a stopped member's port is free when it comes back. */
const FIRST = 15_000;
const BLOCK = 64;
const BLOCKS = 260;

/** Takes a block of ports. Its first port is listened on for as long as the block is held: that is what keeps other herds out. */
export async function takeMemberPorts(): Promise<MemberPorts> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const base = FIRST + ((start + i) % BLOCKS) * BLOCK;
    const guard = await listen(base);
    if (guard !== null) return new Block(base, guard);
  }
  throw new Error(`no block of ${String(BLOCK)} ports is free from ${String(FIRST)} on`);
}

class Block implements MemberPorts {
  #used = 0;

  constructor(
    readonly base: number,
    readonly guard: Server,
  ) {
    guard.unref();
    guard.on('connection', (socket) => socket.destroy());
  }

  async next(): Promise<number> {
    while (++this.#used < BLOCK) {
      const port = this.base + this.#used;
      const probe = await listen(port);
      if (probe === null) continue;
      await new Promise((resolve) => probe.close(resolve));
      return port;
    }
    throw new Error(`all ${String(BLOCK)} ports of this herd are used up`);
  }

  release(): void {
    this.guard.close();
  }
}

function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
