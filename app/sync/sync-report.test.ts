import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { syncReport } from './sync-report';

const streaming = (more: object = {}) => ({
  state: 'running',
  role: 'replica',
  replication_state: 'streaming',
  xlog_location: 1000,
  version: '4.1.5',
  ...more,
});
const down = { state: 'stopped', role: 'replica', version: '4.1.5' };

function report(config: object, sync: object | null, members: Record<string, object>, version = '4.1.5') {
  const built = build(
    nodes({
      leader: 'pg1',
      config,
      status: { optime: 1000 },
      ...(sync === null ? {} : { sync }),
      'members/pg1': { state: 'running', role: 'primary', timeline: 1, version },
      ...Object.fromEntries(Object.entries(members).map(([name, data]) => [`members/${name}`, data])),
    }),
  );
  return syncReport(built.groups[0]?.cluster ?? Cluster.empty);
}

const three = { pg2: streaming(), pg3: streaming(), pg4: streaming() };

describe('synchronous mode', () => {
  const sync = { leader: 'pg1', sync_standby: 'pg2', quorum: 0 };

  it('waits for all that are named', () => {
    const found = report(
      { synchronous_mode: true, synchronous_node_count: 2 },
      { leader: 'pg1', sync_standby: 'pg2,pg3' },
      three,
    );
    expect(found.numbers).toEqual({
      named: 2,
      mustConfirm: 2,
      canConfirm: 2,
      mayStop: 0,
      votesNeeded: 0,
      mayBeLost: 1,
    });
    expect(found.writes.kind).toBe('go-on');
  });

  it('waits a round when the only one is gone, and then goes on without', () => {
    expect(report({ synchronous_mode: true }, sync, { pg2: down }).writes.kind).toBe('wait-for-a-round');
    expect(report({ synchronous_mode: true }, { leader: 'pg1', sync_standby: null }, {}).writes.kind).toBe('go-on');
  });

  it('in strict mode waits until a standby comes back', () => {
    const config = { synchronous_mode: true, synchronous_mode_strict: true };
    expect(report(config, sync, { pg2: down }).writes.kind).toBe('wait');
    expect(report(config, { leader: 'pg1', sync_standby: null }, { pg2: down }).writes.kind).toBe('wait');
    expect(report(config, sync, { pg2: down, pg3: streaming() }).writes.kind).toBe('wait-for-a-round');
  });

  it('in strict mode with nobody to name takes anybody’s confirmation, a nosync member’s too', () => {
    const config = { synchronous_mode: true, synchronous_mode_strict: true };
    const found = report(config, { leader: 'pg1', sync_standby: null }, { pg2: streaming({ tags: { nosync: true } }) });
    expect(found.writes.kind).toBe('go-on');
    expect(found.standbys).toMatchObject([{ name: 'pg2', named: false, eligible: 'nosync' }]);
  });

  it('does not count a standby of a standby, nor one that takes WAL from the archive', () => {
    const found = report(
      { synchronous_mode: true },
      { leader: 'pg1', sync_standby: 'pg2' },
      {
        pg2: streaming(),
        pg3: streaming({ tags: { replicatefrom: 'pg2' } }),
        pg4: streaming({ replication_state: 'in archive recovery' }),
        pg5: streaming(),
      },
    );
    expect(found.standbys.map(({ name, eligible }) => [name, eligible])).toEqual([
      ['pg2', null],
      ['pg3', 'cascading'],
      ['pg4', 'not-streaming'],
      ['pg5', 'enough-others'],
    ]);
  });

  it('replaces a standby that is further behind than maximum_lag_on_syncnode', () => {
    const config = { synchronous_mode: true, maximum_lag_on_syncnode: 100 };
    const found = report(config, sync, { pg2: streaming({ xlog_location: 500, receive_lsn: 500 }) });
    expect(found.standbys[0]).toMatchObject({ eligible: 'behind', lagBytes: 500 });
  });

  it('says that a Patroni before 3.0.4 does not tell whether it streams', () => {
    const old = { state: 'running', role: 'replica', xlog_location: 1000, version: '3.0.2' };
    const found = report({ synchronous_mode: true }, sync, { pg2: old }, '3.0.2');
    expect(found.writes.kind).toBe('not-known');
    expect(found.standbys[0]?.confirms.kind).toBe('unknown');
  });

  it('does not take sync_priority for nosync before 4.1', () => {
    const members = { pg2: streaming({ tags: { sync_priority: 0 } }) };
    expect(report({ synchronous_mode: true }, null, members, '4.0.7').standbys[0]?.eligible).toBe('not-yet');
    expect(report({ synchronous_mode: true }, null, members, '4.1.5').standbys[0]?.eligible).toBe('nosync');
  });
});

describe('quorum mode', () => {
  const sync = { leader: 'pg1', sync_standby: 'pg2,pg3,pg4', quorum: 2 };
  const config = { synchronous_mode: 'quorum' };

  it('waits for as many as are named, less the votes that a candidate needs', () => {
    const { numbers, writes, mode } = report(config, sync, three);
    expect(mode).toBe('quorum');
    expect(numbers).toEqual({ named: 3, mustConfirm: 1, canConfirm: 3, mayStop: 2, votesNeeded: 2, mayBeLost: 0 });
    expect(writes.kind).toBe('go-on');
  });

  it('lets more be lost with the leader the more must confirm', () => {
    const { numbers } = report({ ...config, synchronous_node_count: 2 }, { ...sync, quorum: 1 }, three);
    expect(numbers).toMatchObject({ mustConfirm: 2, mayStop: 1, mayBeLost: 1 });
  });

  it('goes on with fewer after a round; in strict mode one must stay', () => {
    const gone = { pg2: down, pg3: down, pg4: down };
    expect(report(config, sync, gone).writes.kind).toBe('wait-for-a-round');
    const strict = { ...config, synchronous_mode_strict: true };
    expect(report(strict, sync, gone).writes.kind).toBe('wait');
    expect(report(strict, sync, { ...gone, pg4: streaming() }).writes.kind).toBe('go-on');
  });

  it('in strict mode with nobody named asks for any one, as the quorum code does', () => {
    const strict = { ...config, synchronous_mode_strict: true, synchronous_node_count: 2 };
    const found = report(strict, { leader: 'pg1', sync_standby: null, quorum: 0 }, { pg2: down });
    expect(found.numbers).toMatchObject({ named: 0, mustConfirm: 1 });
    expect(found.writes).toMatchObject({ kind: 'wait' });
    expect(found.writes.reasons[1]).toEqual({
      words:
        'In strict mode one standby must confirm at least: Patroni puts ANY 1 (*) there, or * before anybody was named, and any standby that streams may confirm.',
      source: 'patroni/ha.py: _process_quorum_replication',
    });
  });

  it('is off for a Patroni before 4.0, which does not know it', () => {
    expect(report(config, null, three, '3.3.2')).toMatchObject({ mode: 'async', notInEffect: 'quorum-not-known' });
  });
});

describe('without synchronous mode', () => {
  it('no commit waits by what the store says, which is not all', () => {
    const { kind, reasons } = report({}, null, three).writes;
    expect(kind).toBe('never-wait');
    expect(reasons.map(({ words }) => words).join(' ')).toContain('patroni.yml has it, which is not in the store');
  });

  it('the configuration may still name standbys itself, which Patroni leaves alone', () => {
    const parameters = { synchronous_standby_names: '*' };
    expect(report({ postgresql: { parameters } }, null, three).writes.kind).toBe('not-known');
  });

  it('a standby cluster takes no writes, whatever the mode says', () => {
    const found = report({ synchronous_mode: true, standby_cluster: { host: 'x' } }, null, three);
    expect(found).toMatchObject({
      mode: 'async',
      notInEffect: 'standby-cluster',
      writes: { kind: 'nobody-takes-them' },
    });
  });

  it('synchronous_commit off makes no commit wait in any mode', () => {
    const config = { synchronous_mode: true, postgresql: { parameters: { synchronous_commit: 'off' } } };
    expect(report(config, { leader: 'pg1', sync_standby: 'pg2' }, { pg2: down }).writes.kind).toBe('never-wait');
  });

  it('nobody takes writes without a leader, and a former leader in /sync is said to be one', () => {
    expect(syncReport(Cluster.empty).writes.kind).toBe('nobody-takes-them');
    const found = report({ synchronous_mode: true }, { leader: 'pg9', sync_standby: 'pg1' }, three);
    expect(found).toMatchObject({ leaderMatches: false, writes: { kind: 'not-known' } });
  });
});
