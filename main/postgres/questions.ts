import { z } from 'zod';
import type { Asked, DatabaseTold } from '../../app/operations/database/database-report';

/** Asks one thing; the rows as they came. Rejects with PostgreSQL's words. */
export type Ask = (sql: string) => Promise<readonly unknown[]>;

/** Lists are cut at so many lines: what is the matter shows in the first. */
const MOST = 100;

const NO_STATS = 'the login is no member of pg_monitor (or pg_read_all_stats), so PostgreSQL hides what others do';

const text = z
  .string()
  .nullable()
  .transform((value) => (value ?? '').slice(0, 1000));
const seconds = z.number();

const whoRow = z.object({ version: z.number(), recovery: z.boolean(), stats: z.boolean(), files: z.boolean() });
// Both roles came with PostgreSQL 10; a superuser has every one.
const WHO = `SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() AS recovery,
 pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS stats, pg_has_role(current_user, 'pg_monitor', 'USAGE') AS files`;

/** Asks the PostgreSQL of a member all that the checks need. What is kept from this user is told as such; rejects when it cannot be asked at all. */
export async function askAll(ask: Ask): Promise<DatabaseTold> {
  const who = whoRow.parse((await ask(WHO))[0]);
  const { version, recovery } = who;
  const one = async <T>(sql: string, row: z.ZodType<T>, may: boolean | string = true): Promise<Asked<readonly T[]>> => {
    if (may !== true) return { kind: 'not-known', why: typeof may === 'string' ? may : NO_STATS };
    try {
      return { kind: 'known', value: z.array(row).parse(await ask(sql)) };
    } catch (error) {
      if (error instanceof z.ZodError) return { kind: 'not-known', why: 'its answer could not be read' };
      // PostgreSQL refused this one question; anything else concerns the connection.
      if (error instanceof Error && 'severity' in error) return { kind: 'not-known', why: error.message.slice(0, 300) };
      throw error;
    }
  };
  return {
    version,
    inRecovery: recovery,
    transactions: await one(TRANSACTIONS, transactionRow, who.stats),
    prepared: await one(PREPARED, preparedRow),
    senders: await one(sendersSql(version, recovery), senderRow, who.stats),
    archiver: first(await one(ARCHIVER, archiverRow)),
    waitingForArchiver: mapped(
      first(
        await one(readySql(version), countRow, version < 120000 || who.files || 'the login is no member of pg_monitor'),
      ),
      ({ count }) => count,
    ),
    exclusiveBackup:
      version >= 150000 || recovery
        ? { kind: 'known', value: false }
        : mapped(first(await one('SELECT pg_is_in_backup() AS is', flagRow)), ({ is }) => is),
    replay: recovery ? first(await one(REPLAY, replayRow)) : { kind: 'not-known', why: 'it is no standby' },
    slots: await one(slotsSql(version), slotRow),
    settings: mapped(await one(SETTINGS, settingRow), (rows) =>
      Object.fromEntries(rows.map((row) => [row.name, row.setting])),
    ),
  };
}

function first<T>(asked: Asked<readonly T[]>): Asked<T> {
  if (asked.kind === 'not-known') return asked;
  const [value] = asked.value;
  return value === undefined ? { kind: 'not-known', why: 'its answer was empty' } : { kind: 'known', value };
}

function mapped<T, U>(asked: Asked<T>, to: (value: T) => U): Asked<U> {
  return asked.kind === 'known' ? { kind: 'known', value: to(asked.value) } : asked;
}

const transactionRow = z.object({
  pid: z.number(),
  database: text,
  user: text,
  application: text,
  state: text,
  seconds,
});
const TRANSACTIONS = `SELECT pid, datname::text AS database, usename::text AS user, application_name AS application, state,
 extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
 FROM pg_stat_activity WHERE xact_start IS NOT NULL AND backend_type = 'client backend' AND pid <> pg_backend_pid()
 ORDER BY xact_start LIMIT ${String(MOST)}`;

const preparedRow = z.object({ gid: text, database: text, seconds });
const PREPARED = `SELECT gid, database::text AS database, extract(epoch FROM clock_timestamp() - prepared)::float8 AS seconds
 FROM pg_prepared_xacts ORDER BY prepared LIMIT ${String(MOST)}`;

const senderRow = z.object({
  pid: z.number(),
  application: text,
  state: text,
  address: z.string().nullable(),
  slot: z.string().nullable(),
  isLogical: z.boolean(),
  behindBytes: z.number().nullable(),
  silentSeconds: z.number().nullable(),
});
/**
 * A walsender ends at the shutdown when its client has got all (`walsender.c: WalSndDone`): a standby what was sent to it, a logical
 * reader what it confirmed.
 */
function sendersSql(version: number, recovery: boolean): string {
  const end = recovery ? 'coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())' : 'pg_current_wal_lsn()';
  const silent = version >= 120000 ? 'extract(epoch FROM clock_timestamp() - r.reply_time)::float8' : 'NULL::float8';
  return `SELECT r.pid, r.application_name AS application, r.state, host(r.client_addr) AS address, s.slot_name::text AS slot,
 coalesce(s.slot_type = 'logical', false) AS "isLogical",
 pg_wal_lsn_diff(${end}, CASE WHEN s.slot_type = 'logical' THEN r.flush_lsn ELSE r.write_lsn END)::float8 AS "behindBytes",
 ${silent} AS "silentSeconds"
 FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
 ORDER BY "behindBytes" DESC NULLS FIRST LIMIT ${String(MOST)}`;
}

const archiverRow = z.object({
  isOn: z.boolean(),
  failedCount: z.number(),
  lastFailedWal: z.string().nullable(),
  isFailing: z.boolean(),
});
const ARCHIVER = `SELECT current_setting('archive_mode') <> 'off' AS "isOn", failed_count::float8 AS "failedCount",
 last_failed_wal AS "lastFailedWal",
 coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS "isFailing" FROM pg_stat_archiver`;

const countRow = z.object({ count: z.number() });
function readySql(version: number): string {
  const names =
    version >= 120000
      ? 'SELECT name FROM pg_ls_archive_statusdir()'
      : `SELECT pg_ls_dir('pg_wal/archive_status') AS name`;
  return `SELECT count(*)::float8 AS count FROM (${names}) AS files WHERE name LIKE '%.ready'`;
}

const flagRow = z.object({ is: z.boolean() });

const replayRow = z.object({ isPaused: z.boolean(), behindSeconds: z.number().nullable() });
const REPLAY = `SELECT pg_is_wal_replay_paused() AS "isPaused",
 CASE WHEN pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
 THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 END AS "behindSeconds"`;

const slotRow = z.object({
  name: text,
  isLogical: z.boolean(),
  isTemporary: z.boolean(),
  database: z.string().nullable(),
  lost: z.string().nullable(),
  confirmed: z.number().nullable(),
  isSynced: z.boolean(),
});
function slotsSql(version: number): string {
  const lost = [
    ...(version >= 130000 ? [`WHEN wal_status = 'lost' THEN 'its WAL was removed'`] : []),
    ...(version >= 160000 && version < 170000 ? [`WHEN conflicting THEN 'it conflicts with recovery'`] : []),
    ...(version >= 170000 ? ['WHEN invalidation_reason IS NOT NULL THEN invalidation_reason'] : []),
  ];
  return `SELECT slot_name::text AS name, slot_type = 'logical' AS "isLogical", temporary AS "isTemporary", database::text AS database,
 ${lost.length === 0 ? 'NULL::text' : `CASE ${lost.reverse().join(' ')} END`} AS lost,
 pg_wal_lsn_diff(confirmed_flush_lsn, '0/0')::float8 AS confirmed, ${version >= 170000 ? 'synced' : 'false'} AS "isSynced"
 FROM pg_replication_slots ORDER BY slot_name LIMIT 1000`;
}

const settingRow = z.object({ name: z.string(), setting: text });
const SETTINGS = `SELECT name, setting FROM pg_settings WHERE name IN ('max_connections', 'max_worker_processes', 'max_wal_senders',
 'max_prepared_transactions', 'max_locks_per_transaction', 'max_replication_slots', 'wal_level', 'shared_preload_libraries',
 'recovery_min_apply_delay', 'data_checksums', 'wal_log_hints', 'wal_sender_timeout', 'superuser_reserved_connections')`;
