import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { build, nodes } from '../cluster/test-nodes';
import type { Finding } from '../findings/finding';
import { reportPage } from './page';
import type { Report } from './report';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

function report(values: Record<string, unknown>, change: Partial<Report> = {}): Report {
  return {
    scope: 'demo',
    connection: 'etcd of the lab',
    namespace: '/service',
    source: { kind: 'live' },
    at: '2026-11-23T03:04:05.000Z',
    madeAt: '2026-11-23T03:04:06.000Z',
    program: '0.1.0',
    untold: [],
    groups: build(nodes(values)).groups,
    findings: [],
    sessions: [],
    namesReplaced: false,
    secretKeys: 0,
    ...change,
  };
}

const herd = {
  leader: 'pg1',
  'members/pg1': { role: 'primary', state: 'running', timeline: 4, xlog_location: 1000 },
  'members/pg2': {
    role: 'replica',
    state: 'running',
    replication_state: 'streaming',
    timeline: 4,
    receive_lsn: 900,
    replay_lsn: 900,
  },
  history: [[3, 500, 'no recovery target specified', '2026-11-22T10:00:00+00:00', 'pg1']],
  config: { ttl: 30, postgresql: { parameters: { max_connections: 100 } } },
};

const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u0000';

const finding = (text: string): Finding => ({
  id: 'x',
  code: 'x',
  severity: 'critical',
  subject: { kind: 'cluster' },
  group: null,
  title: text,
  meaning: text,
  advice: text,
  evidence: [{ label: text, value: text, key: text }],
});

describe('the page of a report', () => {
  it('tells who leads, who follows, the timelines, the forecast and the configuration', () => {
    const page = reportPage(report(herd), sha256);
    const told = [
      'pg1',
      'pg2',
      'Leader',
      'streaming',
      'TL 4',
      'pg2 would become leader',
      'max_connections',
      'Nothing is wrong.',
    ];
    expect(told.filter((words) => !page.includes(words))).toEqual([]);
    expect(page.match(/<svg /g)).toHaveLength(3);
  });

  it('allows nothing but the one style that it holds', () => {
    const page = reportPage(report(herd), sha256);
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${sha256(style)}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/ style=|<script|<link|<img|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  it('takes every name, value and sentence as text, whatever is in it', () => {
    const values = {
      leader: evil,
      [`members/${evil.replaceAll('/', '')}`]: {
        role: evil,
        state: evil,
        conn_url: `postgres://${evil}:5432/`,
        tags: { [evil]: evil },
      },
      history: [[evil, evil, evil, evil, evil]],
      config: { [evil]: evil, slots: { [evil]: { type: evil } } },
    };
    const page = reportPage(
      report(values, {
        scope: evil,
        connection: evil,
        source: { kind: 'as-of', from: evil, notes: [evil] },
        findings: [finding(evil)],
      }),
      sha256,
    );
    expect(page).not.toMatch(/<script|<img|\u202e|\u0000/);
    expect(page).toContain('&lt;script&gt;');
  });

  it('says when it is not live, and what its origin does not tell', () => {
    const lost = reportPage(report(herd, { source: { kind: 'lost' }, madeAt: '2026-11-23T03:14:05.000Z' }), sha256);
    expect(lost).toContain('Not live:');
    expect(lost).toContain('10 min before this report was made');
    const file = reportPage(
      report(
        {},
        { source: { kind: 'as-of', from: 'list.json', notes: [] }, untold: ['history', 'configuration', 'instant'] },
      ),
      sha256,
    );
    expect(file).toContain('a file of');
    expect(file).toContain('it does not tell: the history, the dynamic configuration');
    expect(file.match(/Not known: its origin does not tell\./g)).toHaveLength(1);
    expect(reportPage(report(herd, { source: { kind: 'practice' } }), sha256)).toContain('Nothing in it is real');
  });

  it('is made for a herd of 500, with no more slots in the picture than a page can hold', () => {
    const members = Object.fromEntries(
      Array.from({ length: 500 }, (_none, i) => [
        `members/pg${i}`,
        { role: 'replica', state: 'streaming', timeline: 4 },
      ]),
    );
    const page = reportPage(report({ ...members, leader: 'pg0', config: { postgresql: { use_slots: true } } }), sha256);
    expect(page).toContain('pg499');
    expect(page).toMatch(/Not in the picture: \d+ slots and 400 members/);
  });
});
