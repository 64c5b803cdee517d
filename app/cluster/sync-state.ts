import { pythonInt, truthy } from './coerce';
import { get, getText, joinProblems, type Parsed, parseJsonObject } from './parsed';

/** Who is synchronous, from /sync (patroni.dcs.SyncState). */
export interface SyncState {
  readonly version: string | null;
  readonly leader: string | null;
  /** Comma-separated names as stored. */
  readonly syncStandby: string | null;
  /** How many of the named must confirm besides the leader (quorum mode, Patroni 4.0); 0 otherwise. */
  readonly quorum: number;
}

/** What is known when there is no such key, or none that can be read. */
export function empty(version: string | null = null): SyncState {
  return { version, leader: null, syncStandby: null, quorum: 0 };
}

/** Reads the sync key's value. `patroni/dcs: SyncState.from_node`. */
export function parse(version: string | null, value: string): Parsed<SyncState> {
  const { value: data, problem } = parseJsonObject(value);
  if (problem !== null) return { value: empty(version), problem };
  const leader = getText(data, 'leader');
  const rawQuorum = get(data, 'quorum');
  const quorum = leader !== null && truthy(rawQuorum) ? pythonInt(rawQuorum) : 0;
  if (quorum === null) return { value: empty(version), problem: 'has a quorum that is not a number' };
  const misshapen = ['leader', 'sync_standby'].filter(
    (field) => !['string', 'undefined'].includes(typeof (get(data, field) ?? undefined)),
  );
  return {
    value: { version, leader, syncStandby: getText(data, 'sync_standby'), quorum },
    problem: joinProblems(misshapen.map((field) => `has a ${field} that is not text`)),
  };
}

/** The state of a key; `empty` where there is no value or it cannot be read. */
export function fromNode(version: string | null, value: string | null): SyncState {
  return value === null ? empty(version) : parse(version, value).value;
}

/** Whether nobody is synchronous because no leader is named. */
export function isEmpty(sync: SyncState): boolean {
  return sync.leader === null;
}

/** The synchronous standbys, without the leader. */
export function voters(sync: SyncState): readonly string[] {
  if (sync.leader === null || sync.syncStandby === null) return [];
  return sync.syncStandby
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Leader and synchronous standbys. */
export function members(sync: SyncState): readonly string[] {
  return sync.leader === null ? [] : [sync.leader, ...voters(sync)];
}

/** Whether a member is synchronous; case does not matter, as in PostgreSQL's `synchronous_standby_names`. */
export function matches(sync: SyncState, name: string | null, checkLeader = false): boolean {
  if (name === null || name === '') return false;
  const wanted = name.toLowerCase();
  return (checkLeader ? members(sync) : voters(sync)).some((member) => member.toLowerCase() === wanted);
}

export function leaderMatches(sync: SyncState, name: string | null): boolean {
  return name !== null && name !== '' && sync.leader?.toLowerCase() === name.toLowerCase();
}
