import { describe, expect, it } from 'vitest';
import { node } from '../../app/cluster/test-nodes';
import { ObservedCluster } from './observed-cluster';

describe('a cluster that is watched', () => {
  it('remembers who was here of the first two thousand members, however many come and go', () => {
    const cluster = new ObservedCluster('c', 'service', 'demo');
    const apply = (name: string): void => {
      const member = node(`/service/demo/members/${name}`, { state: 'running' });
      cluster.apply({ kind: 'put', node: member }, null);
    };
    cluster.apply({ kind: 'put', node: node('/service/demo/leader', 'pg') }, null);
    apply('pg');
    for (let round = 0; round < 4; round += 1) {
      const names = Array.from({ length: 900 }, (_, i) => `pg-${String(round)}-${String(i)}`);
      for (const name of names) apply(name);
      cluster.look('2026-01-01T00:00:00.000Z');
      for (const name of names) {
        cluster.apply({ kind: 'delete', key: `/service/demo/members/${name}`, modRevision: '9' }, null);
      }
      cluster.look('2026-01-01T00:00:01.000Z');
    }
    const gone = cluster.detail([]).findings.filter(({ code }) => code === 'member-gone');
    expect(gone).toHaveLength(1999);
  });
});
