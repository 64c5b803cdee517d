import { describe, expect, it } from 'vitest';
import * as Cluster from './cluster';
import { clusterAsJson } from './cluster-as-json';
import { historyAsJson, listAsJson } from './patronictl-json';
import { newest, ofVersion } from './rules';
import { build, nodes } from './test-nodes';

const old = ofVersion([3, 0, 2]);
const MEBIBYTE = 1024 * 1024;
const LSN = 64 * MEBIBYTE;

function cluster(values: Readonly<Record<string, unknown>>): Cluster.Cluster {
  return build(nodes(values)).groups[0]?.cluster ?? Cluster.empty;
}

const pair = cluster({
  leader: 'pg1',
  status: { optime: LSN },
  config: { synchronous_mode: 'quorum', pause: true },
  sync: { leader: 'pg1', sync_standby: 'PG2', quorum: 1 },
  failover: { leader: 'pg1', member: 'pg2', scheduled_at: '2026-11-23T04:15:00+02:00' },
  'members/pg1': { conn_url: 'postgres://h1:5432/postgres', state: 'running', xlog_location: LSN, timeline: 3 },
  'members/pg2': {
    conn_url: 'postgres://h2:5433/postgres',
    state: 'running',
    replication_state: 'streaming',
    xlog_location: LSN - MEBIBYTE,
    receive_lsn: LSN + 1,
    replay_lsn: LSN - MEBIBYTE,
    tags: { clonefrom: true },
  },
});

describe('GET /cluster', () => {
  it('is what the REST API of 4.1 says', () => {
    expect(clusterAsJson(pair, newest)).toEqual({
      members: [
        { name: 'pg1', role: 'leader', state: 'running', api_url: null, host: 'h1', port: 5432, timeline: 3 },
        {
          name: 'pg2',
          role: 'quorum_standby',
          state: 'streaming',
          api_url: null,
          host: 'h2',
          port: 5433,
          tags: { clonefrom: true },
          receive_lsn: '0/4000001',
          receive_lag: 0,
          replay_lsn: '0/3F00000',
          replay_lag: MEBIBYTE,
          lsn: '0/3F00000',
          lag: MEBIBYTE,
        },
      ],
      pause: true,
      scheduled_switchover: { at: '2026-11-23T04:15:00+02:00', from: 'pg1', to: 'pg2' },
    });
  });

  it('knows one position, no quorum and exact names only in 3.0.2', () => {
    const { members } = clusterAsJson(pair, old);
    expect(members).toMatchObject([{ name: 'pg1' }, { name: 'pg2', role: 'replica', state: 'running', lag: MEBIBYTE }]);
    expect(members).not.toHaveProperty('1.lsn');
  });
});

describe('patronictl list -f json', () => {
  const options = { scope: 'demo', extended: false, citus: false, group: null };

  it('leaves out what is empty, and shows ports when one is unusual', () => {
    expect(listAsJson(pair, options, newest)).toEqual([
      { Cluster: 'demo', Member: 'pg1', Host: 'h1:5432', Role: 'Leader', State: 'running', TL: 3 },
      {
        Cluster: 'demo',
        Member: 'pg2',
        Host: 'h2:5433',
        Role: 'Quorum Standby',
        State: 'streaming',
        'Receive LSN': '0/4000001',
        'Receive Lag': 0,
        'Replay LSN': '0/3F00000',
        'Replay Lag': 1,
        Tags: { clonefrom: true },
      },
    ]);
    expect(listAsJson(pair, options, old)[1]).toMatchObject({ 'Lag in MB': 1 });
  });

  it('lists the groups of an MPP cluster, the coordinator first', () => {
    const { groups } = build(nodes({ '0/members/c': {}, '2/members/b': {}, '1/members/a': {} }));
    const mpp = Cluster.mppCluster(groups);
    const shown = (group: number | null) =>
      listAsJson(mpp, { ...options, citus: true, group }, newest).map((row) => [row.Group, row.Member]);
    expect(shown(null)).toEqual([
      [0, 'c'],
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(shown(0)).toEqual([[0, 'c']]);
  });
});

describe('patronictl history -f json', () => {
  it('fills up what old lines lack', () => {
    const { history } = cluster({
      history: [
        [1, 5, 'x'],
        [2, 6, 'y', '2026-11-23T04:15:00+02:00', 'pg2'],
      ],
    });
    expect(historyAsJson(history)).toEqual([
      { TL: 1, LSN: 5, Reason: 'x', Timestamp: '', 'New Leader': '' },
      { TL: 2, LSN: 6, Reason: 'y', Timestamp: '2026-11-23T04:15:00+02:00', 'New Leader': 'pg2' },
    ]);
    expect(historyAsJson(null)).toEqual([]);
  });
});
