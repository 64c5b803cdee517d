import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import { lagBytes, memberRows } from '../cluster/member-row';

/** A cluster in few words, for before and after. */
export interface Picture {
  /** ISO 8601. */
  readonly at: string;
  readonly leader: string | null;
  /** 0 when not known. */
  readonly timeline: number;
  readonly paused: boolean;
  readonly members: readonly PictureMember[];
}

export interface PictureMember {
  readonly name: string;
  readonly role: string;
  readonly state: string | null;
  readonly timeline: number | null;
  readonly lagBytes: number | null;
}

/** The cluster as the store has it now. */
export function picture(cluster: Cluster.Cluster, at: string): Picture {
  return {
    at,
    leader: Cluster.leaderName(cluster),
    timeline: Cluster.currentTimeline(cluster),
    paused: GlobalConfig.isPaused(cluster.config),
    members: memberRows(cluster).map((row) => ({
      name: row.name,
      role: row.role,
      state: row.state,
      timeline: row.timeline,
      lagBytes: lagBytes(row),
    })),
  };
}
