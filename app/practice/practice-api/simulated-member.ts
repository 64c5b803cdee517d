import * as Cluster from '../../cluster/cluster';
import type { AbstractDCS } from '../../dcs/abstract-dcs';
import type { Clock } from '../../clock';
import type { JsonObject } from '../../json';
import type { MemberLoop } from '../member-loop';
import type { Network } from '../network';
import type { Done, Presence, ReplicationRow, RestartRequest, RestFacts, RestMember } from './rest-member';

/** A member of the practice herd as its REST API sees it. */
export class SimulatedMember implements RestMember {
  constructor(
    readonly scope: string,
    private readonly systemId: string,
    private readonly member: MemberLoop,
    readonly dcs: AbstractDCS,
    private readonly network: Network,
    private readonly clock: Clock,
    /** Who streams from it now. */
    private readonly replication: () => readonly ReplicationRow[],
  ) {}

  get name(): string {
    return this.member.name;
  }

  get apiUrl(): string {
    return this.member.identity.apiUrl;
  }

  get presence(): Presence {
    if (this.member.has('cut-from-peers')) return 'cut-off';
    if (this.member.has('frozen')) return 'silent';
    return this.member.runs ? 'answers' : 'down';
  }

  get ask(): Network['ask'] {
    return this.network.ask;
  }

  facts(): RestFacts {
    const { isLeader, managed, restartPlan, server, tags } = this.member;
    const now = this.clock.now();
    server.advance(now);
    const { inRecovery, received, replayed, startedAt, streaming, timeline } = server;
    const isOpen = server.running && ['running', 'starting', 'restarting'].includes(managed.state);
    return {
      state: managed.state,
      role: managed.role,
      isLeader,
      tags,
      systemId: this.systemId,
      pendingRestartReason: managed.pendingRestartReason,
      scheduledRestart: restartPlan?.data ?? null,
      failsafeIsActive: this.member.leadsByFailsafe,
      server: isOpen
        ? {
            inRecovery,
            received,
            replayed,
            timeline,
            streaming,
            startedAt,
            replayedAt: now,
            replayPaused: server.isReplayHeld,
          }
        : null,
      replication: isOpen ? this.replication() : [],
    };
  }

  wakeUp(): void {
    this.member.wake(0);
  }

  restartNow(request: RestartRequest): Promise<Done> {
    const { managed } = this.member;
    if (!this.member.matches(request))
      return Promise.resolve({ done: false, words: 'restart conditions are not satisfied' });
    if (managed.inProgress !== null)
      return Promise.resolve({ done: false, words: `${managed.inProgress} already in progress` });
    if (!this.member.isSettled) return Promise.resolve({ done: false, words: 'restart failed' });
    return new Promise((resolve) => {
      this.member.restart(() => resolve({ done: true, words: 'restarted successfully' }));
    });
  }

  scheduleRestart(atMs: number, request: RestartRequest, data: JsonObject): boolean {
    if (this.member.restartPlan !== null) return false;
    this.member.planRestart({ atMs, request, data, startedAt: this.member.server.startedAt });
    return true;
  }

  cancelRestart(): boolean {
    if (this.member.restartPlan === null) return false;
    this.member.planRestart(null);
    return true;
  }

  async reinitialize(force: boolean): Promise<string | null> {
    const leader = Cluster.leaderName(await this.dcs.getCluster());
    if (leader === null) return 'Cluster has no leader, can not reinitialize';
    if (leader === this.name) return 'I am the leader, can not reinitialize';
    const { inProgress } = this.member.managed;
    if (inProgress !== null && !force) return `${inProgress} already in progress`;
    const from = this.network.server(leader);
    if (from === null) return 'Cluster has no leader, can not reinitialize';
    this.member.reinitialize(from);
    return null;
  }
}
