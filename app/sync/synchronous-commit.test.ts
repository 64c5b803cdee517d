import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { checkConfig } from '../configuration/check';
import { syncReport } from './sync-report';
import { synchronousCommit } from './synchronous-commit';

const clusterOf = (value: unknown): Cluster.Cluster => {
  const config = { synchronous_mode: true, postgresql: { parameters: { synchronous_commit: value } } };
  const keys = nodes({
    config,
    leader: 'pg1',
    sync: { leader: 'pg1', sync_standby: 'pg2' },
    'members/pg1': { state: 'running', role: 'primary', version: '4.1.5' },
  });
  return build(keys).groups[0]?.cluster ?? Cluster.empty;
};

describe('synchronous_commit', () => {
  // What PostgreSQL 15 says to `postgres -C synchronous_commit -c synchronous_commit=…`.
  it.each([
    ['off', 'off'],
    ['OFF', 'off'],
    ['no', 'off'],
    ['False', 'off'],
    [false, 'off'],
    [0, 'off'],
    ['0', 'off'],
    ['on', 'on'],
    ['YES', 'on'],
    ['true', 'on'],
    [true, 'on'],
    [1, 'on'],
    ['Local', 'local'],
    ['remote_write', 'remote_write'],
    ['REMOTE_APPLY', 'remote_apply'],
    // It is an enumeration: PostgreSQL refuses beginnings of words, and Patroni takes them out.
    ['t', null],
    ['of', null],
    ['remote_w', null],
    ['', null],
    [null, null],
    [undefined, null],
    [{}, null],
  ])('%j is %s', (value, expected) => {
    expect(synchronousCommit(clusterOf(value).config)).toBe(expected);
  });

  it.each([
    ['No', true],
    [0, true],
    ['LOCAL', true],
    ['yes', false],
    ['remote_write', false],
    ['of', false],
  ])('%j is read alike by what is said of writes and of the configuration', (value, isOff) => {
    const cluster = clusterOf(value);
    const codes = checkConfig(cluster).map(({ code }) => code);
    expect(codes.includes('config-commit-does-not-wait')).toBe(isOff);
    expect(syncReport(cluster).writes.kind === 'never-wait').toBe(isOff);
  });
});
