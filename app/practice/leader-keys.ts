import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import type { JsonObject } from '../json';
import { slotNameFromMemberName } from '../slots/slot-name';
import type { ClusterKeys } from './cluster-keys';
import type { PostgresSimulation } from './postgres-simulation';
import { ReplicationSlots, type SlotReader } from './replication-slots';
import type { StreamingStandby } from './sync-candidates';

/** What a leader tells the store about its PostgreSQL: /status, /history and /failsafe. */
export class LeaderKeys {
  private readonly slots = new ReplicationSlots();

  constructor(
    private readonly keys: ClusterKeys,
    private readonly name: string,
    private readonly apiUrl: string,
    private readonly server: PostgresSimulation,
  ) {}

  /** Takes over the slots as the leader before published them. */
  inherit(cluster: Cluster.Cluster, now: number): void {
    this.slots.copyFrom(cluster, this.name);
    this.slots.retainFrom(cluster, now);
  }

  /** Position and slots, and who may be asked when the store is away (`AbstractDCS.update_leader`). */
  writeStatus(
    cluster: Cluster.Cluster,
    now: number,
    standbys: readonly StreamingStandby[],
    readPermanent: SlotReader,
  ): void {
    const position = this.server.position;
    const direct = new Map(standbys.map(({ name, receivedLsn }) => [slotNameFromMemberName(name), receivedLsn]));
    this.slots.update(cluster, this.name, position, (slot) => direct.get(slot) ?? readPermanent(slot));
    const retained = this.slots.retained(cluster, this.name, now);
    this.keys.writeJson('status', {
      optime: position,
      slots: this.slots.published(this.name, position),
      ...(retained.length > 0 ? { retain_slots: retained } : {}),
    });
    if (GlobalConfig.isFailsafeMode(cluster.config)) {
      const urls = cluster.members.map(({ name, data }) => [name, data['api_url'] ?? null] as const);
      this.keys.writeJson('failsafe', { ...Object.fromEntries(urls), [this.name]: this.apiUrl });
    }
  }

  /** The last word of a leader that steps down: its final position, with the slots as last written (`delete_leader`). */
  writeLastPosition(lsn: number): void {
    const { slots, retainSlots } = this.keys.read().status;
    const last: JsonObject = {
      optime: lsn,
      ...(slots === null ? {} : { slots: Object.fromEntries(slots) }),
      ...(retainSlots.length === 0 ? {} : { retain_slots: retainSlots }),
    };
    this.keys.writeJson('status', last);
  }

  /** The timelines, once after each promotion (`Ha.update_cluster_history`). */
  writeHistory(cluster: Cluster.Cluster): void {
    const lines = cluster.history?.lines ?? [];
    if (this.server.timeline === 1) {
      if (lines.length > 0) this.keys.writeJson('history', []);
      return;
    }
    const last = lines.at(-1);
    if (last?.[0] === this.server.timeline - 1 && last.length === 5) return;
    this.keys.writeJson('history', this.server.history);
  }
}
