import * as Lsn from '../../cluster/lsn';
import { formatDuration } from '../../format';
import { listNames } from '../../text';
import { type Check, notAsked, passed, warning } from '../check';
import type { Asked, DatabaseSender, DatabaseTold } from './database-report';

/** A transaction that is open for so long is likely one that somebody waits for. */
const LONG_SECONDS = 60;
/** A receiver that has so much to get holds up the shutdown. One segment: pg_receivewal may confirm by whole segments only. */
const MUCH_BYTES = 16 * 1024 * 1024;
/** A receiver tells itself every 10 s (`wal_receiver_status_interval`); one that was silent for so long is likely stuck. */
const SILENT_SECONDS = 30;
/** repmgr warns from so many files on (`archive_ready_warning`). */
const MANY_FILES = 16;

/** What only the PostgreSQL of the member that stops can tell. `members`: the names of all members. */
export function leaderDatabaseChecks(leader: string, told: DatabaseTold, members: readonly string[]): readonly Check[] {
  return [
    transactions(leader, told),
    prepared(told),
    ...senders(leader, told, members),
    archiver(leader, told),
    ...backup(leader, told),
  ];
}

/** What cannot be told for want of a privilege, or of an answer, is not known: neither good nor bad. */
export function notKnown<T>(id: string, title: string, asked: Asked<T>): Check {
  return notAsked(id, title, `Not known: ${asked.kind === 'not-known' ? asked.why : ''}.`);
}

const age = (seconds: number): string => formatDuration(Math.max(0, seconds) * 1000);

function transactions(leader: string, { transactions: asked }: DatabaseTold): Check {
  const id = 'transactions';
  if (asked.kind === 'not-known') return notKnown(id, 'Open transactions', asked);
  const [oldest] = asked.value;
  const long = asked.value.filter(({ seconds }) => seconds >= LONG_SECONDS);
  if (oldest === undefined) return passed(id, 'No open transaction', 'Nobody’s work is cut off.', 'pg_stat_activity');
  if (long.length === 0) {
    const words = `The oldest is open for ${age(oldest.seconds)}. What is not committed when ${leader} stops is rolled back.`;
    return passed(id, 'No long transaction', words, `${String(asked.value.length)} open`);
  }
  const { pid, database, user, application, state, seconds } = oldest;
  const whose = `pid ${String(pid)}, ${user} in ${database}${application === '' ? '' : ` (${application})`}, ${state}`;
  return warning(
    id,
    long.length === 1 ? 'A transaction is open for long' : `${String(long.length)} transactions are open for long`,
    `The oldest for ${age(seconds)}: ${whose}. It is cut off when ${leader} stops, and rolled back.`,
    age(seconds),
    'Wait until it has ended, or ask whose it is.',
  );
}

function prepared({ prepared: asked }: DatabaseTold): Check {
  const id = 'prepared';
  if (asked.kind === 'not-known') return notKnown(id, 'Prepared transactions', asked);
  const [oldest] = asked.value;
  if (oldest === undefined)
    return passed(id, 'No prepared transaction', 'None has to be ended on another leader.', 'pg_prepared_xacts');
  const words = `${listNames(asked.value.map(({ gid }) => gid))}; the oldest since ${age(oldest.seconds)}. They go along, with their locks: who prepared them has to commit them on the new leader.`;
  return warning(
    id,
    asked.value.length === 1 ? 'A transaction is prepared' : `${String(asked.value.length)} transactions are prepared`,
    words,
    age(oldest.seconds),
    'Let the transaction manager end them first, or COMMIT PREPARED or ROLLBACK PREPARED what nobody knows any more.',
  );
}

/** The leader stops only when each of its receivers has got everything (`walsender.c: WalSndDone`). */
function senders(
  leader: string,
  { senders: asked, settings }: DatabaseTold,
  members: readonly string[],
): readonly Check[] {
  const id = 'senders';
  if (asked.kind === 'not-known') return [notKnown(id, 'WAL senders', asked)];
  const timeout = settings.kind === 'known' ? settings.value['wal_sender_timeout'] : undefined;
  const until =
    timeout === '0'
      ? 'wal_sender_timeout is 0, so it waits for ever'
      : `at the most until wal_sender_timeout${timeout === undefined ? '' : ` (${age(Number(timeout) / 1000)})`} for one that is silent`;
  const bad = asked.value.flatMap((sender) => {
    const why = heldUpBy(sender);
    if (why === null) return [];
    const who = members.includes(sender.application) ? sender.application : nameOf(sender);
    return [
      warning(
        `sender ${who}`,
        sender.state === 'backup' ? `${who} takes a base backup` : `${who} would hold up the shutdown`,
        sender.state === 'backup'
          ? `It is cut off when ${leader} stops, and has to be taken again.`
          : `${why} ${leader} waits for it when it stops, ${until}; writes stop as long.`,
        sender.behindBytes === null ? sender.state : Lsn.formatBytes(Math.max(0, sender.behindBytes)),
        sender.state === 'backup' ? 'Wait until it is done.' : 'End it first, or wait until it has caught up.',
      ),
    ];
  });
  const unique = bad.filter((check, index) => bad.findIndex(({ id: other }) => other === check.id) === index);
  if (unique.length > 0) return unique;
  const others = asked.value.filter(({ application }) => !members.includes(application)).map(nameOf);
  const count = `${String(asked.value.length)} senders`;
  const words =
    others.length === 0
      ? 'Only members get WAL from it, and none is far behind.'
      : `Beside the members ${listNames(others)} ${others.length === 1 ? 'gets' : 'get'} WAL from it, and ${others.length === 1 ? 'is' : 'are'} close; ${leader} waits for what is left.`;
  return [passed(id, 'No receiver holds up the shutdown', words, count)];
}

/** Why it would; null when it would not. */
function heldUpBy({ state, behindBytes, silentSeconds }: DatabaseSender): string | null {
  if (state === 'backup') return 'It takes a base backup.';
  if (silentSeconds !== null && silentSeconds >= SILENT_SECONDS)
    return `It has not answered for ${age(silentSeconds)}.`;
  if (behindBytes === null) return 'It has confirmed nothing yet.';
  if (behindBytes > MUCH_BYTES) return `It lacks ${Lsn.formatBytes(behindBytes)}.`;
  return null;
}

function nameOf({ application, address, slot, pid }: DatabaseSender): string {
  const of = slot === null ? (address ?? '') : `slot ${slot}`;
  return `${application === '' ? `pid ${String(pid)}` : application}${of === '' ? '' : ` (${of})`}`;
}

/** `pgarch.c`: what waits is archived before PostgreSQL has ended. `patroni/ha.py: on_shutdown` hands the lock over before that. */
function archiver(leader: string, told: DatabaseTold): Check {
  const id = 'archiver';
  const { archiver: asked, waitingForArchiver: waiting } = told;
  if (asked.kind === 'not-known') return notKnown(id, 'Archiver', asked);
  const { isOn, isFailing, failedCount, lastFailedWal } = asked.value;
  if (!isOn) return passed(id, 'Nothing is archived', 'archive_mode is off.', 'archive_mode');
  const files = waiting.kind === 'known' ? `${String(waiting.value)} files wait` : 'how many files wait is not known';
  const meaning = `${leader} archives what waits before its PostgreSQL has ended; it comes back that much later. Patroni before 2.1.2 hands the lock over only then.`;
  if (isFailing) {
    const words = `The last attempt failed${lastFailedWal === null ? '' : `, of ${lastFailedWal}`} (${String(failedCount)} in all); ${files}. ${meaning}`;
    return warning(id, 'Archiving fails', words, files, 'Look at archive_command and the log of PostgreSQL there.');
  }
  if (waiting.kind === 'not-known') {
    const words = `It did not fail last. How many files wait is not known: ${waiting.why}.`;
    return notAsked(id, 'Files that wait for the archiver', words);
  }
  if (waiting.value >= MANY_FILES)
    return warning(id, 'WAL waits for the archiver', `${files}. ${meaning}`, files, 'Wait until they are archived.');
  return passed(id, 'The archiver keeps up', 'It did not fail last, and hardly anything waits for it.', files);
}

function backup(leader: string, { exclusiveBackup: asked }: DatabaseTold): readonly Check[] {
  if (asked.kind === 'not-known' || !asked.value) return [];
  const words = `pg_start_backup() was called on it, and pg_stop_backup() was not. The backup ends with ${leader}’s shutdown.`;
  return [warning('backup', 'An exclusive backup is under way', words, 'pg_is_in_backup', 'Wait until it is done.')];
}
