import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../app/dcs/memory-store';
import { ManualClock } from '../../app/manual-clock';
import type { Intent } from '../../app/operations/intent';
import type { OperationView } from '../../app/operations/record';
import { PRACTICE_NAMESPACE } from '../../app/practice/cluster-keys';
import { PracticeHerd } from '../../app/practice/herd';
import { Random } from '../../app/practice/random';
import { Feed } from '../inspection/feed';
import { Source } from '../inspection/source';
import { ConnectionDoors } from './connection-doors';
import { Operations } from './operations';

// The operations on the practice herd, whose members answer as Patroni does, with time moved by hand.

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const CLUSTER = 'practice/practice';

/** The practice herd has no PostgreSQL. */
const noDatabases = {
  ask: () => Promise.resolve({ kind: 'nobody-to-ask' } as const),
  login: () => ({ kind: 'nobody-to-ask' }) as const,
};

class Desk {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore(this.clock, { storeId: 'practice', version: 'practice herd' });
  readonly herd = new PracticeHerd(this.store, this.clock, new Random(7), { life: false });
  readonly folder = mkdtempSync(join(tmpdir(), 'herdscope-operations-'));
  readonly told: string[] = [];
  isWritable = true;
  isProduction = false;
  readonly feed: Feed;
  operations: Operations;

  constructor() {
    this.herd.start();
    this.feed = new Feed(this.clock, () => [], { send: () => undefined, happened: () => undefined });
    const source = new Source('practice', this.store, PRACTICE_NAMESPACE, this.clock, {
      onDirty: () => this.feed.sourceChanged(),
      onStatus: () => this.feed.connectionsChanged(),
    });
    this.feed.add(source);
    source.start();
    this.operations = this.open();
    ends.push(() => {
      this.operations.close();
      this.herd.stop();
      this.feed.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** The program's operations, as after a start. */
  open(): Operations {
    const way = () => ({
      name: 'Practice herd',
      practice: true,
      isWritable: this.isWritable,
      isProduction: this.isProduction,
      isLive: true,
      namespace: PRACTICE_NAMESPACE,
      members: this.herd.api,
      through: undefined,
      store: this.store,
    });
    const operations = new Operations({
      folder: this.folder,
      doors: new ConnectionDoors({ way }, this.feed, noDatabases),
      clock: this.clock,
      by: { user: 'dba', host: 'desk' },
      changed: () => undefined,
      ended: () => undefined,
      tell: (sentence) => void this.told.push(sentence),
    });
    operations.start();
    return operations;
  }

  /** Waits for what takes time in the herd. */
  async meanwhile<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    void promise.finally(() => (done = true));
    for (let i = 0; i < 1000 && !done; i += 1) await this.clock.advance(10);
    return promise;
  }

  get leader(): string {
    return this.feed.detail(CLUSTER)?.groups[0]?.cluster.leader?.member.name ?? '';
  }

  async begin(intent: Intent, typedName: string | null = null): Promise<string> {
    const planned = await this.meanwhile(this.operations.plan(CLUSTER, intent, false));
    if (!planned.ok) throw new Error(planned.error.message);
    const accepted = planned.value.plan.checks.filter(({ state }) => state === 'warning').map(({ id }) => id);
    const begun = await this.meanwhile(
      this.operations.begin({ clusterId: CLUSTER, intent, accepted, typedName, throughStore: false }),
    );
    if (!begun.ok) return `error: ${begun.error.message}`;
    return begun.value.kind === 'started' ? begun.value.view.record.id : `not started: ${begun.value.why}`;
  }

  view(id: string): OperationView {
    const view = this.operations.list(null).find(({ record }) => record.id === id);
    if (view === undefined) throw new Error(`no operation ${id}`);
    return view;
  }

  async end(id: string, seconds = 120): Promise<OperationView> {
    for (let i = 0; i < seconds * 10 && this.view(id).outcome === null; i += 1) await this.clock.advance(100);
    return this.view(id);
  }
}

const now = (leader: string, candidate: string | null = null): Intent => ({
  kind: 'switchover',
  group: null,
  leader,
  candidate,
  scheduledAt: null,
});

async function desk(): Promise<Desk> {
  const one = new Desk();
  await one.clock.advance(15_000);
  return one;
}

describe('a switchover', () => {
  it('is followed until every member follows the new leader, and the outage is measured', async () => {
    const one = await desk();
    const from = one.leader;
    const { outcome, record, outage, phases } = await one.end(await one.begin(now(from)));
    expect(outcome).toMatchObject({ kind: 'done' });
    expect(phases.map(({ state }) => state)).toEqual(phases.map(() => 'done'));
    expect([record.before.leader, record.after?.leader]).toEqual([from, one.leader]);
    expect(one.leader).not.toBe(from);
    expect(outage?.ms).toBeGreaterThan(0);
    expect(record.by).toEqual({ user: 'dba', host: 'desk' });
  });

  it('is not sent where writing is not allowed, nor without the typed name on production', async () => {
    const one = await desk();
    one.isWritable = false;
    expect(await one.begin(now(one.leader))).toMatch(/^error: Writing is not allowed/);
    one.isWritable = true;
    one.isProduction = true;
    expect(await one.begin(now(one.leader), 'practise')).toMatch(/^not started: The name/);
    expect((await one.end(await one.begin(now(one.leader), 'practice'))).outcome).toMatchObject({ kind: 'done' });
  });

  it('is planned on the cluster as it is when its members have answered, not as it was before', async () => {
    const one = await desk();
    const states = async (meanwhile: () => void): Promise<readonly string[]> => {
      const planning = one.operations.plan(CLUSTER, now(one.leader), false);
      meanwhile();
      const planned = await one.meanwhile(planning);
      return planned.ok ? planned.value.plan.checks.map(({ id, state }) => `${id} ${state}`) : [];
    };
    const [config] = one.store.list(`${PRACTICE_NAMESPACE}/practice/config`);
    if (config === undefined) throw new Error('no configuration');
    const before = await states(() => undefined);
    const paused = await states(() => {
      one.store.put(config.key, JSON.stringify({ ...(JSON.parse(config.value) as object), pause: true }));
      one.isWritable = false;
    });
    expect(paused.filter((check) => !before.includes(check))).toEqual(['writable stop', 'paused stop']);
  });

  it('is not sent when writing was forbidden while its members were asked', async () => {
    const one = await desk();
    const intent = now(one.leader);
    const planned = await one.meanwhile(one.operations.plan(CLUSTER, intent, false));
    const accepted = planned.ok ? planned.value.plan.checks.map(({ id }) => id) : [];
    const request = { clusterId: CLUSTER, intent, accepted, typedName: null, throughStore: false };
    const beginning = one.operations.begin(request);
    one.isWritable = false;
    expect(await one.meanwhile(beginning)).toMatchObject({ ok: false, error: { code: 'refused' } });
  });

  it('is sent once, though it was confirmed twice at the same moment', async () => {
    const one = await desk();
    const intent = now(one.leader);
    const begun = await Promise.all([one.begin(intent), one.begin(intent)]);
    const [started, ...rest] = begun.filter((answer) => !answer.startsWith('error: Another operation'));
    expect(rest).toEqual([]);
    expect((await one.end(started ?? '')).outcome).toMatchObject({ kind: 'done' });
  });

  it('is not sent from a leader that does not lead', async () => {
    const one = await desk();
    expect(await one.begin(now('practice-9'))).toMatch(/^not started: Something stops it/);
  });

  it('goes on being followed by the program that is started after this one', async () => {
    const one = await desk();
    const id = await one.begin(now(one.leader));
    await one.clock.advance(500);
    one.operations.close();
    one.operations = one.open();
    const { outcome, record } = await one.end(id);
    expect(outcome).toMatchObject({ kind: 'done' });
    expect(record.notes.map(({ words }) => words).join()).toMatch(/started again/);
  });

  it('is not sent by the program that is started after one that ended before it sent it', async () => {
    const one = await desk();
    const id = await one.begin(now(one.leader));
    one.operations.close();
    one.operations = one.open();
    expect((await one.end(id)).outcome).toMatchObject({ kind: 'refused' });
  });

  it('that is scheduled waits, and is cancelled by another operation', async () => {
    const one = await desk();
    const scheduledAt = new Date(one.clock.now() + 3_600_000).toISOString();
    const id = await one.begin({ kind: 'switchover', group: null, leader: one.leader, candidate: null, scheduledAt });
    await one.clock.advance(20_000);
    expect(one.view(id).phases[0]).toMatchObject({ id: 'accepted', state: 'done' });
    expect((await one.end(await one.begin({ kind: 'cancel-switchover', group: null }))).outcome).toMatchObject({
      kind: 'done',
    });
    expect((await one.end(id)).outcome).toMatchObject({ kind: 'cancelled' });
  });

  it('that is scheduled is carried out at its time', async () => {
    const one = await desk();
    const scheduledAt = new Date(one.clock.now() + 60_000).toISOString();
    const id = await one.begin({ kind: 'switchover', group: null, leader: one.leader, candidate: null, scheduledAt });
    expect((await one.end(id, 240)).outcome).toMatchObject({ kind: 'done' });
  });
});

describe('the other operations', () => {
  it('pause and resume, until every member says so', async () => {
    const one = await desk();
    expect((await one.end(await one.begin({ kind: 'pause', group: null }))).outcome).toMatchObject({ kind: 'done' });
    expect(await one.begin({ kind: 'pause', group: null })).toMatch(/^not started/);
    expect((await one.end(await one.begin({ kind: 'resume', group: null }))).outcome).toMatchObject({ kind: 'done' });
  });

  it('edit the configuration, unless somebody else did meanwhile', async () => {
    const one = await desk();
    const config = one.feed.detail(CLUSTER)?.groups[0]?.cluster.config;
    const edit = (loop: number): Intent => ({
      kind: 'edit-config',
      group: null,
      text: JSON.stringify({ ...config?.data, loop_wait: loop }),
      revision: config?.version ?? '0',
    });
    expect((await one.end(await one.begin(edit(8)))).outcome).toMatchObject({ kind: 'done' });
    expect(await one.begin(edit(9))).toMatch(/^not started/);
    expect(one.feed.detail(CLUSTER)?.groups[0]?.cluster.config?.data['loop_wait']).toBe(8);
  });

  it('restart, reload and reinitialize members', async () => {
    const one = await desk();
    const replicas = ['practice-1', 'practice-2', 'practice-3', 'practice-4'].filter((name) => name !== one.leader);
    const [first = '', second = ''] = replicas;
    const restart: Intent = { kind: 'restart', group: null, members: [first], scheduledAt: null, onlyPending: false };
    expect((await one.end(await one.begin(restart))).outcome).toMatchObject({ kind: 'done' });
    expect((await one.end(await one.begin({ kind: 'reload', group: null, members: replicas }))).outcome).toMatchObject({
      kind: 'done',
    });
    const anew: Intent = { kind: 'reinitialize', group: null, members: [second], fromLeader: true };
    expect((await one.end(await one.begin(anew), 300)).outcome).toMatchObject({ kind: 'done' });
    expect(await one.begin({ ...anew, members: [one.leader] })).toMatch(/^not started/);
  });
});
