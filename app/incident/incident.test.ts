import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { courseOf, incidentMarkdown, type JoinedLog } from './incident';
import { findClock } from './log-clock';
import { isNotable } from './log-marks';
import { parseLog } from './parse-log';
import { type SpanOfScope, type Story, storyOf } from './story';
import { gapWords, summaryWords } from './story-words';

// lab-run/ is what a real herd of Patroni 4.1.5 on etcd wrote on 2026-11-23: pg-1 was switched away from, then pg-2, which had won,
// was killed with SIGKILL. The keys are as a watch told them, the logs as the processes wrote them.

const file = (name: string): string => readFileSync(new URL(`lab-run/${name}`, import.meta.url), 'utf8');
const span: SpanOfScope = {
  namespace: '/service',
  scope: 'demo',
  gaps: [],
  ...JSON.parse(file('span.ndjson')),
} as SpanOfScope;
const story: Story = storyOf(span);
const clock = (iso: string): string => iso.slice(11, 19);
const second = 1000;

describe('the story of a span', () => {
  it('tells who lost the lock, how, who won, and how long nobody led', () => {
    expect(story.leaderGaps).toMatchObject([
      {
        former: 'pg-1',
        how: 'released',
        winner: 'pg-2',
        request: { leader: 'pg-1', candidate: null },
        timelineBefore: 1,
        timelineAfter: 2,
      },
      {
        former: 'pg-2',
        how: 'ran-out',
        winner: 'pg-1',
        request: null,
        ttlSeconds: 20,
        timelineBefore: 2,
        timelineAfter: 3,
      },
    ]);
    expect(story.leaders).toEqual([{ group: null, first: 'pg-1', last: 'pg-1' }]);
    expect(summaryWords(story)).toBe('The leader changed twice. Nobody held the lock for 0.3 s in all.');
  });

  it('says in words why the lock was lost and why the winner won', () => {
    const [first, second] = story.leaderGaps.map((gap) => gapWords(gap, clock));
    expect(first?.title).toBe('19:38:31 pg-1 → pg-2');
    expect(first?.sentences.join(' ')).toContain(
      'pg-1 gave the lock up; its member key stayed. A switchover from pg-1 had been asked for.',
    );
    expect(second?.sentences.join(' ')).toContain(
      'so pg-2 fell silent at about 19:38:39. It was killed, frozen, or cut off',
    );
    expect(second?.sentences.join(' ')).toContain('For 0.1 s nobody held it, until pg-1 took it at 19:38:59.');
    expect(second?.sentences.join(' ')).toMatch(
      /By Patroni’s rules nothing spoke against pg-1\..*pg-3 could have led as well/,
    );
    expect(second?.sentences.join(' ')).toContain('timeline 2 → 3');
  });

  it('names the moments: what was asked for, states, members that went, timelines', () => {
    const words = story.moments.map(({ words }) => words);
    for (const each of [
      'a switchover from pg-1 was asked for',
      'pg-1 lost the leader lock',
      'pg-2 took the leader lock after pg-1',
      'pg-2 left',
      'timeline 2 → 3',
    ])
      expect(words).toContain(each);
  });

  it('says so when nobody took the lock, and when all was calm', () => {
    const lost = span.changes.findIndex(({ changes }) => changes.some(({ kind }) => kind === 'delete'));
    const cut = storyOf({ ...span, changes: span.changes.slice(0, lost + 1) });
    expect(cut.leaderGaps.at(-1)?.winner).toBeNull();
    expect(summaryWords(cut)).toContain('At the end nobody holds it still.');
    expect(summaryWords(storyOf({ ...span, changes: [] }))).toBe('pg-1 led all the time.');
  });
});

describe('a pasted log', () => {
  const logs = [
    'pg-1.patroni.log.txt',
    'pg-1.postgresql.log.txt',
    'pg-1.postgresql.csv.txt',
    'pg-1.postgresql.json.txt',
  ];

  it.each(logs)('%s is read: each entry with its time and level', (name) => {
    const { lines, unreadable } = parseLog(file(name));
    expect(unreadable).toBe(0);
    expect(lines.length).toBeGreaterThan(15);
    expect(new Set(lines.map(({ atMs }) => new Date(atMs).toISOString().slice(0, 13)))).toEqual(
      new Set(['2026-11-23T19']),
    );
  });

  it('of PostgreSQL says the same in each of its formats', () => {
    const [, stderr, csv, json] = logs.map((name) => parseLog(file(name)).lines);
    const from = (lines: typeof stderr) => lines?.filter(({ atMs }) => atMs > Date.parse('2026-11-23T19:38:59.300Z'));
    expect(from(csv)).toEqual(from(stderr));
    expect(from(json)).toEqual(from(stderr));
    expect(from(stderr)?.map(({ text }) => text)).toContain('selected new timeline ID: 3');
  });

  it('of Patroni names its member; what PostgreSQL wrote into it is read too', () => {
    const parsed = parseLog(file('pg-1.patroni.log.txt'));
    expect(parsed.member).toBe('pg-1');
    expect(parsed.lines.map(({ program }) => program)).toContain('postgresql');
    expect(parsed.lines.filter(isNotable).map(({ text }) => text)).toContain(
      'promoted self to leader by acquiring session lock',
    );
    expect(parsed.lines.filter(isNotable).some(({ text }) => text.startsWith('no action'))).toBe(false);
  });

  it.each([
    ['%t', '2026-11-23 19:38:59 UTC LOG:  received promote request'],
    ['%m [%p] ', '2026-11-23 19:38:59.000 UTC [14702] LOG:  received promote request'],
    [
      '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
      '2026-11-23 19:38:59 UTC [14702]: [3-1] user=,db=,app=,client= LOG:  received promote request',
    ],
    ['%n %p ', '1795462739.000 14702 LOG:  received promote request'],
    ['<%m %r>', '<2026-11-23 19:38:59.000 UTC >LOG:  received promote request'],
    ['%m with a zone in numbers', '2026-11-23 20:38:59.000 +01 [14702] LOG:  received promote request'],
    ['%m in CET', '2026-11-23 20:38:59.000 CET [14702] LOG:  received promote request'],
    [
      'the journal',
      'Nov 23 19:38:59 db1 postgres[14702]: 2026-11-23 19:38:59.000 UTC [14702] LOG:  received promote request',
    ],
  ])('with log_line_prefix %s is read', (_prefix, line) => {
    expect(parseLog(line).lines).toEqual([
      {
        atMs: Date.parse('2026-11-23T19:38:59Z'),
        tellsZone: true,
        program: 'postgresql',
        level: 'LOG',
        text: 'received promote request',
      },
    ]);
  });

  it('keeps what belongs to an entry with it, and counts what belongs to none', () => {
    const { lines, unreadable } = parseLog(
      'rubbish\n2026-11-23 19:38:59 UTC [1] ERROR:  no\n2026-11-23 19:38:59 UTC [1] DETAIL:  why\n\tmore of it\nTraceback\n',
    );
    expect(unreadable).toBe(1);
    expect(lines.map(({ text }) => text)).toEqual(['no\nDETAIL: why\nmore of it']);
  });

  it.each([
    '',
    '\u0000',
    '{"__proto__":1}',
    '{'.repeat(5000),
    '"'.repeat(5000),
    '2026-99-99 99:99:99,1 INFO: x',
    `${'2026-11-23 '.repeat(3000)}`,
  ])('that is none gives no entry', (text) => {
    expect(parseLog(text).lines).toEqual([]);
  });
});

describe('the clock of a log', () => {
  it.each(['pg-1.patroni.log.txt', 'pg-1.postgresql.log.txt', 'pg-2.patroni.log.txt'])(
    'of %s is right: they ran on one machine',
    (name) => {
      const found = findClock(parseLog(file(name)), story);
      expect(found.kind).toBe('found');
      if (found.kind === 'found') expect(Math.abs(found.offsetMs)).toBeLessThan(second);
    },
  );

  it.each([-3_600_000, -7_200_000 + 4321, 90_000])('is found where it is off by %i ms', (off) => {
    const parsed = parseLog(file('pg-1.patroni.log.txt'));
    const moved = { ...parsed, lines: parsed.lines.map((line) => ({ ...line, atMs: line.atMs - off })) };
    const found = findClock(moved, story);
    expect(found).toMatchObject({ kind: 'found', matches: 2 });
    if (found.kind === 'found') expect(Math.abs(found.offsetMs - off)).toBeLessThan(second);
  });

  it('is not known where no line says what the store tells', () => {
    const parsed = parseLog(
      '2026-11-23 19:38:59,000 INFO: no action. I am (pg-3), a secondary, and following a leader (pg-1)',
    );
    expect(findClock(parsed, story)).toEqual({ kind: 'unknown' });
  });
});

describe('the course of an incident', () => {
  const joined = (name: string, byHandMs: number | null = null): JoinedLog => {
    const parsed = parseLog(file(name));
    return { id: name, name, parsed, clock: findClock(parsed, story), byHandMs };
  };

  it('has what the store tells and what the logs tell in one order of time', () => {
    const course = courseOf(story, [joined('pg-1.patroni.log.txt'), joined('pg-1.postgresql.json.txt')], false);
    expect(course.map(({ atMs }) => atMs)).toEqual(course.map(({ atMs }) => atMs).sort((a, b) => a - b));
    const texts = course.map((line) => (line.kind === 'store' ? line.moment.words : line.line.text));
    const order = [
      'pg-2 left',
      'promoted self to leader by acquiring session lock',
      'received promote request',
      'timeline 2 → 3',
    ];
    const places = order.map((text) => texts.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('leaves out what lies outside the span by the corrected clock', () => {
    const log = joined('pg-1.patroni.log.txt', 86_400_000);
    expect(courseOf(story, [log], true).some(({ kind }) => kind === 'log')).toBe(false);
  });

  it('as Markdown tells the story, the notes, the course and how the clocks were found; without secrets, and names as text', () => {
    const secret = parseLog('2026-11-23 19:38:59,500 ERROR: postgres://rep:Tr0ub4dor-and-3@10.0.0.1/ <b> | `x`');
    const text = incidentMarkdown(
      story,
      [
        joined('pg-1.patroni.log.txt'),
        { id: 's', name: 's', parsed: secret, clock: findClock(secret, story), byHandMs: null },
      ],
      { title: 'pg-2 | killed', notes: 'The host had no power.' },
    );
    expect(text).toContain('# pg-2 \\| killed');
    expect(text).toContain('fell silent at about');
    expect(text).toContain('The host had no power.');
    expect(text).toContain('its clock is right to within half a second, found from 2 lines');
    expect(text).toContain('how its clock stands to the recording is not known');
    expect(text).not.toContain('Tr0ub4dor');
    expect(text).toContain('\\<b\\> \\| \\`x\\`');
  });
});
