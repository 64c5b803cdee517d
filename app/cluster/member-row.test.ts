import { describe, expect, it } from 'vitest';
import * as Cluster from './cluster';
import { lagBytes, memberRows } from './member-row';
import { build, nodes } from './test-nodes';

const rows = (values: Record<string, unknown>) => memberRows(build(nodes(values)).groups[0]?.cluster ?? Cluster.empty);

const base = {
  leader: 'pg1',
  status: { optime: 1000 },
  'members/pg1': { role: 'primary', state: 'running', xlog_location: 1000 },
};

describe('the members table', () => {
  it('shows all that a member says', () => {
    const [row] = rows({
      'members/pg2': {
        ...{
          conn_url: 'postgres://H:5433/postgres',
          api_url: 'http://h:8008/patroni',
          state: 'running',
          role: 'replica',
        },
        ...{
          replication_state: 'streaming',
          version: '4.1.5',
          timeline: 4,
          xlog_location: 900,
          receive_lsn: 900,
          replay_lsn: 700,
        },
        ...{
          tags: { nofailover: true, custom: [1] },
          pending_restart: true,
          pending_restart_reason: { a: { old_value: '1', new_value: '2' } },
        },
        scheduled_restart: { schedule: 't' },
      },
      status: { optime: 1000 },
    });
    expect(row).toEqual({
      ...{
        name: 'pg2',
        role: 'Replica',
        host: 'h',
        port: 5433,
        state: 'streaming',
        timeline: 4,
        version: '4.1.5',
        apiUrl: 'http://h:8008/patroni',
      },
      ...{
        receive: { lsn: 900, lagBytes: 100 },
        replay: { lsn: 700, lagBytes: 300 },
        position: { lsn: 900, lagBytes: 100 },
      },
      ...{ pendingRestart: true, pendingRestartReason: [{ parameter: 'a', oldValue: '1', newValue: '2' }] },
      ...{
        scheduledRestart: { at: 't', postgresVersion: null },
        tags: [
          ['nofailover', true],
          ['custom', [1]],
        ],
      },
    });
  });

  it('shows nothing where nothing is known', () => {
    expect(rows({ 'members/a': '{' })[0]).toMatchObject({
      host: null,
      port: null,
      state: null,
      timeline: null,
      receive: null,
      replay: null,
      position: null,
      tags: [],
      version: null,
    });
  });

  it('is in the order of the names', () => {
    expect(rows({ 'members/b': {}, 'members/B': {}, 'members/a': {} }).map(({ name }) => name)).toEqual([
      'B',
      'a',
      'b',
    ]);
  });

  it.each([
    [{}, ['Leader', 'Replica', 'Replica']],
    [{ synchronous_mode: true }, ['Leader', 'Sync Standby', 'Replica']],
    [{ synchronous_mode: 'quorum' }, ['Leader', 'Quorum Standby', 'Replica']],
    [{ synchronous_mode: true, standby_cluster: { host: 'h' } }, ['Standby Leader', 'Replica', 'Replica']],
  ])('with %j gives the roles %j', (config, roles) => {
    const sync = { leader: 'pg1', sync_standby: 'PG2' };
    expect(rows({ ...base, config, sync, 'members/pg2': {}, 'members/pg3': {} }).map(({ role }) => role)).toEqual(
      roles,
    );
  });

  it('shows how a standby replicates in place of its state, but not for the leader', () => {
    const member = { state: 'running', replication_state: 'in archive recovery' };
    expect(rows({ leader: 'a', 'members/a': member, 'members/b': member }).map(({ state }) => state)).toEqual([
      'running',
      'in archive recovery',
    ]);
    const config = { standby_cluster: { host: 'h' } };
    expect(rows({ config, leader: 'a', 'members/a': member })[0]?.state).toBe('in archive recovery');
  });

  it('gives the leader no lag', () => {
    expect(rows(base)[0]).toMatchObject({ receive: null, replay: null, position: { lsn: 1000, lagBytes: 0 } });
  });

  it('gives a replica that is ahead of /status a lag of 0, as patronictl does', () => {
    expect(rows({ ...base, 'members/pg2': { replay_lsn: 2000 } })[1]?.replay).toEqual({ lsn: 2000, lagBytes: 0 });
  });

  it('takes a position of 0 for one that is not known', () => {
    expect(rows({ ...base, 'members/pg2': { replay_lsn: 0, receive_lsn: 10 } })[1]).toMatchObject({
      replay: null,
      receive: { lagBytes: 990 },
    });
  });

  it('takes the one position of Patroni before 4.1 for what was received while streaming, else for what was replayed', () => {
    const old = (state: string) => ({ state: 'running', replication_state: state, xlog_location: 400 });
    const [, archive, streaming] = rows({
      ...base,
      'members/pg2': old('in archive recovery'),
      'members/pg3': old('streaming'),
    });
    expect([archive?.receive, archive?.replay?.lagBytes]).toEqual([null, 600]);
    expect([streaming?.receive?.lagBytes, streaming?.replay]).toEqual([600, null]);
    expect([archive, streaming].map((row) => row && lagBytes(row))).toEqual([600, 600]);
  });

  describe('under a leader of Patroni 3.0.2', () => {
    const old = { ...base, 'members/pg1': { ...base['members/pg1'], version: '3.0.2' } };

    it('shows who is in /sync whatever the mode, in the very words of the key', () => {
      const sync = { leader: 'pg1', sync_standby: 'pg2,PG3' };
      const shown = rows({ ...old, sync, 'members/pg2': {}, 'members/pg3': {} });
      expect(shown.map(({ role }) => role)).toEqual(['Leader', 'Sync Standby', 'Replica']);
    });

    it('knows no quorum', () => {
      const sync = { leader: 'pg1', sync_standby: 'pg2' };
      const shown = rows({ ...old, config: { synchronous_mode: 'quorum' }, sync, 'members/pg2': {} });
      expect(shown[1]?.role).toBe('Sync Standby');
    });

    it("shows a standby in PostgreSQL's state", () => {
      const member = { state: 'running', replication_state: 'streaming', xlog_location: 400 };
      expect(rows({ ...old, 'members/pg2': member })[1]?.state).toBe('running');
    });

    it('takes a position of 0 for the beginning of the WAL', () => {
      expect(rows({ ...old, 'members/pg2': { xlog_location: 0 } })[1]?.position).toEqual({ lsn: 0, lagBytes: 1000 });
    });

    it('gives both positions of a newer member', () => {
      const member = { xlog_location: 900, receive_lsn: 900, replay_lsn: 700 };
      expect(rows({ ...old, 'members/pg2': member })[1]).toMatchObject({
        receive: { lagBytes: 100 },
        replay: { lagBytes: 300 },
      });
    });
  });
});
