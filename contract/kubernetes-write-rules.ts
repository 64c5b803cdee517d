import { expect } from 'vitest';
import type { KubernetesSubject } from './kubernetes-subject';
import type { Rule } from './rule';
import { done, Heard, node, read, session, values } from './tools';

const never = (): never => {
  throw new Error('this is in the table of exceptions');
};

/** The rules of `write-rules.ts` and `session-rules.ts` with keys that have a place in Kubernetes, or what holds in their stead. */
export function kubernetesWriteRules(running: () => KubernetesSubject, it: Rule): void {
  const differs = (name: string, instead: () => Promise<void>): void => it(name, never, instead);
  const racers = (open: () => ReturnType<ReturnType<KubernetesSubject['fresh']>['open']>) =>
    Array.from({ length: 16 }, () => open());

  it('a key that is created can be read, with the revision that the write told', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const revision = await done(store.create(`${at}demo/config`, 'one', null));
    const found = await node(store, at, 'demo/config');
    expect(found).toMatchObject({ value: 'one', modRevision: revision, session: null, bytes: 3 });
  });

  it('a key that exists is not created again, and the refusal tells what is there', async () => {
    const { at, open } = running().fresh();
    const store = open();
    await done(store.create(`${at}demo/config`, 'one', null));
    const before = await node(store, at, 'demo/config');
    expect(await store.create(`${at}demo/config`, 'two', null)).toEqual({ kind: 'refused', found: before });
    expect(await node(store, at, 'demo/config')).toEqual(before);
  });

  it('of 16 who race to create a key one wins, and its value stays', async () => {
    const { at, open } = running().fresh();
    const all = racers(open);
    const written = await Promise.all(all.map((store, i) => store.create(`${at}demo/initialize`, `racer ${i}`, null)));
    const winners = written.flatMap(({ kind }, i) => (kind === 'done' ? [`racer ${i}`] : []));
    expect(winners).toHaveLength(1);
    expect(written.filter(({ kind }) => kind === 'refused')).toHaveLength(15);
    expect([(await node(open(), at, 'demo/initialize')).value]).toEqual(winners);
  });

  it('a set without a condition makes a key and writes over it', async () => {
    const { at, open } = running().fresh();
    const store = open();
    await done(store.set(`${at}demo/history`, '[1]', 'any', null));
    await done(store.set(`${at}demo/history`, '[2]', 'any', null));
    expect(await values(store, at)).toEqual({ 'demo/history': '[2]' });
  });

  it('a set with the revision that was read is done', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const first = await done(store.create(`${at}demo/config`, 'one', null));
    const second = await done(store.set(`${at}demo/config`, 'two', { modRevision: first }, null));
    expect(await node(store, at, 'demo/config')).toMatchObject({ value: 'two', modRevision: second });
    expect(BigInt(second)).toBeGreaterThan(BigInt(first));
  });

  it('a set with a stale revision is refused and changes nothing', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const stale = await done(store.create(`${at}demo/config`, 'one', null));
    await done(store.set(`${at}demo/config`, 'two', 'any', null));
    const found = await node(store, at, 'demo/config');
    const written = await store.set(`${at}demo/config`, 'three', { modRevision: stale }, null);
    expect(written).toEqual({ kind: 'refused', found });
    expect(await node(store, at, 'demo/config')).toEqual(found);
  });

  it('a set with the revision of a key that is gone is refused', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const key = `${at}demo/failover`;
    const stale = await done(store.create(key, '{"member":"b"}', null));
    await done(store.remove(key, null));
    const written = await store.set(key, '{"member":"c"}', { modRevision: stale }, null);
    expect(written).toEqual({ kind: 'refused', found: null });
    expect(await values(store, at)).toEqual({});
  });

  it('a key that was made anew does not take the revision that it had before', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const key = `${at}demo/failover`;
    const stale = await done(store.create(key, '{"member":"b"}', null));
    await done(store.remove(key, null));
    await done(store.create(key, '{"member":"b"}', null));
    expect((await store.set(key, '{"member":"c"}', { modRevision: stale }, null)).kind).toBe('refused');
  });

  it('a set with revision 0 is a create', async () => {
    const { at, open } = running().fresh();
    const store = open();
    await done(store.set(`${at}demo/config`, 'one', { modRevision: '0' }, null));
    expect((await store.set(`${at}demo/config`, 'two', { modRevision: '0' }, null)).kind).toBe('refused');
    expect(await values(store, at)).toEqual({ 'demo/config': 'one' });
  });

  it('of 16 who set a key with the same revision one wins', async () => {
    const { at, open } = running().fresh();
    const modRevision = await done(open().create(`${at}demo/config`, 'start', null));
    const all = racers(open);
    const written = await Promise.all(
      all.map((store, i) => store.set(`${at}demo/config`, `${i}`, { modRevision }, null)),
    );
    expect(written.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    const winner = written.findIndex(({ kind }) => kind === 'done');
    expect((await node(open(), at, 'demo/config')).value).toBe(`${winner}`);
  });

  it('a key is removed with its revision, not with a stale one', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const key = `${at}demo/sync`;
    const stale = await done(store.create(key, '{"leader":"a"}', null));
    const now = await done(store.set(key, '{"leader":"b"}', 'any', null));
    expect(await store.remove(key, stale)).toMatchObject({ kind: 'refused', found: { value: '{"leader":"b"}' } });
    await done(store.remove(key, now));
    expect(await values(store, at)).toEqual({});
    expect(await store.remove(key, now)).toEqual({ kind: 'refused', found: null });
  });

  it('a key is removed whatever it is, also when there is none', async () => {
    const { at, open } = running().fresh();
    const store = open();
    await done(store.create(`${at}demo/config`, 'one', null));
    await done(store.remove(`${at}demo/config`, null));
    await done(store.remove(`${at}demo/config`, null));
    await done(store.remove(`${at}demo/failover`, null));
    expect(await values(store, at)).toEqual({});
  });

  differs('what is removed below a prefix is all of it and nothing beside it', async () => {
    const { at, open, pod } = running().fresh();
    const store = open();
    pod('demo-0');
    await done(store.set(`${at}demo/members/demo-0`, '{}', 'any', null));
    const beside = ['dem/config', 'demo-x/config', 'demo2/config'];
    for (const key of ['demo/config', 'demo/0/config', ...beside]) await done(store.create(at + key, key, null));
    await done(store.removeAll(`${at}demo/`));
    expect(Object.keys(await values(store, at)).sort()).toEqual([...beside, 'demo/members/demo-0'].sort());
    await done(store.removeAll(`${at}demo/`));
    const members = await store.removeAll(`${at}demo/members/`);
    expect(members.kind === 'failed' ? members.failure.message : '').toContain('pods are Kubernetes’ own');
    expect((await store.removeAll(at)).kind).toBe('failed');
    expect((await store.removeAll('/elsewhere/demo/')).kind).toBe('failed');
  });

  differs('a value of 1 MB comes back as it was', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const value = 'é🐘"\\\n'.repeat(20_000);
    await done(store.create(`${at}demo/config`, value, null));
    const found = await node(open(), at, 'demo/config');
    expect([found.bytes, found.value === value]).toEqual([Buffer.byteLength(value), true]);
    const refused = await store.set(`${at}demo/config`, value.repeat(2), 'any', null);
    expect(refused.kind === 'failed' ? refused.failure.message : refused.kind).toContain('262144 bytes');
    expect((await node(open(), at, 'demo/config')).value === value).toBe(true);
  });

  differs('names and values of any Unicode, and empty values, come back as they were', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const told = ['Ünï-код 象 🐘\n\u0001', '__proto__', 'constructor', '', 'x%2Fy?z#*', '/', '\\'];
    for (const [i, value] of told.entries()) await done(store.create(`${at}d${i}/config`, value, null));
    expect(Object.values(await values(store, at))).toEqual(told);
    for (const name of ['members/Ünï', 'members/🐘', '__proto__', 'anything', 'members/..', 'members/A']) {
      const key = `${at}demo/${name}`;
      const { writes } = running().api;
      const before = writes.length;
      const refused = await store.create(key, 'x', null);
      expect(refused.kind === 'failed' ? refused.failure.message : refused.kind).toContain(key);
      expect(writes.length).toBe(before);
    }
    // What is no pod is no member.
    const member = await store.create(`${at}demo/members/away`, '{}', null);
    expect(member.kind === 'failed' ? member.failure.message : member.kind).toContain('no pod away');
  });

  differs('a key with an empty value stays when another is made below it', async () => {
    const { at, open } = running().fresh();
    const store = open();
    await done(store.create(`${at}demo/config`, '', null));
    expect((await store.create(`${at}demo/config/b`, 'x', null)).kind).toBe('failed');
    expect(await values(store, at)).toEqual({ 'demo/config': '' });
  });

  it('5,000 keys are read each once', async () => {
    const { at, open, pod } = running().fresh();
    const names = Array.from({ length: 5000 }, (_, i) => `p-${i}`);
    for (const name of names) pod(name);
    const keys = (await read(open(), at)).nodes.map(({ key }) => key.slice(`${at}demo/members/`.length));
    expect(keys.length).toBe(5000);
    expect(new Set(keys)).toEqual(new Set(names));
  });

  differs('keys are told in order, and the snapshot is not older than the last write', async () => {
    const { at, open } = running().fresh();
    const store = open();
    for (const name of ['b/config', 'a/config', 'a/history', 'a-c/config'])
      await done(store.create(at + name, '1', null));
    const last = await done(store.set(`${at}b/config`, 'again', 'any', null));
    const snapshot = await read(store, at);
    const names = snapshot.nodes.map(({ key }) => key.slice(at.length));
    expect(names).toEqual(['a-c/config', 'a/config', 'a/history', 'b/config']);
    expect(BigInt(snapshot.revision)).toBeGreaterThanOrEqual(BigInt(last));
  });

  // Sessions

  it('nothing is written with a session that is over', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const own = await session(store, 60);
    await own.close();
    expect(await store.create(`${at}demo/leader`, 'one', own)).toEqual({ kind: 'no-session' });
    expect(await store.set(`${at}demo/leader`, 'one', 'any', own)).toEqual({ kind: 'no-session' });
    expect(await values(store, at)).toEqual({});
  });

  differs('a key tells the session that it lives with', async () => {
    const { at, open, object } = running().fresh();
    const store = open();
    const own = await session(store, 20);
    await done(store.create(`${at}demo/leader`, 'a', own));
    expect((await node(store, at, 'demo/leader')).session).toBeNull();
    expect(object(running().leaderOf('demo'))).toMatchObject({ leader: 'a', ttl: '20', transitions: '0' });
  });

  differs('a session that expires takes exactly its keys with it', async () => {
    const { at, open, pod } = running().fresh();
    const store = open();
    pod('a');
    const own = await session(store, 1);
    await done(store.create(`${at}demo/leader`, 'a', own));
    await done(store.set(`${at}demo/members/a`, '{}', 'any', own));
    await done(store.create(`${at}demo/config`, '{}', null));
    await expect
      .poll(async () => Object.keys(await values(store, at)), { timeout: 5000 })
      .toEqual(['demo/config', 'demo/members/a']);
    expect(await own.keepAlive()).toEqual({ ok: true, value: false });
    // Whoever sees that it has run out takes it, and begins a new term.
    await done(store.create(`${at}demo/leader`, 'b', await session(store, 20)));
    expect(await values(store, at)).toMatchObject({ 'demo/leader': 'b' });
  });

  differs('a session that is kept alive outlives its TTL many times', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const own = await session(store, 1);
    await done(store.create(`${at}demo/leader`, 'a', own));
    for (let i = 0; i < 6; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await own.keepAlive()).toEqual({ ok: true, value: true });
      await done(store.set(`${at}demo/leader`, 'a', 'any', own));
    }
    expect(await values(store, at)).toEqual({ 'demo/leader': 'a' });
  });

  differs('a session that is closed takes its keys with it at once', async () => {
    const { at, open, pod } = running().fresh();
    const store = open();
    pod('a');
    const own = await session(store, 60);
    await done(store.create(`${at}demo/leader`, 'a', own));
    await done(store.set(`${at}demo/members/a`, '{}', 'any', own));
    expect(await own.close()).toEqual({ ok: true, value: true });
    expect(Object.keys(await values(store, at))).toEqual(['demo/members/a']);
    expect(await own.close()).toEqual({ ok: true, value: false });
    expect(await own.keepAlive()).toEqual({ ok: true, value: false });
  });

  const lockOfAnother = async (): Promise<void> => {
    const { at, open, object } = running().fresh();
    const store = open();
    const [first, second] = [await session(store, 60), await session(store, 60)];
    await done(store.create(`${at}demo/leader`, 'a', first));
    const before = object(running().leaderOf('demo'));
    await done(store.set(`${at}demo/leader`, 'b', 'any', second));
    await first.close();
    expect(await values(store, at)).toEqual({ 'demo/leader': 'b' });
    expect([before?.['transitions'], object(running().leaderOf('demo'))?.['transitions']]).toEqual(['0', '1']);
    await second.close();
    expect(await values(store, at)).toEqual({});
  };
  differs('a key that is set with another session lives with that one', lockOfAnother);
  differs('a key that is set without a session stays when the session that it had ends', lockOfAnother);

  differs('others are told what is left of a session, and that it is over', async () => {
    const { open } = running().fresh();
    await session(open(), 60);
    expect(await open().sessions()).toEqual({ ok: true, value: [] });
  });

  differs('a watch hears a session end as the deletion of each of its keys', async () => {
    const { at, open } = running().fresh();
    const store = open();
    const own = await session(store, 60);
    await done(store.create(`${at}demo/leader`, 'a', own));
    const heard = await Heard.from(open(), at);
    await own.close();
    await expect.poll(() => heard.words(at), { timeout: 5000 }).toEqual(['-demo/leader']);
    heard.close();
  });
}
