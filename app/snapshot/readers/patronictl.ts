import * as Lsn from '../../cluster/lsn';
import type { Json, JsonObject } from '../../json';
import { trimmedEnd } from '../../text';
import { type Reader, type Reading, type ViewReading } from './reading';
import { field, isFields } from './values';

/** One line of `patronictl list`, by column. */
type Row = ReadonlyMap<string, string>;

/** `patronictl list -f json` and `-f yaml` (given as what YAML makes of it). */
export const readPatronictlJson: Reader = (_text, json) => {
  if (!Array.isArray(json) || json.length === 0) return null;
  const entries = json as readonly unknown[];
  const isList = entries.every((entry) => isFields(entry) && 'Member' in entry && 'Role' in entry);
  if (!isList) return historyOf(entries);
  const rows = entries.map((entry): Row => {
    return new Map(Object.entries(isFields(entry) ? entry : {}).map(([name, value]) => [name, cell(value)]));
  });
  return viewsOf(rows, 'output of patronictl list');
};

/** `patronictl history -f json`: a list of `TL`, `LSN`, `Reason`, `Timestamp`, `New Leader`. */
function historyOf(entries: readonly unknown[]): Reading | null {
  if (!entries.every((entry) => isFields(entry) && 'TL' in entry && 'LSN' in entry)) return null;
  const lines = entries.map((entry) => {
    const of = (name: string): Json => {
      const value = field(entry, name);
      return typeof value === 'string' || typeof value === 'number' ? value : null;
    };
    return [of('TL'), of('LSN'), of('Reason'), of('Timestamp'), of('New Leader')].filter(
      (value, index) => index < 3 || (value !== null && value !== ''),
    );
  });
  return view({ what: 'output of patronictl history', values: new Map([['history', JSON.stringify(lines)]]) });
}

/** A table of 100,000 members: patronictl prints no longer one. */
const MOST_TABLE = 16 * 1024 * 1024;

/** `patronictl list`, `topology` and `history` as tables: `-f pretty` (frames of `+-|`), `-f tsv` and `-f csv`-like. */
export const readPatronictlTable: Reader = (text) => {
  if (text.length > MOST_TABLE || !/[\t|]/.test(text.slice(0, 100_000))) return null;
  const lines = text.split(/\r?\n/);
  const framed = lines.some((line) => /^\+[-+ ]/.test(line));
  return framed ? framedTables(lines) : tabbedTable(lines);
};

/** What stands in the frame of a table, and of which group. */
interface Title {
  readonly scope: string;
  readonly group: string | null;
  readonly system: string | null;
}

/** `+ Cluster: demo (7012345678901234567) ---+----` and, for a group, `+ Cluster: demo (group: 0, 7012…) --`; null for another line. */
function titleOf(line: string): Title | null {
  const [, named] = /^\+ (?:Cluster|Citus cluster): (.*)$/.exec(line) ?? [];
  if (named === undefined) return null;
  const words = trimmedEnd(named, (character) => character === '-' || character === '+');
  if (words === named || !words.endsWith(' ')) return null;
  const title = words.slice(0, -1);
  const bracket = title.endsWith(')') ? title.lastIndexOf(' (') : -1;
  if (bracket < 0) return { scope: title.trim(), group: null, system: null };
  const [, group = null, system = ''] = /^(?:group: (\d+), )?(.*)$/.exec(title.slice(bracket + 2, -1)) ?? [];
  return { scope: title.slice(0, bracket).trim(), group, system };
}

function framedTables(lines: readonly string[]): readonly Reading[] | null {
  const found: Reading[] = [];
  let title: Title | null = null;
  let head: readonly string[] | null = null;
  let rows: Row[] = [];
  const keep = (): void => {
    if (head !== null && rows.length > 0) {
      if (head.includes('Member')) {
        const filled = rows.map((row): Row => (title === null ? row : withTitle(row, title)));
        for (const reading of viewsOf(
          filled,
          head.includes('Cluster') ? 'output of patronictl list' : 'table of patronictl',
          title?.system ?? null,
        ))
          found.push(reading);
      } else if (head.includes('TL') && head.includes('LSN')) {
        const history = historyOf(
          rows.map((row) => ({ ...Object.fromEntries(row), TL: Number(row.get('TL')), LSN: Number(row.get('LSN')) })),
        );
        if (history !== null) found.push(history);
      }
    }
    head = null;
    rows = [];
  };
  for (const line of lines) {
    const named = titleOf(line);
    if (named !== null) {
      keep();
      title = named;
    } else if (line.startsWith('|')) {
      const cells = line
        .split('|')
        .slice(1, -1)
        .map((one) => one.trim());
      if (head === null) head = cells;
      else if (cells.length === head.length) {
        const names = head;
        rows.push(new Map(cells.map((value, index) => [names[index] ?? '', value])));
      }
    } else if (!line.startsWith('+')) {
      keep();
      const switchover = /^\s*(?:Switchover|Failover) scheduled at: (\S+)/.exec(line);
      const last = found.at(-1);
      if (switchover !== null && last?.kind === 'view')
        found.push(
          view({
            what: last.what,
            scope: last.scope,
            values: new Map([['failover', JSON.stringify({ scheduled_at: switchover[1] ?? '' })]]),
          }),
        );
      if (/^\s*Maintenance mode: on/.test(line) && last?.kind === 'view')
        found.push(view({ what: last.what, scope: last.scope, implied: { pause: true } }));
    }
  }
  keep();
  return found.length === 0 ? null : found;
}

function withTitle(row: Row, { scope, group }: { readonly scope: string; readonly group: string | null }): Row {
  const filled = new Map(row);
  if (!filled.has('Cluster')) filled.set('Cluster', scope);
  if (group !== null && !filled.has('Group')) filled.set('Group', group);
  return filled;
}

function tabbedTable(lines: readonly string[]): readonly Reading[] | null {
  const head = lines.find((line) => line.includes('\t'))?.split('\t');
  if (head === undefined) return null;
  const rows = lines
    .slice(lines.findIndex((line) => line.includes('\t')) + 1)
    .filter((line) => line.includes('\t'))
    .map((line): Row => new Map(line.split('\t').map((value, index) => [head[index] ?? '', value.trim()])));
  if (rows.length === 0) return null;
  if (head.includes('Member') && head.includes('Role')) return viewsOf(rows, 'output of patronictl list -f tsv');
  if (!head.includes('TL') || !head.includes('LSN')) return null;
  const history = historyOf(
    rows.map((row) => ({ ...Object.fromEntries(row), TL: Number(row.get('TL')), LSN: Number(row.get('LSN')) })),
  );
  return history === null ? null : [history];
}

const ROLES: Readonly<Record<string, string>> = { leader: 'primary', 'standby leader': 'standby_leader' };

/** The clusters (and groups) that rows of members are of. */
function viewsOf(rows: readonly Row[], what: string, system: string | null = null): readonly ViewReading[] {
  const clusters = new Map<string, Row[]>();
  for (const row of rows) {
    const id = JSON.stringify([row.get('Cluster') ?? null, row.get('Group') ?? null]);
    const known = clusters.get(id);
    if (known === undefined) clusters.set(id, [row]);
    else known.push(row);
  }
  return [...clusters.values()].map((own) => {
    const [first] = own;
    const group = first?.get('Group');
    const lags: string[] = [];
    const members = new Map<string, JsonObject>();
    let leader: string | null = null;
    const sync: string[] = [];
    let isQuorum = false;
    for (const row of own) {
      // `patronictl topology` draws the tree before the name.
      const name = (row.get('Member') ?? '').replace(/^[+ ]*(?:\+ )?/, '').trim();
      if (name === '') continue;
      const role = (row.get('Role') ?? '').toLowerCase().replace(/_/g, ' ');
      if (role.includes('leader')) leader = name;
      if (role.startsWith('sync') || role.startsWith('quorum')) sync.push(name);
      isQuorum ||= role.startsWith('quorum');
      const lag = row.get('Lag in MB') ?? '';
      if (/^\d+$/.test(lag) && lag !== '0') lags.push(`${name} ${lag} MB`);
      members.set(name, memberOf(row, ROLES[role] ?? 'replica'));
    }
    const values = new Map<string, string>();
    if (sync.length > 0)
      values.set('sync', JSON.stringify({ leader, sync_standby: sync.join(','), ...(isQuorum ? { quorum: 0 } : {}) }));
    if (system !== null && /^\d{10,}$/.test(system)) values.set('initialize', system);
    return view({
      what,
      scope: first?.get('Cluster') ?? null,
      group: group !== undefined && /^\d+$/.test(group) ? Number(group) : null,
      members,
      leader,
      values,
      implied: impliedBy(sync.length > 0, isQuorum),
      notes: lags.length === 0 ? [] : [`Lag, as it says: ${lags.slice(0, 8).join(', ')}.`],
    });
  });
}

/** What a synchronous standby tells of the configuration. */
export const impliedBy = (isSync: boolean, isQuorum: boolean): JsonObject =>
  isQuorum ? { synchronous_mode: 'quorum' } : isSync ? { synchronous_mode: true } : {};

function memberOf(row: Row, role: string): JsonObject {
  const host = row.get('Host') ?? '';
  const state = row.get('State') ?? '';
  const isReplication = state === 'streaming' || state === 'in archive recovery';
  const timeline = row.get('TL') ?? '';
  const lsn = (name: string): number | null => Lsn.parse(row.get(name) ?? '');
  const received = lsn('Receive LSN');
  const replayed = lsn('Replay LSN') ?? lsn('LSN');
  const tags = tagsOf(row.get('Tags') ?? '');
  return {
    ...(host === '' ? {} : { conn_url: `postgres://${/:\d+$/.test(host) ? host : `${host}:5432`}/postgres` }),
    role,
    state: isReplication ? 'running' : state,
    ...(isReplication ? { replication_state: state } : {}),
    ...(/^\d+$/.test(timeline) ? { timeline: Number(timeline) } : {}),
    ...(received === null ? {} : { receive_lsn: received }),
    ...(replayed === null ? {} : { replay_lsn: replayed }),
    ...(received === null && replayed === null ? {} : { xlog_location: Math.max(received ?? 0, replayed ?? 0) }),
    ...(['*', 'true', 'True'].includes(row.get('Pending restart') ?? '') ? { pending_restart: true } : {}),
    ...(tags === null ? {} : { tags }),
  };
}

/** Tags as the table has them: `{nofailover: true}` or JSON. */
function tagsOf(text: string): JsonObject | null {
  if (text === '') return null;
  try {
    const json: unknown = JSON.parse(text);
    return isFields(json) ? (json as JsonObject) : null;
  } catch {
    const entries = [...text.matchAll(/([\w.-]{1,60}):\s*([^,}]{1,200})/g)].map(([, name, value]) => {
      const word = (value ?? '').trim();
      const known: Json =
        word === 'true' ? true : word === 'false' ? false : /^\d{1,9}$/.test(word) ? Number(word) : word;
      return [name ?? '', known] as const;
    });
    return entries.length === 0 ? null : Object.fromEntries(entries);
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/** A view of which only some is told. */
export function view(over: Partial<ViewReading> & Pick<ViewReading, 'what'>): ViewReading {
  return {
    kind: 'view',
    scope: null,
    group: null,
    members: new Map(),
    values: new Map(),
    implied: {},
    notes: [],
    ...over,
  };
}
