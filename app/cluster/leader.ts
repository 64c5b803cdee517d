import type { Json, JsonObject } from '../json';
import * as Member from './member';
import { get } from './parsed';
import type { Rules } from './rules';

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

/** `patroni/dcs: Leader.name`. */
export function name(leader: Leader): string {
  return leader.member.name;
}

/** What the leader's member key says; empty without one. `patroni/dcs: Leader.data`. */
export function data(leader: Leader): JsonObject {
  return leader.member.data;
}

/** The timeline as the member key says it, a number when Patroni wrote it; null when not said. `patroni/dcs: Leader.timeline`. */
export function timeline(leader: Leader): Json {
  return get(leader.member.data, 'timeline') ?? null;
}

/** `patroni/dcs: Leader.conn_url`. */
export function connUrl(leader: Leader): string | null {
  return Member.connUrl(leader.member);
}

/** `patroni/dcs: Leader.conn_kwargs`. */
export function connKwargs(leader: Leader, auth: JsonObject | null = null, rules?: Rules): JsonObject {
  return Member.connKwargs(leader.member, auth, rules);
}

/**
 * Whether the leader has done its first checkpoint since it was promoted: it is a primary and does not deny it. Null when
 * its Patroni is not known to say so (up to 1.5.6). `patroni/dcs: Leader.checkpoint_after_promote`.
 */
export function checkpointAfterPromote(leader: Leader): boolean | null {
  const version = Member.patroniVersion(leader.member);
  if (version === null || Member.compareVersions(version, [1, 5, 6]) <= 0) return null;
  const role = get(leader.member.data, 'role');
  return (role === 'master' || role === 'primary') && !Object.hasOwn(leader.member.data, 'checkpoint_after_promote');
}
