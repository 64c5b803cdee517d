import { atOnce, type Steps } from '../steps';
import { excerpt } from '../text';
import { readCsv } from './csv-line';
import type { LogLine, ParsedLog } from './log-line';
import { readTime, TIME } from './log-time';

/** More entries than these are no stretch of time that a person looks at. */
const MOST_LINES = 200_000;

/** A longer text is cut: a query in a STATEMENT may be megabytes. */
const LONGEST = 2000;

const LEVEL =
  'DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|CRITICAL|LOG|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT';

/** What comes before the time in the journal or syslog: `Nov 23 19:38:59 db1 patroni[812]: `, `2026-11-23T19:38:59+0000 db1 patroni[812]: `. */
const FROM_JOURNAL =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,30}) \S{1,255} [\w@./-]{1,64}(?:\[\d+\])?: /;

/** Patroni's own format (`patroni/log.py: PatroniLogger.DEFAULT_FORMAT`): `%(asctime)s %(levelname)s: %(message)s`. */
const PATRONI = new RegExp(`^(${TIME}) (DEBUG|INFO|WARNING|ERROR|CRITICAL): (.*)$`, 's');

/** PostgreSQL's stderr with a `log_line_prefix` that holds a time (`%t`, `%m`, `%n`) anywhere; what else is in it is passed over. */
const POSTGRESQL = new RegExp(
  `(?:^|[\\s[({<"'=,;|])(${TIME}|\\d{10}\\.\\d{3})(?![\\d:])[^\\n]{0,300}?(?:^|[\\s\\])}>:,;|-])(${LEVEL}):\\s+(.*)$`,
  's',
);

/** Lines that add to the one before them. */
const ADDS = /^(?:DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT)$/;

/** A step ends after so many characters, or so many lines that count as a few each. */
const READ_AT_ONCE = 64_000;
const LINE_COUNTS = 60;

/** A row of CSV that is not whole by then is none. */
const LONGEST_ROW = 1_000_000;

/**
 * Reads a log that somebody pasted: Patroni's, PostgreSQL's (stderr with any prefix that tells the time, csvlog, jsonlog), one after
 * the other or mixed, as a service that writes both into the journal has them. What belongs to no entry is counted, never guessed.
 */
export const parseLog = (text: string): ParsedLog => atOnce(readLog(text));

/** The same in steps: a log may be very long. */
export function* readLog(text: string): Steps<ParsedLog> {
  const lines: LogLine[] = [];
  let unreadable = 0;
  let isCut = false;
  let taken = 0;
  // A quoted field of a csvlog goes on over line breaks.
  let csv: { readonly rows: string[]; length: number; isQuoted: boolean } | null = null;
  for (const raw of rawLines(text)) {
    taken += raw.length + LINE_COUNTS;
    if (taken > READ_AT_ONCE) {
      taken = 0;
      yield;
    }
    if (lines.length >= MOST_LINES) {
      isCut = true;
      break;
    }
    let parsed: LogLine | null = null;
    if (csv !== null || looksLikeCsv(raw)) {
      csv ??= { rows: [], length: 0, isQuoted: false };
      csv.rows.push(raw);
      csv.length += raw.length;
      if (hasOddQuotes(raw)) csv.isQuoted = !csv.isQuoted;
      if (csv.isQuoted && csv.length < LONGEST_ROW) continue;
      parsed = csv.isQuoted ? null : readCsvLine(csv.rows.join('\n'));
      csv = null;
    } else parsed = readLine(raw);
    const last = lines.at(-1);
    if (parsed !== null) {
      if (ADDS.test(parsed.level) && last !== undefined && last.program === parsed.program)
        lines[lines.length - 1] = added(last, `${parsed.level}: ${parsed.text}`);
      else lines.push({ ...parsed, text: excerpt(parsed.text, LONGEST) });
    } else if (raw.trim() !== '') {
      if (last === undefined) unreadable += 1;
      else if (/^\s/.test(raw)) lines[lines.length - 1] = added(last, raw.trim());
    }
  }
  return { lines, unreadable, member: memberOf(lines), isCut };
}

function added(line: LogLine, text: string): LogLine {
  return line.text.length < LONGEST ? { ...line, text: excerpt(`${line.text}\n${text}`, LONGEST) } : line;
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}

/** Lines one by one: a text of many megabytes is not held twice. */
function* rawLines(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    yield text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop);
    start = stop + 1;
  }
}

function readLine(raw: string): LogLine | null {
  if (raw.length > 1_000_000) return null;
  const line = raw.replace(FROM_JOURNAL, '');
  if (line.startsWith('{')) return readJson(line);
  const patroni = PATRONI.exec(line);
  if (patroni !== null) return made('patroni', patroni[1] ?? '', patroni[2] ?? '', patroni[3] ?? '');
  const head = line.slice(0, 4000);
  const postgresql = POSTGRESQL.exec(head);
  return postgresql === null ? null : made('postgresql', postgresql[1] ?? '', postgresql[2] ?? '', postgresql[3] ?? '');
}

function made(program: LogLine['program'], time: string, level: string, text: string): LogLine | null {
  const at = readTime(time);
  return at === null ? null : { atMs: at.ms, tellsZone: at.tellsZone, program, level, text: text.trim() };
}

/** PostgreSQL's jsonlog, and Patroni's with `log.type: json`. */
function readJson(line: string): LogLine | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const field = (...names: readonly string[]): string => {
    for (const name of names) {
      const own: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      if (typeof own === 'string') return own;
    }
    return '';
  };
  const message = field('message');
  const detail = field('detail');
  const text = detail === '' ? message : `${message}\nDETAIL: ${detail}`;
  if (field('error_severity') !== '') return made('postgresql', field('timestamp'), field('error_severity'), text);
  return made('patroni', field('asctime', 'time', 'timestamp'), field('levelname', 'level'), message);
}

/** csvlog begins with its time, which nothing but a comma follows. */
const looksLikeCsv = (line: string): boolean => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z0-9+:-]{1,10},/.test(line);

/** A row of csvlog: the time is its 1st field, the severity its 12th, the message its 14th and the detail its 15th. */
function readCsvLine(line: string): LogLine | null {
  const fields = readCsv(line);
  if (fields === null || fields.length < 15) return null;
  const [time = '', level = '', message = '', detail = ''] = [fields[0], fields[11], fields[13], fields[14]];
  return made('postgresql', time, level, detail === '' ? message : `${message}\nDETAIL: ${detail}`);
}

/** Who wrote it: Patroni says so in each round (`patroni/ha.py`: “no action. I am (pg1), …”, “Lock owner: pg2; I am pg1”). */
function memberOf(lines: readonly LogLine[]): string | null {
  for (const { program, text } of lines) {
    if (program !== 'patroni') continue;
    const found = /\bI am \(([^()]{1,255})\),/.exec(text) ?? /^Lock owner: .{0,255}; I am (\S{1,255})$/.exec(text);
    if (found?.[1] !== undefined) return found[1];
  }
  return null;
}
