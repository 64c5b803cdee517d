import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClusterBuilder } from '../../../app/cluster/build-cluster';
import { listAsJson } from '../../../app/cluster/patronictl-json';
import { rulesOf } from '../../../app/cluster/rules-of';
import type { WatchListener } from '../../../app/dcs/store';
import { ManualClock } from '../../../app/manual-clock';
import type { MemberApi } from '../../../app/operations/member-api';
import { isAvailable } from '../../../lab/available';
import { type Herd, startHerd } from '../../../lab/herd';
import { type RaftHerd, startRaftHerd } from '../../../lab/raft-herd';
import { HttpMemberApi } from '../../patroni-api/http-member-api';
import { systemClock } from '../../system-clock';
import { RestStore } from './rest-store';

const http = new HttpMemberApi({
  caFile: null,
  certFile: null,
  keyFile: null,
  keyPassword: null,
  username: null,
  password: null,
  verify: true,
});
const at = (port: number): string => `http://127.0.0.1:${String(port)}`;

/** What `patronictl list -e -f json` would print for the picture that the store gives. */
async function listed(store: RestStore, scope: string) {
  const snapshot = await store.snapshot('/');
  if (!snapshot.ok) throw new Error(snapshot.error.message);
  const nodes = new Map(snapshot.value.nodes.map((node) => [node.key, node]));
  const cluster = new ClusterBuilder('/').build(nodes).groups[0]?.cluster;
  if (cluster === undefined) throw new Error('no cluster was told');
  return listAsJson(cluster, { scope, extended: true, citus: false, group: null }, rulesOf(cluster));
}

/** In a herd at rest that is one look; it may move between the two questions. */
async function agrees(ours: () => Promise<unknown>, theirs: () => Promise<unknown>): Promise<void> {
  await vi.waitFor(
    async () => {
      const [a, b] = await Promise.all([ours(), theirs()]);
      expect(a).toEqual(b);
    },
    { timeout: 45_000, interval: 500 },
  );
}

for (const patroni of ['4.1', '3.0'] as const) {
  const name = `Patroni ${patroni} on the lab (main/stores/rest)`;
  describe.runIf(await isAvailable(name, 'herd'))(name, () => {
    let herd: Herd;
    beforeAll(async () => {
      herd = await startHerd({ patroni, members: 3, tags: { 'pg-3': { nofailover: true } } });
    }, 300_000);
    afterAll(() => herd?.stop());

    it('what one member is asked gives what patronictl lists', async () => {
      const store = new RestStore({
        kind: 'rest',
        members: [at(herd.member('pg-2').apiPort)],
        api: http,
        clock: systemClock,
      });
      await agrees(
        () => listed(store, herd.scope),
        () => herd.list(),
      );
      expect(store.findings(herd.scope)).toEqual([]);
      const snapshot = await store.snapshot('/');
      const keys = snapshot.ok ? snapshot.value.nodes.map(({ key }) => key) : [];
      expect(keys).toContain(`/${herd.scope}/config`);
      expect(keys).toContain(`/${herd.scope}/initialize`);
      expect(await store.probe('/')).toMatchObject({ ok: true, value: { clusterCount: 1 } });
      store.close();
    }, 60_000);

    it('a member that went away is told as silent; without the store there is no picture', async () => {
      const store = new RestStore({
        kind: 'rest',
        members: [at(herd.member('pg-1').apiPort)],
        api: http,
        clock: systemClock,
      });
      await store.snapshot('/');
      await herd.kill('pg-3');
      await store.snapshot('/');
      expect(store.findings(herd.scope)).toMatchObject([
        { code: 'rest-member-silent', subject: { kind: 'member', name: 'pg-3' } },
      ]);
      await herd.stopStore();
      const lost = await store.snapshot('/');
      expect(lost).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('cannot reach its store') as string },
      });
      store.close();
    }, 60_000);
  });
}

const raftSuite = 'Patroni on Raft (main/stores/rest)';
describe.runIf(await isAvailable(raftSuite, 'herd', 'herd-on-raft'))(raftSuite, () => {
  let herd: RaftHerd;
  beforeAll(async () => {
    herd = await startRaftHerd();
  }, 300_000);
  afterAll(() => herd?.stop());

  it('is read through its members, as patronictl lists it', async () => {
    const store = new RestStore({
      kind: 'raft',
      members: [at(herd.members[0]?.apiPort ?? 0)],
      api: http,
      clock: systemClock,
    });
    await agrees(
      () => listed(store, 'raft-herd'),
      () => herd.list(),
    );
    store.close();
  }, 60_000);
});

// Members that contradict each other cannot be had for the asking: these are answers, made as Patroni makes them.
describe('members that tell different things', () => {
  const member = (name: string, role: string) => ({
    name,
    role,
    state: 'running',
    api_url: `http://${name}:8008/patroni`,
  });
  const cluster = (leader: string) => ({
    scope: 'demo',
    members: ['a', 'b'].map((name) => member(name, name === leader ? 'leader' : 'replica')),
  });
  const own = (name: string, role: string, seen = 1_700_000_000) => ({
    state: 'running',
    role,
    dcs_last_seen: seen,
    patroni: { version: '4.1.5', scope: 'demo', name },
  });
  let answers: Record<string, unknown> = {};
  const api: MemberApi = {
    ask: async (url, { path }) => {
      const body = answers[`${url}${path}`];
      if (body !== undefined) return { kind: 'answered', status: 200, body: JSON.stringify(body), elapsedMs: 1 };
      if (`${url}/patroni` in answers) return { kind: 'answered', status: 502, body: '', elapsedMs: 1 };
      const failure = { kind: 'refused', endpoint: url, message: 'No.', advice: '', detail: '' } as const;
      return { kind: 'unreachable', failure, sent: 'no' };
    },
  };
  const told = (a: object, b: object, leaderByA: string, leaderByB: string) => ({
    'http://a:8008/patroni': a,
    'http://b:8008/patroni': b,
    'http://a:8008/cluster': cluster(leaderByA),
    'http://b:8008/cluster': cluster(leaderByB),
  });
  const make = (clock = new ManualClock()) =>
    new RestStore({ kind: 'rest', members: ['http://a:8008'], api, clock, everyMs: 1000 });
  const codes = (store: RestStore) => store.findings('demo').map(({ code }) => code);

  it('two leaders, two primaries and one that lost its store are each said', async () => {
    const store = make();
    answers = told(own('a', 'primary'), own('b', 'replica'), 'a', 'a');
    await store.snapshot('/');
    expect(codes(store)).toEqual([]);
    answers = told(own('a', 'primary'), own('b', 'primary'), 'a', 'b');
    await store.snapshot('/');
    expect(codes(store)).toEqual(['rest-leaders-disagree', 'rest-two-primaries']);
    answers = told(own('a', 'primary'), own('b', 'replica', 1_699_999_000), 'a', 'a');
    await store.snapshot('/');
    expect(codes(store)).toEqual(['rest-member-stale']);
  });

  it('what no member tells is in no key', async () => {
    answers = told(own('a', 'primary'), own('b', 'replica'), 'a', 'a');
    const snapshot = await make().snapshot('/');
    const nodes = snapshot.ok ? snapshot.value.nodes : [];
    expect(nodes.map(({ key }) => key)).toEqual(['/demo/leader', '/demo/members/a', '/demo/members/b']);
    expect(nodes.every(({ session }) => session === null)).toBe(true);
    expect(JSON.parse(nodes[2]?.value ?? '')).toEqual({
      api_url: 'http://b:8008/patroni',
      state: 'running',
      role: 'replica',
      version: '4.1.5',
    });
  });

  it('a watch tells what changed from round to round, and ends when nobody answers', async () => {
    const clock = new ManualClock();
    const store = make(clock);
    const heard: string[] = [];
    const listener: WatchListener = {
      onReady: () => heard.push('ready'),
      onBatch: ({ changes }) => {
        for (const one of changes) heard.push(one.kind === 'put' ? `${one.node.key}=${one.node.value}` : `-${one.key}`);
      },
      onEnd: (end) => heard.push(end.kind),
    };
    answers = told(own('a', 'primary'), own('b', 'replica'), 'a', 'a');
    const snapshot = await store.snapshot('/');
    store.watch('/', '999', { ...listener });
    await settle();
    expect(heard.splice(0)).toEqual(['compacted']);
    store.watch('/', String(BigInt(snapshot.ok ? snapshot.value.revision : '0') + 1n), listener);
    await settle();
    expect(heard.splice(0)).toEqual(['ready']);
    answers = told(own('a', 'replica'), own('b', 'primary'), 'b', 'b');
    await clock.advance(1000);
    await settle();
    expect(heard.splice(0)).toContain('/demo/leader=b');
    answers = {};
    await clock.advance(1000);
    await settle();
    expect(heard).toEqual(['failed']);
    store.close();
  });

  const settle = () => new Promise((resolve) => setTimeout(resolve, 30));
});
