import { Etcd3, type IRequestOp } from 'etcd3';
import type { Random } from './random';

const IN_FLIGHT = 24;

/** What a writer did. */
export interface Written {
  puts: number;
  deletes: number;
  transactions: number;
  leases: number;
  retried: number;
}

/** One of several who write keys like Patroni's at once, on a connection of its own that nobody cuts. */
export class Writer {
  readonly written: Written = { puts: 0, deletes: 0, transactions: 0, leases: 0, retried: 0 };
  readonly #client: Etcd3;
  #stopped = false;
  #paused: Promise<void> | null = null;
  #resume: () => void = () => undefined;
  #busy = 0;
  #count = 0;
  #lease: string | null = null;

  constructor(
    endpoint: string,
    private readonly name: string,
    private readonly random: Random,
    /** Whether there is anything to write now. */
    private readonly mayWrite: () => boolean,
  ) {
    this.#client = new Etcd3({ hosts: endpoint });
  }

  /** Writes until `stop`. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#lane()));
    this.#client.close();
  }

  stop(): void {
    this.#stopped = true;
    this.resume();
  }

  /** Comes back when nothing of this writer is under way. */
  async pause(): Promise<void> {
    this.#paused ??= new Promise((resolve) => (this.#resume = resolve));
    while (this.#busy > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  resume(): void {
    this.#paused = null;
    this.#resume();
  }

  async #lane(): Promise<void> {
    while (!this.#stopped) {
      if (this.#paused !== null) {
        await this.#paused;
        continue;
      }
      if (!this.mayWrite()) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      this.#busy++;
      try {
        await this.#write();
      } catch {
        // etcd refuses when it is too busy, or a lease has just expired; the reference counts what was done.
        this.written.retried++;
        this.#lease = null;
      } finally {
        this.#busy--;
      }
    }
  }

  async #write(): Promise<void> {
    const kind = this.random.next();
    const kv = this.#client.kv;
    if (this.#count++ % 150 === 0) {
      const lease = await this.#client.leaseClient.leaseGrant({ TTL: this.random.whole(1, 2) });
      this.#lease = lease.ID;
      this.written.leases++;
    }
    if (kind < 0.62) {
      await kv.put({ key: this.#key(), value: this.#value() });
      this.written.puts++;
    } else if (kind < 0.7 && this.#lease !== null) {
      await kv.put({ key: this.#key('lease'), value: this.#value(), lease: this.#lease });
      this.written.puts++;
    } else if (kind < 0.85) {
      await kv.deleteRange({ key: this.#key() });
      this.written.deletes++;
    } else {
      await kv.txn({ success: this.#transaction() });
      this.written.transactions++;
    }
  }

  /** Several keys at one revision: some written, some deleted, none twice. */
  #transaction(): IRequestOp[] {
    const keys = new Set(Array.from({ length: this.random.whole(2, 6) }, () => this.#key().toString('utf8')));
    return [...keys].map((text): IRequestOp => {
      const key = Buffer.from(text);
      if (this.random.chance(0.25)) return { request_delete_range: { key } };
      return { request_put: { key, value: this.#value() } };
    });
  }

  #key(kind = 'members'): Buffer {
    // A tenth of the keys are written by all writers.
    const owner = this.random.chance(0.1) ? 'shared' : this.name;
    return Buffer.from(
      `/service/${owner}-${String(this.random.whole(0, 9))}/${kind}/pg${String(this.random.whole(0, 14))}`,
    );
  }

  #value(): Buffer {
    const length = this.random.chance(0.01) ? this.random.whole(5000, 40_000) : this.random.whole(0, 300);
    return Buffer.from(`{"n":${String(this.#count)},"ü":"${'x'.repeat(length)}"}`);
  }
}
