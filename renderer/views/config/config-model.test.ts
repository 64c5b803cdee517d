import { describe, expect, it } from 'vitest';
import * as Cluster from '../../../app/cluster/cluster';
import { configRows, openRows, pathId } from '../../../app/configuration/tree';
import { hiddenIn, notesByKey, treeKey, waitingFor, worstOf } from './config-model';

const rows = configRows({ postgresql: { parameters: { work_mem: '4MB' } }, ttl: 30 }, false);
const none = new Set<string>();

describe('keys in the tree', () => {
  it('step through the lines in sight and stop at the ends', () => {
    expect(treeKey('ArrowDown', rows, 0, none)).toEqual({ to: 1 });
    expect(treeKey('ArrowUp', rows, 0, none)).toEqual({ to: 0 });
    expect(treeKey('End', rows, 0, none)).toEqual({ to: 3 });
  });

  it('open and close branches, and go into and out of them', () => {
    const id = pathId(['postgresql']);
    expect(treeKey('ArrowLeft', rows, 0, none)).toEqual({ toggle: id });
    expect(treeKey('ArrowRight', openRows(rows, new Set([id])), 0, new Set([id]))).toEqual({ toggle: id });
    expect(treeKey('ArrowRight', rows, 0, none)).toEqual({ to: 1 });
    expect(treeKey('ArrowLeft', rows, 2, none)).toEqual({ to: 1 });
    expect(treeKey('ArrowRight', rows, 3, none)).toBeNull();
    expect(treeKey('x', rows, 0, none)).toBeNull();
  });
});

describe('what stands beside a key', () => {
  const member = {
    version: '1',
    name: 'pg1',
    session: null,
    data: { pending_restart_reason: { work_mem: { old_value: '1', new_value: '2' } } },
  };
  const cluster: Cluster.Cluster = {
    ...Cluster.empty,
    members: [member],
    config: { version: '1', modifyVersion: '1', data: { ttl: '30s' } },
  };

  it('is what is wrong with it, the worst first', () => {
    const notes = notesByKey(cluster, [], { scope: 'demo', group: null });
    expect(worstOf(notes.get(pathId(['ttl'])))).toBe('warning');
    expect(worstOf(notes.get(pathId(['loop_wait'])))).toBeNull();
  });

  it('is who waits for a restart because of it', () => {
    expect(waitingFor(cluster, ['postgresql', 'parameters', 'work_mem'])).toEqual([
      { member: 'pg1', from: '1', to: '2' },
    ]);
    expect(waitingFor(cluster, ['work_mem'])).toEqual([]);
  });

  it('is no password', () => {
    const [row] = configRows({ password: 'secret' }, false);
    const [conninfo] = configRows({ primary: 'host=a password=secret' }, false);
    expect(row && hiddenIn(row, 'secret')).toEqual([[0, 6]]);
    expect(conninfo && hiddenIn(conninfo, 'host=a password=secret')).toEqual([[16, 22]]);
  });
});
