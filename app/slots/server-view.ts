import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import type { Rules } from '../cluster/rules';
import { commonOf } from './common';
import type { PointOfView, Role } from './point-of-view';

/** The store does not tell PostgreSQL's version. From 11 on the rules are the same, and no older one is maintained. */
const ASSUMED_POSTGRES_VERSION = 15;

/** A member as the server whose slots are asked for, in the role that it has by the leader lock. */
export function viewOf(cluster: Cluster.Cluster, name: string, rules: Rules): PointOfView {
  return {
    member: commonOf(cluster, rules).byName.get(name)?.member ?? Member.withoutKey(name),
    role: name === Cluster.leaderName(cluster) ? leadingRole(cluster) : 'replica',
    postgresVersion: ASSUMED_POSTGRES_VERSION,
    rules,
  };
}

/** The role of whoever leads this cluster. */
export function leadingRole(cluster: Cluster.Cluster): Role {
  return GlobalConfig.isStandbyCluster(cluster.config) ? 'standby_leader' : 'primary';
}
