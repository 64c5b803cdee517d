import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { forecast, type Forecast } from './forecast';

/** A replica as Patroni 4.1 writes it, at this position. */
const at = (position: number | null, more: object = {}) => ({
  state: 'running',
  role: 'replica',
  replication_state: 'streaming',
  api_url: 'http://10.0.0.1:8008/patroni',
  timeline: 3,
  version: '4.1.5',
  ...(position === null ? {} : { xlog_location: position, receive_lsn: position, replay_lsn: position }),
  ...more,
});
const tagged = (position: number, tags: object) => at(position, { tags });

function of(members: Record<string, object>, keys: Record<string, unknown> = {}): Forecast {
  const built = build(
    nodes({
      config: {},
      leader: 'pg1',
      status: { optime: 10_000 },
      'members/pg1': { ...at(10_000), role: 'primary' },
      ...Object.fromEntries(Object.entries(members).map(([name, data]) => [`members/${name}`, data])),
      ...keys,
    }),
  );
  return forecast(built.groups[0]?.cluster ?? Cluster.empty);
}

const barsOf = (made: Forecast, name: string) => made.candidates.find((one) => one.name === name)?.bars;

describe('if the leader died now', () => {
  it('the only replica would lead, and what it has not received is at risk', () => {
    const made = of({ pg2: at(9000) });
    expect(made.outcome).toEqual({ kind: 'winner', member: 'pg2', certain: true });
    expect(made.atRiskBytes).toBe(1000);
  });

  it('the furthest would lead, which may be another one when they report again', () => {
    const made = of({ pg2: at(9000), pg3: at(9500) });
    expect(made.outcome).toEqual({ kind: 'winner', member: 'pg3', certain: false });
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'behind', member: 'pg3', bytes: 500 }]);
  });

  it('of two that are as far, either would; what is at risk is that of the one furthest behind', () => {
    expect(of({ pg3: at(9000), pg2: at(9000) }).outcome).toEqual({ kind: 'any-of', members: ['pg2', 'pg3'] });
  });

  it('a received position counts, not only what was replayed', () => {
    const made = of({ pg2: at(9000), pg3: at(8000, { receive_lsn: 9500 }) });
    expect(made.outcome).toMatchObject({ kind: 'winner', member: 'pg3' });
  });

  it('nobody would without another member', () => {
    expect(of({}).outcome).toEqual({ kind: 'nobody', why: 'alone' });
  });

  it('nobody would while paused', () => {
    const made = of({ pg2: at(9000) }, { config: { pause: true } });
    expect(made.outcome).toEqual({ kind: 'nobody', why: 'paused' });
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'paused' }]);
  });

  it('it is not told when a member tells no position', () => {
    expect(of({ pg2: at(9000), pg3: at(null) }).outcome).toEqual({ kind: 'cannot-tell', members: ['pg3'] });
  });
});

describe('a member stays out', () => {
  it('with nofailover or a failover_priority of 0, and is left out even when it is ahead', () => {
    const made = of({
      pg2: at(9000),
      pg3: tagged(9900, { nofailover: true }),
      pg4: tagged(9800, { failover_priority: 0 }),
    });
    expect(made.outcome).toEqual({ kind: 'winner', member: 'pg2', certain: true });
    expect(barsOf(made, 'pg3')).toEqual([{ kind: 'nofailover' }]);
    expect(barsOf(made, 'pg4')).toEqual([{ kind: 'nofailover' }]);
  });

  it('when its PostgreSQL does not run', () => {
    const made = of({ pg2: at(9000), pg3: at(9900, { state: 'starting' }) });
    expect(made.outcome).toMatchObject({ kind: 'winner', member: 'pg2' });
    expect(barsOf(made, 'pg3')).toEqual([{ kind: 'not-running', state: 'starting' }]);
  });

  it('behind by more than maximum_lag_on_failover, and then there may be nobody', () => {
    const config = { maximum_lag_on_failover: 500 };
    expect(of({ pg2: at(9500) }, { config }).outcome).toMatchObject({ kind: 'winner', member: 'pg2' });
    const made = of({ pg2: at(9499) }, { config });
    expect(made.outcome).toEqual({ kind: 'nobody', why: 'all-out' });
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'lag', lagBytes: 501, limitBytes: 500 }]);
  });

  it('on an old timeline, where check_timeline asks for it', () => {
    const history = [[3, 5000, 'no recovery target specified']];
    expect(of({ pg2: at(9000) }, { history }).outcome).toMatchObject({ kind: 'winner' });
    const made = of({ pg2: at(9000) }, { history, config: { check_timeline: true } });
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'timeline', own: 3, cluster: 4 }]);
  });

  it('on an old timeline and ahead, and keeps the others out too', () => {
    const history = [[3, 5000, 'no recovery target specified']];
    const members = { pg2: at(9000, { timeline: 4 }), pg3: at(9900) };
    const made = of(members, { history, config: { check_timeline: true } });
    expect(made.outcome).toEqual({ kind: 'nobody', why: 'all-out' });
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'behind', member: 'pg3', bytes: 900 }]);
  });

  it('as far as another with a higher failover_priority', () => {
    const made = of({ pg2: tagged(9000, { failover_priority: 2 }), pg3: tagged(9000, { failover_priority: 5 }) });
    expect(made.outcome).toEqual({ kind: 'winner', member: 'pg3', certain: false });
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'priority', member: 'pg3', own: 2, theirs: 5 }]);
  });

  it('when /failsafe lists members and not this one', () => {
    const keys = { config: { failsafe_mode: true }, failsafe: { pg1: 'http://a', pg2: 'http://b' } };
    const made = of({ pg2: at(9000), pg3: at(9500) }, keys);
    expect(barsOf(made, 'pg3')).toEqual([{ kind: 'not-in-failsafe' }]);
    // It answers the others all the same, and is ahead of them.
    expect(made.outcome).toEqual({ kind: 'nobody', why: 'all-out' });
  });

  it('beside a primary without the lock, which takes it', () => {
    const made = of({ pg2: at(9000), pg3: at(8000, { role: 'primary' }) });
    expect(made.outcome).toEqual({ kind: 'winner', member: 'pg3', certain: true });
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'primary-alive', member: 'pg3' }]);
  });
});

describe('in synchronous mode', () => {
  const config = { synchronous_mode: true };

  it('only who is named in /sync would lead, however far another is', () => {
    const made = of({ pg2: at(9000), pg3: at(9900) }, { config, sync: { leader: 'pg1', sync_standby: 'pg2' } });
    expect(made.outcome).toEqual({ kind: 'winner', member: 'pg2', certain: true });
    expect(barsOf(made, 'pg3')).toEqual([{ kind: 'not-synchronous' }]);
    expect([made.keepsSyncCommits, of({ pg2: at(9000) }).keepsSyncCommits]).toEqual([true, false]);
  });

  it('everyone may before /sync names a leader', () => {
    const made = of({ pg2: at(9000), pg3: at(9900) }, { config, sync: { leader: null, sync_standby: null } });
    expect(made.outcome).toMatchObject({ kind: 'winner', member: 'pg3' });
  });

  it('in quorum mode it needs the votes of those named', () => {
    const keys = {
      config: { synchronous_mode: 'quorum' },
      sync: { leader: 'pg1', sync_standby: 'pg2,pg3', quorum: 1 },
    };
    expect(of({ pg2: at(9500), pg3: at(9000) }, keys).outcome).toMatchObject({ kind: 'winner', member: 'pg2' });
    const made = of({ pg2: at(9500), pg3: at(9000, { state: 'stopped' }) }, keys);
    expect(barsOf(made, 'pg2')).toEqual([{ kind: 'votes', votes: 0, needed: 1 }]);
    expect(made.outcome).toEqual({ kind: 'nobody', why: 'all-out' });
  });
});

describe('where the leader of /sync is there again without the lock', () => {
  const keys = { leader: 'gone', config: { synchronous_mode: true }, sync: { leader: 'pg1', sync_standby: 'pg2' } };

  it('it keeps nobody out by being ahead', () => {
    const made = of({ pg1: at(9900), pg2: at(9000) }, keys);
    expect(barsOf(made, 'pg2')).toEqual([]);
  });

  it('it keeps nobody out by its failover_priority', () => {
    const made = of({ pg1: tagged(9000, { failover_priority: 5 }), pg2: at(9000) }, keys);
    expect(barsOf(made, 'pg2')).toEqual([]);
  });
});

describe('in quorum mode', () => {
  const keys = {
    config: { synchronous_mode: 'quorum' },
    sync: { leader: 'pg1', sync_standby: 'pg2,pg3', quorum: 1 },
  };

  it('a member that /sync does not name needs one vote more', () => {
    expect(barsOf(of({ pg2: at(9000), pg3: at(9000), pg4: at(9500) }, keys), 'pg4')).toEqual([]);
    const stopped = at(9000, { state: 'stopped' });
    expect(barsOf(of({ pg2: at(9000), pg3: stopped, pg4: at(9500) }, keys), 'pg4')).toEqual([
      { kind: 'votes', votes: 0, needed: 1 },
    ]);
  });

  it('a member that tells no position gives no vote', () => {
    expect(barsOf(of({ pg2: at(9500), pg3: at(null) }, keys), 'pg2')).toEqual([{ kind: 'votes', votes: 0, needed: 1 }]);
  });
});

describe('with a request in /failover', () => {
  it('who was asked for leads, though it is behind', () => {
    const made = of({ pg2: at(9000), pg3: at(9900) }, { failover: { leader: 'pg1', member: 'pg2' } });
    expect(made.outcome).toMatchObject({ kind: 'winner', member: 'pg2' });
    expect(barsOf(made, 'pg3')).toEqual([{ kind: 'gives-way', candidate: 'pg2' }]);
  });

  it('it is not certain that who was asked for leads: where it cannot be reached, the others race', () => {
    const made = of({ pg2: at(9000), pg3: at(9000) }, { failover: { leader: 'pg1', member: 'pg2' } });
    expect(made.outcome).toEqual({ kind: 'winner', member: 'pg2', certain: false });
  });

  it('the others race when who was asked for does not run', () => {
    const keys = { failover: { leader: 'pg1', member: 'pg2' } };
    const made = of({ pg2: at(9000, { state: 'stopped' }), pg3: at(8000) }, keys);
    expect(made.outcome).toMatchObject({ kind: 'winner', member: 'pg3' });
  });

  it('a failover to a member is carried out while paused', () => {
    const made = of({ pg2: at(9000), pg3: at(9500) }, { config: { pause: true }, failover: { member: 'pg2' } });
    expect(made.outcome).toMatchObject({ kind: 'winner', member: 'pg2' });
  });
});

describe('by the rules of an older Patroni', () => {
  it('there is no failover_priority before 3.2', () => {
    const old = { version: '3.0.2' };
    const members = {
      pg1: { ...at(10_000, old), role: 'primary' },
      pg2: at(9000, { ...old, tags: { failover_priority: 0 } }),
    };
    expect(of(members).outcome).toMatchObject({ kind: 'winner', member: 'pg2' });
  });
});
