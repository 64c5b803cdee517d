import * as Lsn from '../../cluster/lsn';
import { formatDuration } from '../../format';
import { slotNameFromMemberName } from '../../slots/slot-name';
import { listNames } from '../../text';
import { type Check, notAsked, passed, warning } from '../check';
import type { Asked, DatabaseTold } from './database-report';
import { notKnown } from './leader-checks';

/** What a standby must have at least as large as the primary that it follows (PostgreSQL, 27.4.3 Administrator’s Overview). */
export const MIRRORED = [
  'max_connections',
  'max_worker_processes',
  'max_wal_senders',
  'max_prepared_transactions',
  'max_locks_per_transaction',
] as const;

/** A logical slot that is so far behind its original is worth a word. */
const MUCH_BYTES = 16 * 1024 * 1024;

/** Whom the checks of a candidate look at. */
export interface Pair {
  readonly candidate: string;
  readonly told: DatabaseTold;
  readonly leader: string | null;
  /** What the leader’s PostgreSQL told; null when it told nothing. */
  readonly before: DatabaseTold | null;
  /** Who would follow the candidate. */
  readonly followers: readonly string[];
  /** What the PostgreSQL of members told, by name, as far as they were asked. */
  readonly toldBy: (member: string) => DatabaseTold | null;
  /** Patroni makes a slot for each member (`use_slots`). */
  readonly usesSlots: boolean;
}

/** What only the PostgreSQL of a candidate, beside that of the leader, can tell. */
export function candidateDatabaseChecks(pair: Pair): readonly Check[] {
  return [replay(pair), ...logicalSlots(pair), ...settings(pair), ...room(pair), ...libraries(pair)];
}

function replay({ candidate, told }: Pair): Check {
  const id = `database-replay ${candidate}`;
  if (told.replay.kind === 'not-known') return notKnown(id, `Replay on ${candidate}`, told.replay);
  const { isPaused, behindSeconds } = told.replay.value;
  const delay = Number(settingOf(told.settings, 'recovery_min_apply_delay') ?? '0');
  const evidence = behindSeconds === null ? 'all replayed' : `${formatDuration(behindSeconds * 1000)} behind`;
  if (isPaused) {
    const words =
      'pg_wal_replay_pause() was called, or a setting there is smaller than the leader’s was. Promotion ends the pause, after what it received was replayed.';
    return warning(
      id,
      `PostgreSQL of ${candidate} has paused its replay`,
      words,
      evidence,
      'Call pg_wal_replay_resume() there first.',
    );
  }
  if (delay > 0) {
    const words = `recovery_min_apply_delay is ${formatDuration(delay)}: it replays on purpose so much later, and has to replay all of it before it can be promoted.`;
    return warning(
      id,
      `${candidate} replays with a delay`,
      words,
      evidence,
      'Choose another candidate, or set the delay to 0 first.',
    );
  }
  return passed(id, `PostgreSQL of ${candidate} replays`, 'Not paused, and no recovery_min_apply_delay.', evidence);
}

/** What reads a logical slot of the leader goes on only where the candidate has the slot too. */
function logicalSlots({ candidate, told, leader, before }: Pair): readonly Check[] {
  if (leader === null || before === null) return [];
  const id = `logical-slots ${candidate}`;
  const title = `Logical slots on ${candidate}`;
  if (before.slots.kind === 'not-known') return [notKnown(id, title, before.slots)];
  const wanted = before.slots.value.filter((slot) => slot.isLogical && !slot.isTemporary && slot.lost === null);
  if (wanted.length === 0)
    return [passed(id, 'No logical slot', `Nobody reads changes from ${leader}.`, 'pg_replication_slots')];
  if (told.slots.kind === 'not-known') return [notKnown(id, title, told.slots)];
  const there = told.slots.value;
  const gone: string[] = [];
  const behind: string[] = [];
  for (const slot of wanted) {
    const copy = there.find(({ name, isLogical }) => isLogical && name === slot.name);
    if (copy === undefined || copy.lost !== null || (copy.isTemporary && !slot.isTemporary)) gone.push(slot.name);
    else if (slot.confirmed !== null && (copy.confirmed === null || slot.confirmed - copy.confirmed > MUCH_BYTES))
      behind.push(`${slot.name} (${Lsn.formatBytes(slot.confirmed - (copy.confirmed ?? 0))})`);
  }
  const evidence = `${String(wanted.length - gone.length)} of ${String(wanted.length)}`;
  const checks: Check[] = [];
  if (gone.length > 0) {
    const words = `${listNames(gone)}: ${candidate} has no such slot that can be used, so their readers lose their place, and miss what is written before the slot is made anew.`;
    const advice =
      'Name the slot in the configuration (slots), so that Patroni copies it, or make it with failover = true (PostgreSQL 17).';
    checks.push(warning(id, `Logical slots are not on ${candidate}`, words, evidence, advice));
  }
  if (behind.length > 0) {
    const words = `${listNames(behind)}. Their readers are sent again what they had confirmed on ${leader}.`;
    checks.push(
      warning(
        `${id} behind`,
        `Logical slots on ${candidate} are behind`,
        words,
        evidence,
        'Wait until Patroni has moved them on; it does so once a round.',
      ),
    );
  }
  if (checks.length > 0) return checks;
  return [
    passed(
      id,
      `Logical slots are on ${candidate}`,
      `${listNames(wanted.map(({ name }) => name))}, and close to where their readers are.`,
      evidence,
    ),
  ];
}

/** Too small: less room than the applications had. Too large: those who follow it have less, and stop replaying or do not start. */
function settings(pair: Pair): readonly Check[] {
  const { candidate, told, leader, before } = pair;
  const id = `settings ${candidate}`;
  if (told.settings.kind === 'not-known') return [notKnown(id, `Settings of ${candidate}`, told.settings)];
  const checks: Check[] = [];
  if (leader !== null && before !== null) {
    const smaller = MIRRORED.flatMap((name) => {
      const [is, was] = [numberOf(told, name), numberOf(before, name)];
      return is !== null && was !== null && is < was ? [`${name} ${String(is)} (${leader}: ${String(was)})`] : [];
    });
    if (smaller.length > 0) {
      const words = `${listNames(smaller)}. A standby must have at least what its primary has, and as leader it has less room than ${leader} had.`;
      checks.push(
        warning(id, `${candidate} has smaller settings`, words, 'pg_settings', 'Set them alike, and restart it first.'),
      );
    }
    const level = ['minimal', 'replica', 'logical'];
    const [is, was] = [settingOf(told.settings, 'wal_level'), settingOf(before.settings, 'wal_level')];
    if (is !== null && was !== null && level.indexOf(is) < level.indexOf(was)) {
      const words = `${is} there, ${was} on ${leader}: what needs the higher level, such as logical slots, ends.`;
      checks.push(
        warning(
          `wal-level ${candidate}`,
          `${candidate} has a lower wal_level`,
          words,
          is,
          'Set it alike, and restart it first.',
        ),
      );
    }
  }
  const larger = pair.followers.flatMap((follower) => {
    const theirs = pair.toldBy(follower);
    if (theirs === null) return [];
    const names = MIRRORED.filter((name) => (numberOf(theirs, name) ?? Infinity) < (numberOf(told, name) ?? 0));
    return names.length === 0 ? [] : [`${follower} (${names.join(', ')})`];
  });
  if (larger.length > 0) {
    const words = `${listNames(larger)}. A standby with less than its primary stops replaying, and before PostgreSQL 14 does not start; Patroni starts it with the primary’s values.`;
    checks.push(
      warning(
        `settings-of-others ${candidate}`,
        `Who follows ${candidate} has smaller settings`,
        words,
        'pg_settings',
        'Set them alike, and restart them.',
      ),
    );
  }
  if (checks.length > 0) return checks;
  const lacks = MIRRORED.filter((name) => numberOf(told, name) === null);
  if (lacks.length > 0)
    return [notAsked(id, `Settings of ${candidate}`, `Not known: it does not tell ${listNames(lacks)}.`)];
  return [
    passed(
      id,
      `${candidate} has the settings that it needs`,
      `${listNames(MIRRORED)}: none smaller than on ${leader ?? 'the leader'}, none too large for who follows.`,
      'pg_settings',
    ),
  ];
}

/** repmgr’s: that all who are to follow find a WAL sender, and a slot. */
function room({ candidate, told, followers, usesSlots }: Pair): readonly Check[] {
  const most = numberOf(told, 'max_wal_senders');
  const mostSlots = numberOf(told, 'max_replication_slots');
  const id = `room ${candidate}`;
  if (most === null || mostSlots === null)
    return [notAsked(id, `Room on ${candidate}`, 'Not known: it does not tell its settings.')];
  const others =
    told.senders.kind === 'known'
      ? told.senders.value.filter(({ application }) => !followers.includes(application)).length
      : 0;
  const needed = followers.length + others;
  if (needed > most) {
    const words = `${String(needed)} would connect, and max_wal_senders is ${String(most)}: some of those who are to follow find no place.`;
    return [
      warning(
        id,
        `${candidate} has too few WAL senders`,
        words,
        `${String(most)} of ${String(needed)}`,
        'Raise max_wal_senders.',
      ),
    ];
  }
  const slots = told.slots.kind === 'known' ? told.slots.value.map(({ name }) => name) : [];
  const all = new Set([...slots, ...(usesSlots ? followers.map(slotNameFromMemberName) : [])]).size;
  if (all > mostSlots) {
    const words = `${String(all)} would be needed, and max_replication_slots is ${String(mostSlots)}: Patroni cannot make a slot for each member.`;
    return [
      warning(
        id,
        `${candidate} has too few slots`,
        words,
        `${String(mostSlots)} of ${String(all)}`,
        'Raise max_replication_slots, or drop slots that nobody uses.',
      ),
    ];
  }
  const words = `${String(needed)} of ${String(most)} WAL senders, ${String(all)} of ${String(mostSlots)} slots would be taken.`;
  return [passed(id, `${candidate} has room for who follows`, words, 'max_wal_senders')];
}

function libraries({ candidate, told, leader, before }: Pair): readonly Check[] {
  if (leader === null || before === null) return [];
  const [is, was] = [
    settingOf(told.settings, 'shared_preload_libraries'),
    settingOf(before.settings, 'shared_preload_libraries'),
  ];
  const id = `libraries ${candidate}`;
  // A setting that only a superuser, or who may read all settings, sees.
  if (is === null || was === null)
    return [notAsked(id, 'Preloaded libraries', 'Not known: the login may not see shared_preload_libraries.')];
  const names = (list: string): readonly string[] =>
    list
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  const lacks = names(was).filter((name) => !names(is).includes(name));
  if (lacks.length === 0)
    return [
      passed(
        id,
        `${candidate} has the same libraries`,
        was === '' ? 'None is preloaded.' : was,
        'shared_preload_libraries',
      ),
    ];
  const words = `${listNames(lacks)} ${lacks.length === 1 ? 'is' : 'are'} loaded by ${leader} at its start and not by ${candidate}: what needs them fails once it leads.`;
  return [
    warning(
      id,
      `${candidate} lacks preloaded libraries`,
      words,
      'shared_preload_libraries',
      'Set them alike, and restart it first.',
    ),
  ];
}

function settingOf(asked: Asked<Readonly<Record<string, string>>>, name: string): string | null {
  return asked.kind === 'known' && Object.hasOwn(asked.value, name) ? (asked.value[name] ?? null) : null;
}

function numberOf(told: DatabaseTold, name: string): number | null {
  const value = Number(settingOf(told.settings, name) ?? 'x');
  return Number.isFinite(value) ? value : null;
}
