import { createServer, type Server } from 'node:http';
import * as Cluster from '../app/cluster/cluster';
import * as Member from '../app/cluster/member';
import * as Tags from '../app/cluster/tags';
import type { AbstractDCS } from '../app/dcs/abstract-dcs';
import { DcsError } from '../app/dcs/dcs-error';
import type { JsonObject } from '../app/json';
import { answerFailoverRequest } from '../app/practice/failover-request';
import { isHealthiest } from '../app/practice/leader-race';
import { memberRecord, type WalPosition } from '../app/practice/member-record';
import type { AskPeer, PeerStatus } from '../app/practice/peer-status';
import { freePort } from './free-port';

const ASK_MS = 2000;

/** Of a member that is to take part in a herd of real ones. */
export interface PracticeMemberOptions {
  readonly name: string;
  readonly scope: string;
  readonly systemId: string;
  /** Of the Patroni that it passes for: the one of the herd. */
  readonly version: string;
  readonly tags?: JsonObject;
}

/**
 * A practice member on a real store: Patroni's loop (`patroni/ha.py: Ha._run_cycle`) through our AbstractDCS, by the practice herd's rules,
 * with a REST API that real members ask in a leader race. No PostgreSQL stands behind it: as a replica it says that it has all that the
 * leader told of, as a leader it writes nothing.
 */
export class PracticeMember {
  readonly #server: Server;
  #running = true;
  #inRecovery = true;
  #position = 0;
  #timeline = 1;
  #before: readonly Member.Member[] = [];
  #loop: Promise<void> = Promise.resolve();
  /** What its rounds failed with, in words: a store that was away. */
  readonly failures: string[] = [];

  private constructor(
    private readonly dcs: AbstractDCS,
    private readonly options: PracticeMemberOptions,
    private readonly port: number,
  ) {
    this.#server = createServer((request, response) => {
      request.resume();
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(this.#answer()));
    });
  }

  /** Joins the herd: its REST API listens and its loop runs. */
  static async join(dcs: AbstractDCS, options: PracticeMemberOptions): Promise<PracticeMember> {
    const member = new PracticeMember(dcs, options, await freePort());
    await new Promise<void>((listening) => member.#server.listen(member.port, '127.0.0.1', listening));
    member.#loop = member.#run();
    return member;
  }

  /** Whether it takes itself for the leader. */
  get leads(): boolean {
    return !this.#inRecovery;
  }

  /** Ends its loop, then its session is its owner's to end (`dcs.close`). */
  async leave(): Promise<void> {
    this.#running = false;
    await this.#loop;
    await new Promise((closed) => this.#server.close(closed));
  }

  async #run(): Promise<void> {
    while (this.#running) {
      let leaderVersion: string | null = null;
      try {
        leaderVersion = await this.#round();
      } catch (error) {
        if (!(error instanceof DcsError)) throw error;
        this.failures.push(error.message);
      }
      await this.dcs.watch(leaderVersion, 1).catch(() => false);
    }
  }

  /** The answer is the version of the leader key that this round saw. */
  async #round(): Promise<string | null> {
    const cluster = await this.dcs.getCluster();
    if (!Cluster.isUnlocked(cluster)) this.#before = cluster.members;
    if (Cluster.isUnlocked(cluster)) await this.#race(cluster);
    else if (Cluster.leaderName(cluster) === this.options.name) await this.#lead(cluster);
    else this.#follow(cluster);
    await this.dcs.touchMember(this.#record(cluster));
    return cluster.leader?.version ?? null;
  }

  #follow(cluster: Cluster.Cluster): void {
    this.#inRecovery = true;
    this.#position = Math.max(this.#position, cluster.status.lastLsn);
    this.#timeline = Math.max(this.#timeline, cluster.leader === null ? 0 : timelineOf(cluster.leader.member));
  }

  /** `Ha.process_unhealthy_cluster`. */
  async #race(cluster: Cluster.Cluster): Promise<void> {
    this.#inRecovery = true;
    this.#position = Math.max(this.#position, cluster.status.lastLsn);
    const ask = await this.#askAll(cluster);
    if (!isHealthiest(cluster, this.#before, this.options.name, this.#status(), ask)) return;
    if (!(await this.dcs.acquireLeaderLock())) return;
    this.#inRecovery = false;
    this.#timeline += 1;
    // Whoever has the lock takes the request away that was carried out (`Ha._process_manual_failover_from_leader`).
    if (cluster.failover !== null) await this.dcs.manualFailover(null, null, null, cluster.failover.version);
  }

  /** `Ha.process_healthy_cluster` of the leader. */
  async #lead(cluster: Cluster.Cluster): Promise<void> {
    if (!(await this.dcs.updateLeader(cluster, this.#position))) {
      this.#inRecovery = true;
      return;
    }
    this.#inRecovery = false;
    const me = { name: this.options.name, isPrimary: true };
    const answer = answerFailoverRequest(cluster, me, Date.now(), await this.#askAll(cluster));
    if (answer.kind === 'clear') await this.dcs.manualFailover(null, null, null, answer.version);
    if (answer.kind !== 'step-down') return;
    this.#inRecovery = true;
    await this.dcs.deleteLeader(cluster.leader, this.#position);
  }

  #wal(): WalPosition {
    const [lsn, timeline] = [this.#position, this.#timeline];
    if (!this.#inRecovery) return { kind: 'primary', lsn, timeline };
    return { kind: 'standby', receiveLsn: lsn, replayLsn: lsn, streaming: true, timeline };
  }

  #record({ config }: Cluster.Cluster): JsonObject {
    const api = `http://127.0.0.1:${String(this.port)}/patroni`;
    const record = memberRecord({
      connUrl: `postgres://127.0.0.1:${String(this.port)}/postgres`,
      apiUrl: api,
      version: this.options.version,
      state: 'running',
      role: this.#inRecovery ? 'replica' : 'primary',
      awaitsCheckpoint: false,
      tags: this.options.tags ?? {},
      pendingRestartReason: null,
      scheduledRestart: null,
      position: this.#wal(),
      paused: config?.data['pause'] === true,
    });
    return { ...record, role: this.#role };
  }

  /** Before Patroni 4.0 a primary was called master. */
  get #role(): string {
    if (this.#inRecovery) return 'replica';
    return this.options.version < '4' ? 'master' : 'primary';
  }

  #status(): PeerStatus {
    const tags = this.options.tags ?? {};
    return {
      inRecovery: this.#inRecovery,
      walPosition: this.#position,
      timeline: this.#timeline,
      nofailover: Tags.nofailover(tags),
      failoverPriority: Tags.failoverPriority(tags),
    };
  }

  /** What a real member is told (`patroni/api.py: get_postgresql_status`). */
  #answer(): JsonObject {
    const position = this.#position;
    return {
      state: 'running',
      role: this.#role,
      server_version: 150_008,
      xlog: this.#inRecovery ? { received_location: position, replayed_location: position } : { location: position },
      timeline: this.#timeline,
      dcs_last_seen: this.dcs.lastSeen,
      tags: this.options.tags ?? {},
      database_system_identifier: this.options.systemId,
      patroni: { version: this.options.version, scope: this.options.scope, name: this.options.name },
    };
  }

  /** Asks all others at once, as Patroni does before a race (`Ha.fetch_nodes_statuses`). */
  async #askAll(cluster: Cluster.Cluster): Promise<AskPeer> {
    const members = new Map([...this.#before, ...cluster.members].map((member) => [member.name, member]));
    members.delete(this.options.name);
    const answers = await Promise.all([...members.values()].map(async (m) => [m.name, await askMember(m)] as const));
    const known = new Map(answers);
    return (name) => known.get(name) ?? null;
  }
}

function timelineOf(member: Member.Member): number {
  const timeline = member.data['timeline'];
  return typeof timeline === 'number' ? timeline : 0;
}

/** `Ha.fetch_node_status`; null where it does not answer. */
async function askMember(member: Member.Member): Promise<PeerStatus | null> {
  const url = Member.apiUrl(member);
  if (url === null) return null;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
    const body = (await response.json()) as {
      readonly role?: string;
      readonly timeline?: number;
      readonly tags?: JsonObject;
      readonly xlog: {
        readonly location?: number;
        readonly received_location?: number;
        readonly replayed_location?: number;
      };
    };
    const { xlog, tags = {}, timeline = 0 } = body;
    const inRecovery = xlog.location === undefined && body.role !== 'primary' && body.role !== 'master';
    return {
      inRecovery,
      walPosition: inRecovery ? Math.max(xlog.received_location ?? 0, xlog.replayed_location ?? 0) : 0,
      timeline,
      nofailover: Tags.nofailover(tags),
      failoverPriority: Tags.failoverPriority(tags),
    };
  } catch {
    return null;
  }
}
