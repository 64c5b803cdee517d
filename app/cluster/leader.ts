import * as Member from './member';

/** The holder of the leader lock (patroni.dcs.Leader). A holder without a member key has a member with empty data. */
export interface Leader {
  readonly version: string;
  readonly session: string | null;
  readonly member: Member.Member;
}

/**
 * The leader from the leader key's value, a member's name. `member` is that member, undefined when it has no key.
 * `patroni/dcs/etcd3.py: _cluster_from_nodes`.
 */
export function fromNode(
  version: string,
  session: string | null,
  value: string,
  member: Member.Member | undefined,
): Leader {
  return { version, session, member: member ?? Member.withoutKey(value) };
}

export function name(leader: Leader): string {
  return leader.member.name;
}
