import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json';
import * as Leader from './leader';
import * as Member from './member';

const member = (data: JsonObject) => Member.fromNode('1', 'pg1', null, JSON.stringify(data));

describe('a member’s value', () => {
  it('is a JSON object', () => {
    expect(Member.parse('7', 'pg1', '5', '{"state":"running"}')).toEqual({
      value: { version: '7', name: 'pg1', session: '5', data: { state: 'running' } },
      problem: null,
    });
  });

  it('may be a connection URL that carries the REST API’s, as Governor wrote it', () => {
    const { data } = Member.fromNode('1', 'a', null, 'postgres://u:p@h:1/db?application_name=http://h:8008/patroni#f');
    expect(data).toEqual({ conn_url: 'postgres://u:p@h:1/db#f', api_url: 'http://h:8008/patroni' });
    expect(
      Member.fromNode('1', 'a', null, 'postgres://h/x?application_name=&application_name=a%20b+c').data['api_url'],
    ).toBe('a b c');
  });

  it('is empty data with a problem when it is something else', () => {
    const problems = ['{', '', '[]', '1', 'null'].map((value) => Member.parse('1', 'a', null, value));
    expect(problems.map(({ value }) => value.data)).toEqual(Array(5).fill({}));
    expect(problems.map(({ problem }) => problem)).toEqual([
      'is not JSON',
      'is empty',
      ...Array<string>(3).fill('is JSON, but not an object'),
    ]);
  });

  it('is read as far as it goes when a field is of another type', () => {
    const { value, problem } = Member.parse('1', 'a', null, '{"state":7,"role":"replica","tags":[],"timeline":"x"}');
    expect([Member.state(value), Member.role(value), Member.tags(value), Member.timeline(value)]).toEqual([
      'unknown',
      'replica',
      {},
      null,
    ]);
    expect(problem).toBe(
      'has a state that is not text, and has a timeline that is not a number, and has tags that are not an object',
    );
  });
});

describe('where a member listens', () => {
  it.each([
    [
      { conn_url: 'postgres://u:p@Host:6432/db' },
      'postgres://u:p@Host:6432/db',
      { host: 'host', port: 6432, dbname: 'db' },
    ],
    [{ conn_url: 'postgres://h/postgres' }, 'postgres://h/postgres', { host: 'h', port: 5432, dbname: 'postgres' }],
    [{ conn_url: 'postgres://[fd00::1]:5/x' }, 'postgres://[fd00::1]:5/x', { host: 'fd00::1', port: 5, dbname: 'x' }],
    [{ conn_url: 'postgres://h:99999/x' }, 'postgres://h:99999/x', { host: 'h', port: null, dbname: 'x' }],
    [{ conn_url: 'nonsense' }, 'nonsense', null],
    [{ conn_kwargs: { host: 'h' } }, 'postgresql://h:5432', { host: 'h', port: null, dbname: null }],
    [{ conn_kwargs: { host: '::1', port: '7' } }, 'postgresql://[::1]:7', { host: '::1', port: 7, dbname: null }],
    [{ conn_url: '', conn_kwargs: {} }, null, null],
    [{ conn_url: 5 }, null, null],
    [{}, null, null],
  ])('%j', (data, url, kwargs) => {
    expect(Member.connUrl(member(data))).toBe(url);
    expect(Member.address(member(data))).toEqual(kwargs);
  });
});

describe('what a member says of itself', () => {
  it('is unknown when it says nothing', () => {
    const silent = Member.withoutKey('pg1');
    expect([
      Member.state(silent),
      Member.role(silent),
      Member.lsn(silent),
      Member.version(silent),
      Member.patroniVersion(silent),
    ]).toEqual(['unknown', null, null, null, null]);
    expect([
      Member.pendingRestart(silent),
      Member.pendingRestartReason(silent),
      Member.scheduledRestart(silent),
      Member.isRunning(silent),
    ]).toEqual([false, [], null, false]);
  });

  it('calls a master of Patroni 3 primary', () => {
    expect(Member.role(member({ role: 'master' }))).toBe('primary');
  });

  it('gives positions as numbers, also from text', () => {
    const one = member({ xlog_location: '100', receive_lsn: 90, replay_lsn: 'x' });
    expect([Member.lsn(one), Member.receiveLsn(one), Member.replayLsn(one)]).toEqual([100, 90, null]);
  });

  it('gives Patroni’s version in numbers, where it is made of them', () => {
    expect(['1.2.3', '4.0.0-beta', '4', '', 3].map((version) => Member.patroniVersion(member({ version })))).toEqual([
      [1, 2, 3],
      null,
      [4],
      null,
      null,
    ]);
  });

  it('takes no text of a megabyte apart to find a version', () => {
    expect(Member.patroniVersion(member({ version: `4${'.1'.repeat(500_000)}` }))).toBeNull();
  });

  it('compares versions by their numbers', () => {
    const at = (version: string, wanted: readonly number[]) => Member.isAtLeast(member({ version }), wanted);
    expect([at('4.1.5', [4, 1, 5]), at('4.10', [4, 9]), at('3.0.2', [3, 0, 4]), at('4', [4, 0]), at('x', [1])]).toEqual(
      [true, true, false, true, null],
    );
  });

  it('tells what waits for a restart', () => {
    const reason = { max_connections: { old_value: '100', new_value: '200' }, odd: 1, [' x']: { new_value: true } };
    expect(Member.pendingRestartReason(member({ pending_restart: true, pending_restart_reason: reason }))).toEqual([
      { parameter: 'max_connections', oldValue: '100', newValue: '200' },
      { parameter: 'odd', oldValue: null, newValue: null },
      { parameter: ' x', oldValue: null, newValue: 'true' },
    ]);
  });

  it('tells of a scheduled restart', () => {
    const at = '2026-11-24T00:00:00+00:00';
    expect(Member.scheduledRestart(member({ scheduled_restart: { schedule: at, postgres_version: '15.2' } }))).toEqual({
      at,
      postgresVersion: '15.2',
    });
    expect(Member.scheduledRestart(member({ scheduled_restart: { schedule: at } }))).toEqual({
      at,
      postgresVersion: null,
    });
    expect(Member.scheduledRestart(member({ scheduled_restart: [at] }))).toBeNull();
  });

  it('is a source for clones only when it says where it listens', () => {
    expect(Member.clonefrom(member({ tags: { clonefrom: true } }))).toBe(false);
    expect(Member.clonefrom(member({ tags: { clonefrom: true }, conn_url: 'postgres://h/x' }))).toBe(true);
  });
});

describe('a leader', () => {
  it('has a member without data when the holder has no key', () => {
    const leader = Leader.fromNode('1', '9', 'pg1', undefined);
    expect([Leader.name(leader), leader.member.data, leader.session]).toEqual(['pg1', {}, '9']);
  });
});

describe('a remote member', () => {
  it('is a member that no key of this cluster names: its data is what the configuration says', () => {
    const remote = Member.remoteMember('primary', { conn_kwargs: { host: '10.0.0.9', port: 5433 } });
    expect([remote.name, remote.session]).toEqual(['primary', null]);
    expect(Member.connUrl(remote)).toBe('postgresql://10.0.0.9:5433');
  });
});
