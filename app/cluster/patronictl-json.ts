import type { Json, JsonObject } from '../json';
import type { Cluster } from './cluster';
import { clusterAsJson } from './cluster-as-json';
import { roundHalfEven, truthy } from './coerce';
import type { Member } from './member';
import { get, getText, isObject, parseJson } from './parsed';
import { str } from './python-text';
import { applies, type Rules } from './rules';
import type { TimelineHistory } from './timeline-history';

// What `patronictl` prints with `-f json`, as data.

/** What is asked of `patronictl list`. */
export interface ListOptions {
  /** The cluster's name. */
  readonly scope: string;
  /** `-e`: columns for pending and scheduled restarts and tags even where nobody has any. */
  readonly extended: boolean;
  /** Whether patronictl's configuration has a section `citus`. Then the worker groups are listed too. */
  readonly citus: boolean;
  /** `--group`; null for all groups. */
  readonly group: number | null;
}

const MEBIBYTE = 1024 * 1024;
const HISTORY_COLUMNS = ['TL', 'LSN', 'Reason', 'Timestamp', 'New Leader'] as const;

/** The lines of `patronictl list -f json`: `patroni/ctl.py: output_members`. The rules are those of the patronictl that is asked. */
export function listAsJson(cluster: Cluster, options: ListOptions, rules: Rules): readonly JsonObject[] {
  const { citus, group } = options;
  const workers = citus && group === null ? cluster.workers : [];
  const groups = new Map([[group ?? 0, cluster] as const, ...workers]);
  const lists = [...groups].sort(([a], [b]) => a - b).map(([number, one]) => [number, membersOf(one, rules)] as const);
  const all = lists.flatMap(([, members]) => members).filter((member) => Object.hasOwn(member, 'host'));
  const columns = columnsOf(options, all, rules);
  const withPort = showsPorts(all);
  return lists.flatMap(([number, members]) =>
    members.map((member) => {
      const cells = { ...cellsOf(member, withPort, rules), Cluster: options.scope, Group: number };
      const shown = columns.map((name) => [name, get(cells, name) ?? null] as const);
      return Object.fromEntries(shown.filter(([, value]) => value !== ''));
    }),
  );
}

/**
 * The lines of `patronictl history -f json`: `patroni/ctl.py: history`. A line that is shorter than the columns ends in empty
 * texts; one that is neither list nor text nor object, at which patronictl stops, has nothing else.
 */
export function historyAsJson(history: TimelineHistory | null): readonly JsonObject[] {
  const { value } = parseJson(history?.value ?? '[]');
  if (!Array.isArray(value)) return [];
  const lines: readonly Json[] = value;
  return lines.map((line) => {
    const cells = cellsOfLine(line);
    return Object.fromEntries(HISTORY_COLUMNS.map((name, i) => [name, i < cells.length ? (cells[i] ?? null) : '']));
  });
}

/** What Python's `list(line)` gives. */
function cellsOfLine(line: Json): readonly Json[] {
  if (typeof line === 'string') return [...line];
  if (isObject(line)) return Object.keys(line);
  return isList(line) ? line : [];
}

/** `Array.isArray` alone would make the elements `any`. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function membersOf(cluster: Cluster, rules: Rules): readonly JsonObject[] {
  const { members } = clusterAsJson(cluster, rules);
  if (!Array.isArray(members)) return [];
  // Before 3.2 a position may be a fraction. Python then never counts the lag as whole, and does not round it.
  const inFractions = new Set(cluster.members.filter(hasFraction).map(({ name }) => name));
  return members
    .filter(isObject)
    .map((member) => ({ ...member, in_fractions: inFractions.has(getText(member, 'name') ?? '') }));
}

function hasFraction({ data }: Member): boolean {
  const position = get(data, 'xlog_location');
  return typeof position === 'number' && !Number.isInteger(position);
}

function columnsOf({ citus, extended }: ListOptions, members: readonly JsonObject[], rules: Rules): readonly string[] {
  const positions = applies(rules, 'two-positions')
    ? ['Receive LSN', 'Receive Lag', 'Replay LSN', 'Replay Lag']
    : ['Lag in MB'];
  const reason = applies(rules, 'pending-restart-reason') ? ['Pending restart reason'] : [];
  const more = ['Pending restart', ...reason, 'Scheduled restart', 'Tags'].filter(
    (name) => extended || members.some((member) => truthy(get(member, name.toLowerCase().replaceAll(' ', '_')))),
  );
  return ['Cluster', ...(citus ? ['Group'] : []), 'Member', 'Host', 'Role', 'State', 'TL', ...positions, ...more];
}

/** Ports are shown when one is not 5432, or when two members share a host. */
function showsPorts(members: readonly JsonObject[]): boolean {
  if (members.some((member) => (get(member, 'port') ?? 5432) !== 5432)) return true;
  return new Set(members.map((member) => get(member, 'host'))).size < members.length;
}

function cellsOf(member: JsonObject, withPort: boolean, rules: Rules): JsonObject {
  const host = get(member, 'host') ?? '';
  const port = get(member, 'port');
  const showsPort = withPort && truthy(host) && truthy(port);
  return {
    Member: get(member, 'name') ?? null,
    Host: showsPort ? `${str(host)}:${str(port ?? null)}` : host,
    Role: titled(getText(member, 'role') ?? ''),
    State: get(member, 'state') ?? null,
    TL: Object.hasOwn(member, 'timeline') ? (get(member, 'timeline') ?? null) : '',
    ...(applies(rules, 'two-positions') ? positionCells(member) : { 'Lag in MB': lagCell(member) }),
    'Pending restart': truthy(get(member, 'pending_restart')) ? '*' : '',
    'Pending restart reason': reasons(get(member, 'pending_restart_reason')),
    'Scheduled restart': scheduled(get(member, 'scheduled_restart')),
    Tags: Object.hasOwn(member, 'tags') ? (get(member, 'tags') ?? null) : '',
  };
}

/** Members before Patroni 4.1 tell one position: received while streaming, else replayed. */
function positionCells(member: JsonObject): JsonObject {
  const lsn = get(member, 'lsn') ?? '';
  let [receiveLsn, receiveLag] = [get(member, 'receive_lsn') ?? '', get(member, 'receive_lag') ?? ''];
  let [replayLsn, replayLag] = [get(member, 'replay_lsn') ?? '', get(member, 'replay_lag') ?? ''];
  if (receiveLsn === 'unknown' && replayLsn === 'unknown' && truthy(lsn) && lsn !== 'unknown') {
    const lag = get(member, 'lag') ?? '';
    if (get(member, 'state') === 'streaming') [receiveLsn, receiveLag] = [lsn, lag];
    else [replayLsn, replayLag] = [lsn, lag];
  }
  return {
    'Receive LSN': receiveLsn,
    'Receive Lag': receiveLag === 'unknown' ? '' : mebibytes(receiveLag),
    'Replay LSN': replayLsn,
    'Replay Lag': replayLag === 'unknown' ? '' : mebibytes(replayLag),
  };
}

function lagCell(member: JsonObject): Json {
  const lag = get(member, 'lag') ?? '';
  // A lag of 0 comes from a comparison, not from the fraction.
  return get(member, 'in_fractions') === true && lag !== 0 ? lag : mebibytes(lag);
}

function mebibytes(lag: Json): Json {
  return typeof lag === 'number' && Number.isInteger(lag) ? roundHalfEven(lag / MEBIBYTE) : lag;
}

function reasons(value: Json | undefined): string {
  if (!isObject(value)) return '';
  const part = (change: Json, name: string) => (isObject(change) ? str(get(change, name) ?? '') : '');
  return Object.entries(value)
    .map(([parameter, change]) => `${parameter}: ${part(change, 'old_value')}->${part(change, 'new_value')}`)
    .join('\n');
}

function scheduled(value: Json | undefined): Json {
  if (!isObject(value)) return '';
  const version = get(value, 'postgres_version');
  const schedule = get(value, 'schedule') ?? null;
  return version === undefined ? schedule : `${str(schedule)} if version < ${str(version)}`;
}

function titled(role: string): string {
  return role
    .split('_')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join(' ');
}
