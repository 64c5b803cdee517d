import { describe, expect, it } from 'vitest';
import type { ClusterSummary } from '../../app/cluster/summary';
import type { ConnectionView } from '../../app/ipc/contract';
import { fleetRows, inOrder } from './fleet-rows';

const connection = (id: string, kind: ConnectionView['kind'] = 'etcd3'): ConnectionView => ({
  id,
  name: id,
  kind,
  settings: null,
  temporary: false,
  secrets: {},
  status: { kind: 'connecting', since: '2026-11-23T01:00:00Z' },
  foreignKeyCount: 0,
});

const cluster = (
  connectionId: string,
  scope: string,
  change: Partial<ClusterSummary> = {},
): [string, ClusterSummary] => [
  `${connectionId}/${scope}`,
  {
    id: `${connectionId}/${scope}`,
    connectionId,
    scope,
    verdict: { severity: 'ok', words: 'healthy' },
    findingCounts: { critical: 0, warning: 0, info: 0 },
    leader: 'pg1',
    unlockedSince: null,
    timeline: 1,
    memberNames: ['pg1', 'pg2'],
    worstLagBytes: 0,
    paused: false,
    syncMode: 'async',
    isStandbyCluster: false,
    workerGroups: null,
    ...change,
  },
];

const ids = (rows: ReturnType<typeof fleetRows>): readonly string[] => rows.map((r) => r.id);

describe('the fleet list', () => {
  it('has the sick clusters of each connection first, practice last, and says where there is nothing', () => {
    const rows = fleetRows(
      [connection('p', 'practice'), connection('e'), connection('f')],
      new Map([
        cluster('p', 'practice'),
        cluster('e', 'a'),
        cluster('e', 'b', { verdict: { severity: 'critical', words: 'no leader' } }),
        cluster('e', 'c', { verdict: { severity: 'warning', words: '1 finding' } }),
      ]),
      '',
    );
    expect(ids(rows)).toEqual([
      'connection e',
      'cluster e/b',
      'cluster e/c',
      'cluster e/a',
      'connection f',
      'nothing f',
      'connection p',
      'cluster p/practice',
    ]);
  });

  it('does not put a cluster first for what is only worth knowing', () => {
    const info = { verdict: { severity: 'info', words: 'healthy' } } as const;
    const rows = fleetRows([connection('e')], new Map([cluster('e', 'a'), cluster('e', 'b', info)]), '');
    expect(ids(rows)).toEqual(['connection e', 'cluster e/a', 'cluster e/b']);
  });

  it('finds by cluster, by leader and by member, in any case, and says by which', () => {
    const fleet = new Map([
      cluster('e', 'demo'),
      cluster('e', 'orders', { leader: 'ord3', memberNames: ['ord1', 'ord3'] }),
    ]);
    const because = (search: string) =>
      fleetRows([connection('e')], fleet, search).flatMap((r) =>
        r.kind === 'cluster' ? [[r.clusterId, r.because]] : [],
      );
    expect(because('DEMO')).toEqual([['e/demo', null]]);
    expect(because('ord3')).toEqual([['e/orders', 'leader ord3']]);
    expect(because('Pg2')).toEqual([['e/demo', 'member pg2']]);
    expect(fleetRows([connection('e')], fleet, 'zzz').at(-1)).toMatchObject({ kind: 'nothing', searched: true });
  });

  it('keeps a cluster that came late below its own connection', () => {
    const rows = fleetRows(
      [connection('e'), connection('f')],
      new Map([cluster('e', 'a'), cluster('e', 'b'), cluster('f', 'c')]),
      '',
    );
    const order = ['connection e', 'cluster e/b', 'connection f', 'cluster f/c', 'cluster e/a'];
    expect(ids(inOrder(rows, order))).toEqual([
      'connection e',
      'cluster e/b',
      'cluster e/a',
      'connection f',
      'cluster f/c',
    ]);
  });
});
