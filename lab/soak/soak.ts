import { Etcd3 } from 'etcd3';
import { Mirror, type MirrorBatch } from '../../main/inspection/mirror';
import { Etcd3Store } from '../../main/stores/etcd3/etcd3-store';
import { type EtcdServer, startEtcd } from '../etcd-server';
import { plainEtcd } from '../plain-etcd';
import { TcpProxy } from '../tcp-proxy';
import { type Checked, Checker, firstDifference } from './checker';
import { readGet } from './etcdctl-json';
import { Random } from './random';
import { Reference } from './reference';
import { Writer, type Written } from './writer';

export interface SoakOptions {
  /** At least so many changes of keys. */
  readonly events: number;
  /** How often the mirror's connection is broken. */
  readonly cuts: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface SoakReport extends Checked {
  readonly seconds: number;
  readonly events: number;
  readonly deletions: number;
  readonly expiries: number;
  readonly written: Written;
  readonly keys: number;
  readonly pauses: number;
  /** How the connection was broken, and how often. */
  readonly cuts: Readonly<Record<Cut, number>>;
  readonly brokenConnections: number;
  readonly compactions: number;
  readonly lost: number;
}

/** `abrupt`: cut. `backlog`: cut, kept away while changes pile up, and cut again in the middle of their delivery. `compacted`: kept away until a compaction has taken what was missed. `stall`: half-open, nothing goes through and nobody says so. */
type Cut = 'abrupt' | 'backlog' | 'compacted' | 'stall';

const PREFIX = '/service/';
const PAUSES = 10;
const COMPACTIONS = 40;

/** Runs the soak; throws with the first difference between the mirror and the store. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const server = await startEtcd();
  const run = new Soak(options, server);
  try {
    return await run.run();
  } finally {
    await run.end();
    await server.dispose();
  }
}

class Soak {
  readonly #random: Random;
  readonly #reference: Reference;
  readonly #writers: readonly Writer[];
  readonly #client: Etcd3;
  readonly #checker = new Checker();
  readonly #batches: MirrorBatch[] = [];
  readonly #cuts: Record<Cut, number> = { abrupt: 0, backlog: 0, compacted: 0, stall: 0 };
  #proxy: TcpProxy | null = null;
  #mirror: Mirror | null = null;
  #store: Etcd3Store | null = null;
  /** How many events the writers may make: they wait for the cuts, or these would come ever closer together. */
  #allowance = 0;
  #lost = 0;
  #compactions = 0;
  #compactedTo = 1;
  #pauses = 0;

  constructor(
    private readonly options: SoakOptions,
    private readonly server: EtcdServer,
  ) {
    this.#random = new Random(options.seed);
    this.#reference = new Reference(server.endpoint, PREFIX);
    const mayWrite = (): boolean => this.#reference.count < this.#allowance;
    this.#writers = [1, 2, 3].map(
      (at) => new Writer(server.endpoint, `w${String(at)}`, new Random(options.seed + at), mayWrite),
    );
    this.#client = new Etcd3({ hosts: server.endpoint });
  }

  async run(): Promise<SoakReport> {
    const start = Date.now();
    const { events, cuts } = this.options;
    const proxy = await TcpProxy.start(this.server.port);
    this.#proxy = proxy;
    const writing = Promise.all(this.#writers.map((writer) => writer.run()));
    await this.#written(Math.min(500, events / 10));
    const mirror = this.#openMirror(proxy);
    // What happens when, by the count of events: the same seed gives the same order.
    const plan = [
      ...Array.from({ length: cuts }, (_, at) => ({
        at: ((at + this.#random.next()) / cuts) * events,
        do: 'cut' as const,
      })),
      ...Array.from({ length: PAUSES - 1 }, (_, at) => ({ at: ((at + 1) / PAUSES) * events, do: 'pause' as const })),
      ...Array.from({ length: COMPACTIONS }, (_, at) => ({
        at: ((at + this.#random.next()) / COMPACTIONS) * events,
        do: 'compact' as const,
      })),
    ].sort((a, b) => a.at - b.at);
    for (const step of plan) {
      await this.#written(step.at);
      if (step.do === 'cut') await this.#cut(proxy, mirror);
      else if (step.do === 'pause') {
        await this.#pause(mirror);
        for (const writer of this.#writers) writer.resume();
      } else await this.#compactBehind(mirror);
    }
    await this.#written(events);
    await this.#pause(mirror);
    for (const writer of this.#writers) writer.stop();
    await writing;
    const written: Written = { puts: 0, deletes: 0, transactions: 0, leases: 0, retried: 0 };
    for (const writer of this.#writers) {
      written.puts += writer.written.puts;
      written.deletes += writer.written.deletes;
      written.transactions += writer.written.transactions;
      written.leases += writer.written.leases;
      written.retried += writer.written.retried;
    }
    return {
      ...this.#checker.checked,
      seconds: (Date.now() - start) / 1000,
      events: this.#reference.count,
      deletions: this.#reference.deletions,
      expiries: this.#reference.expiries,
      written,
      keys: mirror.nodes.size,
      pauses: this.#pauses,
      cuts: this.#cuts,
      brokenConnections: proxy.broken,
      compactions: this.#compactions,
      lost: this.#lost,
    };
  }

  async end(): Promise<void> {
    this.#mirror?.close();
    this.#store?.close();
    for (const writer of this.#writers) writer.stop();
    this.#reference.close();
    this.#client.close();
    await this.#proxy?.close();
  }

  #openMirror(proxy: TcpProxy): Mirror {
    const store = new Etcd3Store({
      ...plainEtcd(proxy.endpoint),
      // Shorter than for people, so that a stall is over soon.
      timing: { connectMs: 1500, diagnosisMs: 300, callMs: 2000, heartbeatMs: 700 },
    });
    const clock = {
      now: () => Date.now(),
      after: (ms: number, run: () => void) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    };
    const mirror = new Mirror(store, PREFIX, clock, {
      onBatch: (batch) => this.#batches.push(batch),
      onStatus: (status) => {
        if (status.kind === 'lost' && status.retryAt !== null) this.#lost++;
      },
    });
    mirror.start();
    this.#store = store;
    this.#mirror = mirror;
    return mirror;
  }

  async #cut(proxy: TcpProxy, mirror: Mirror): Promise<void> {
    await this.#untilLive(mirror);
    // Mostly a cut meets a mirror that is up to date, sometimes one that is still catching up.
    if (this.#random.chance(0.75)) await this.#untilCaughtUp(mirror);
    const kind = this.#random.next();
    if (kind < 0.5) {
      this.#cuts.abrupt++;
      proxy.cut();
    } else if (kind < 0.75) {
      this.#cuts.backlog++;
      await this.#away(proxy, 200 + this.#random.whole(0, 2000));
      proxy.cutAfter(this.#random.whole(2_000, 200_000));
      proxy.heal();
      mirror.retry();
    } else if (kind < 0.9) {
      this.#cuts.compacted++;
      await this.#away(proxy, this.#random.whole(50, 500));
      await this.#compact(this.#reference.lastRevision);
      proxy.heal();
      mirror.retry();
    } else {
      this.#cuts.stall++;
      const lost = this.#lost;
      proxy.stall();
      this.#allowance += 1000;
      await this.#until(() => this.#lost > lost, 'the mirror to notice a half-open connection');
      proxy.heal();
      mirror.retry();
    }
  }

  /** Nobody gets through until this many events have been missed. */
  async #away(proxy: TcpProxy, events: number): Promise<void> {
    proxy.refuse();
    await this.#written(this.#reference.count + events);
  }

  /** Compacts somewhere behind the mirror, as etcd does by itself; now and then as far as the reference has come, wherever the mirror is. */
  async #compactBehind(mirror: Mirror): Promise<void> {
    const seen = this.#random.chance(0.1) ? this.#reference.lastRevision : Number(mirror.revision ?? 0);
    const to = Math.min(seen, this.#reference.lastRevision);
    await this.#compact(this.#compactedTo + Math.floor((to - this.#compactedTo) * this.#random.next()));
  }

  /** Never beyond what the reference has read: it must not need what is gone. */
  async #compact(to: number): Promise<void> {
    if (to <= this.#compactedTo) return;
    await this.#client.kv.compact({ revision: String(to) });
    this.#compactedTo = to;
    this.#compactions++;
  }

  /** Stops the writers, waits until all is quiet, and compares: the mirror with the store, and its events with the history. */
  async #pause(mirror: Mirror): Promise<void> {
    await Promise.all(this.#writers.map((writer) => writer.pause()));
    const until = Date.now() + 60_000;
    for (;;) {
      await this.#untilLive(mirror);
      const count = this.#reference.count;
      const store = readGet(await this.server.ctl(['get', '--prefix', PREFIX, '-w', 'json']));
      const wrong = firstDifference(mirror.nodes, store);
      await new Promise((resolve) => setTimeout(resolve, 150));
      this.#checker.check(this.#batches, this.#reference.events, this.#reference.lastRevision);
      // Leases go on expiring for a while: what was read in the middle of it is read again.
      const quiet = this.#reference.count === count;
      if (quiet && wrong === null && this.#batches.length === 0 && this.#reference.events.length === 0) break;
      if (Date.now() > until) {
        const left = this.#reference.events.length;
        throw new Error(wrong ?? `the mirror did not apply the store's last ${String(left)} events`);
      }
    }
    this.#pauses++;
    const { followed, jumped } = this.#checker.checked;
    this.options.say(
      `pause ${String(this.#pauses)}: ${String(this.#reference.count)} events, ${String(followed)} followed, ${String(jumped)} jumped, ` +
        `${String(mirror.nodes.size)} keys equal at revision ${String(mirror.revision)}`,
    );
  }

  /** Lets the writers go on until the store has had so many events. */
  async #written(events: number): Promise<void> {
    this.#allowance = Math.max(this.#allowance, events + 200);
    await this.#until(() => this.#reference.count >= events, 'the writers');
  }

  async #untilCaughtUp(mirror: Mirror): Promise<void> {
    const to = this.#reference.lastRevision;
    await this.#until(() => {
      mirror.retry();
      return Number(mirror.revision ?? 0) >= to;
    }, 'the mirror to catch up');
  }

  async #untilLive(mirror: Mirror): Promise<void> {
    await this.#until(() => {
      mirror.retry();
      return mirror.status.kind === 'live';
    }, 'the mirror to be live');
  }

  async #until(done: () => boolean, what: string): Promise<void> {
    const until = Date.now() + 60_000;
    while (!done()) {
      if (this.#reference.failure !== null) throw new Error(this.#reference.failure);
      if (Date.now() > until) throw new Error(`waited a minute for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
