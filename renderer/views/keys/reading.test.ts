import { describe, expect, it } from 'vitest';
import type { KeyDetail } from '../../../app/ipc/detail';
import { keyWords, sessionName, shortName } from './key-words';
import { filterKeys, hasStructure, problemOf, readValue, rowsOf } from './reading';

const key = (name: string, value: string): KeyDetail => ({
  key: name,
  value,
  bytes: value.length,
  createRevision: '1',
  modRevision: '1',
  version: '1',
  session: null,
  truncated: false,
  changedAt: null,
});
const problem = (name: string, value: string, cut = false): string | null =>
  problemOf(keyWords('/service', name), readValue(value, cut));

describe('reading a key', () => {
  it('says where a value that should be JSON is none', () => {
    expect(problem('/service/demo/config', '{"ttl": 30')).toContain('at character 11, it ends too early');
    expect(problem('/service/demo/members/pg1', '')).toContain('empty');
    expect(problem('/service/demo/config', '{"ttl": 30}')).toBeNull();
  });

  it('does not mind text where Patroni writes text', () => {
    for (const name of ['leader', 'initialize', 'optime/leader', 'failover', 'my-own']) {
      expect(problem(`/service/demo/${name}`, 'pg1')).toBeNull();
    }
    expect(problem('/service/demo/sync', '')).toBeNull();
  });

  it('does not blame a value that was cut for stopping in the middle', () => {
    expect(problem('/service/demo/config', '{"a":"b\\u00', true)).toBeNull();
    expect(problem('/service/demo/config', `{oops, ${' '.repeat(100)}`, true)).not.toBeNull();
    expect(hasStructure(readValue('{"a":[1,2', true))).toBe(true);
  });

  it('shows what has no inside as it is', () => {
    expect(hasStructure(readValue('pg1', false))).toBe(false);
    expect(hasStructure(readValue('"text"', false))).toBe(false);
    expect(rowsOf(readValue('a\nb', false), true)).toHaveLength(2);
  });

  it('knows the keys of MPP groups', () => {
    expect(keyWords('/service', '/service/demo/0/leader').title).toBe('leader lock');
    expect(keyWords('/service', '/elsewhere/demo/leader').title).toBe('not Patroni’s');
  });
});

describe('the list of keys', () => {
  const keys = [key('/service/demo/leader', 'PG1'), key('/service/demo/members/pg2', '{}')];

  it('is filtered by name and by value, whatever the case', () => {
    expect(filterKeys(keys, 'MEMBERS')).toEqual([keys[1]]);
    expect(filterKeys(keys, 'pg1')).toEqual([keys[0]]);
    expect(filterKeys(keys, 'pg')).toEqual(keys);
    expect(filterKeys(keys, ' ')).toBe(keys);
  });

  it('names keys below their cluster, folders apart', () => {
    expect(shortName('/service', 'demo', '/service/demo/members/pg1')).toEqual(['members/', 'pg1']);
    expect(shortName('service/', 'demo', '/service/demo/leader')).toEqual(['', 'leader']);
    expect(shortName('/service', 'demo', '/other/x')).toEqual(['', '/other/x']);
    // A namespace that is called as the cluster.
    expect(shortName('/demo', 'demo', '/demo/demo/leader')).toEqual(['', 'leader']);
  });

  it('writes leases as etcdctl does', () => {
    expect(sessionName('7587891234567890123')).toBe('694d9ae01eb824cb');
    expect(sessionName('a-b')).toBe('a-b');
  });
});
