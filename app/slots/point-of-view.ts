import type * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { applies, type Rules } from '../cluster/rules';
import { type Common, commonOf } from './common';

/** PostgreSQL's role on a server (`patroni/postgresql/misc.py: PostgresqlRole`). */
export type Role = 'primary' | 'master' | 'standby_leader' | 'replica' | 'demoted' | 'promoted' | 'uninitialized';

/** A server on which Patroni looks after slots. */
export interface PointOfView {
  /** The member that runs there. `Member.withoutKey(name)` for one without a key. */
  readonly member: Member.Member;
  /** The role that PostgreSQL has, or would have: ask for `primary` to see what a replica keeps when it is promoted. */
  readonly role: Role;
  /** PostgreSQL's major version, e.g. 15. */
  readonly postgresVersion: number;
  /** `rulesOf(cluster)`: the rules of the leader's Patroni. */
  readonly rules: Rules;
}

/** What the functions of this folder share: a cluster seen from a server. */
export interface Scene extends PointOfView {
  readonly cluster: Cluster.Cluster;
  readonly common: Common;
  /** Whether the member's tags keep it from becoming leader. */
  readonly nofailover: boolean;
  /** The server's own name. It differs from `member.name` where Patroni asks in the name of a follower. */
  readonly on: string;
  /** Whether PostgreSQL can move a slot along without a client (`Postgresql.can_advance_slots`). */
  readonly canAdvance: boolean;
}

export function sceneOf(cluster: Cluster.Cluster, view: PointOfView, on = view.member.name): Scene {
  const { member, role, postgresVersion, rules } = view;
  const common = commonOf(cluster, rules);
  const own = common.byName.get(member.name);
  const nofailover = own?.member === member ? own.nofailover : Member.nofailover(member, rules);
  const canAdvance = postgresVersion >= 11;
  return { member, role, postgresVersion, rules, cluster, common, nofailover, on, canAdvance };
}

/** Whether the role is that of a primary, by the rules' words for it. */
export function isPrimary({ role, rules }: Scene): boolean {
  return role === 'primary' || (role === 'master' && !applies(rules, 'no-master-role'));
}

/** Whether others of the cluster follow this server: a primary or the leader of a standby cluster. */
export function isLeading(scene: Scene): boolean {
  return isPrimary(scene) || scene.role === 'standby_leader';
}

/** Whether a member takes WAL from the archive alone, where the tag is known. */
export function isNostream(member: Member.Member, rules: Rules): boolean {
  return applies(rules, 'nostream') && Member.nostream(member);
}
