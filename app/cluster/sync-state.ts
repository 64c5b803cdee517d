import { pythonInt, truthy } from './coerce';
import { get, getLoose, getText, joinProblems, type Parsed, parseJsonObject } from './parsed';
import { strip } from './python-text';
import { applies, newest, type Rules } from './rules';

/** Who is synchronous, from /sync (`patroni/dcs: SyncState`). */
export interface SyncState {
  readonly version: string | null;
  readonly leader: string | null;
  /** Comma-separated names as stored. */
  readonly syncStandby: string | null;
  /**
   * How many of the named standbys a candidate needs the votes of to become leader (quorum mode, Patroni 4.0); 0 otherwise.
   * A commit waits for any (named − quorum) of them, or for one in strict mode: see `app/sync`.
   */
  readonly quorum: number;
}

/** What is known when there is no such key, or none that can be read. `patroni/dcs: SyncState.empty`. */
export function empty(version: string | null = null): SyncState {
  return { version, leader: null, syncStandby: null, quorum: 0 };
}

/** Reads the sync key's value. `patroni/dcs: SyncState.from_node`. */
export function parse(version: string | null, value: string, rules: Rules = newest): Parsed<SyncState> {
  const { value: data, problem } = parseJsonObject(value);
  if (problem !== null) return { value: empty(version), problem };
  const leader = getLoose(data, 'leader');
  const rawQuorum = get(data, 'quorum');
  const hasQuorum = Boolean(leader) && truthy(rawQuorum) && applies(rules, 'quorum');
  const quorum = hasQuorum ? pythonInt(rawQuorum) : 0;
  if (quorum === null) return { value: empty(version), problem: 'has a quorum that is not a number' };
  const misshapen = ['leader', 'sync_standby'].filter(
    (field) => !['string', 'undefined'].includes(typeof (get(data, field) ?? undefined)),
  );
  return {
    value: { version, leader, syncStandby: getText(data, 'sync_standby'), quorum },
    problem: joinProblems(misshapen.map((field) => `has a ${field} that is not text`)),
  };
}

/** The state of a key; `empty` where there is no value or it cannot be read. `patroni/dcs: SyncState.from_node`. */
export function fromNode(version: string | null, value: string | null, rules: Rules = newest): SyncState {
  return value === null ? empty(version) : parse(version, value, rules).value;
}

/** Whether nobody is synchronous because no leader is named. `patroni/dcs: SyncState.is_empty`. */
export function isEmpty(sync: SyncState, rules: Rules = newest): boolean {
  return applies(rules, 'any-case-sync') ? !sync.leader : sync.leader === null;
}

/** The synchronous standbys, without the leader. `patroni/dcs: SyncState.voters` (`members` before 4.0). */
export function voters(sync: SyncState, rules: Rules = newest): readonly string[] {
  // Before 3.0.3 a key without a leader counts all the same.
  if (sync.syncStandby === null || (isEmpty(sync) && applies(rules, 'any-case-sync'))) return [];
  return listOf(sync.syncStandby);
}

/** Leader and synchronous standbys. `patroni/dcs: SyncState.members` of 4.0. */
export function members(sync: SyncState): readonly string[] {
  return sync.leader ? [sync.leader, ...voters(sync)] : [];
}

/**
 * Whether a member is synchronous; case does not matter, as in PostgreSQL's `synchronous_standby_names`. Before 3.0.3 it
 * does, and the leader counts too. `patroni/dcs: SyncState.matches`.
 */
export function matches(sync: SyncState, name: string | null, checkLeader = false, rules: Rules = newest): boolean {
  if (!applies(rules, 'any-case-sync')) {
    return name !== null && (sync.leader === name || voters(sync, rules).includes(name));
  }
  if (!name || isEmpty(sync)) return false;
  const names = `${sync.syncStandby ?? ''}${checkLeader ? `,${sync.leader ?? ''}` : ''}`;
  return listOf(names.toLowerCase()).includes(name.toLowerCase());
}

/** Whether it is this leader's. `patroni/dcs: SyncState.leader_matches`. */
export function leaderMatches(sync: SyncState, name: string | null): boolean {
  return Boolean(name) && sync.leader?.toLowerCase() === name?.toLowerCase();
}

/** `patroni/dcs: SyncState._str_to_list`. */
function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map(strip)
    .filter((name) => name !== '');
}
