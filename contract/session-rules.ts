import { expect } from 'vitest';
import { done, freshPrefix, Heard, node, session, until, values } from './tools';
import type { Rule } from './rule';
import type { Running } from './subject';

/** What a session keeps, and what goes with it. */
export function sessionRules(running: () => Running, it: Rule): void {
  const brief = (): number => running().shortestTtlSeconds;

  it('a key tells the session that it lives with', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const own = await session(store, 60);
    await done(store.create(`${at}a`, 'one', own));
    expect((await node(store, at, 'a')).session).toBe(own.id);
  });

  it('a session that expires takes exactly its keys with it', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const [dying, living] = [await session(store, brief()), await session(store, 60)];
    await done(store.create(`${at}leader`, 'a', dying));
    await done(store.create(`${at}members/a`, 'a', dying));
    await done(store.create(`${at}members/b`, 'b', living));
    await done(store.create(`${at}config`, '{}', null));
    await until(running(), async () => !Object.hasOwn(await values(store, at), 'leader'));
    expect(await values(store, at)).toEqual({ 'members/b': 'b', config: '{}' });
    expect(await dying.keepAlive()).toEqual({ ok: true, value: false });
  });

  it('a session that is kept alive outlives its TTL many times', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const own = await session(store, brief());
    await done(store.create(`${at}a`, 'one', own));
    for (let i = 0; i < 8; i += 1) {
      await running().pass(own.ttlSeconds / 3);
      expect(await own.keepAlive()).toEqual({ ok: true, value: true });
    }
    expect(await values(store, at)).toEqual({ a: 'one' });
  });

  it('a session that is closed takes its keys with it at once', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const own = await session(store, 60);
    await done(store.create(`${at}a`, 'one', own));
    await done(store.create(`${at}b`, 'two', null));
    expect(await own.close()).toEqual({ ok: true, value: true });
    expect(await values(store, at)).toEqual({ b: 'two' });
    expect(await own.close()).toEqual({ ok: true, value: false });
    expect(await own.keepAlive()).toEqual({ ok: true, value: false });
  });

  it('nothing is written with a session that is over', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const own = await session(store, 60);
    await own.close();
    expect(await store.create(`${at}a`, 'one', own)).toEqual({ kind: 'no-session' });
    expect(await store.set(`${at}a`, 'one', 'any', own)).toEqual({ kind: 'no-session' });
    expect(await values(store, at)).toEqual({});
  });

  it('a key that is set without a session stays when the session that it had ends', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const own = await session(store, 60);
    await done(store.create(`${at}a`, 'one', own));
    await done(store.set(`${at}a`, 'two', 'any', null));
    await own.close();
    expect(await node(store, at, 'a')).toMatchObject({ value: 'two', session: null });
  });

  it('a key that is set with another session lives with that one', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const [first, second] = [await session(store, 60), await session(store, 60)];
    await done(store.create(`${at}a`, 'one', first));
    await done(store.set(`${at}a`, 'one', 'any', second));
    await first.close();
    expect((await node(store, at, 'a')).session).toBe(second.id);
    await second.close();
    expect(await values(store, at)).toEqual({});
  });

  it(
    'others are told what is left of a session, and that it is over',
    async () => {
      const [store, other] = [running().open(), running().open()];
      const own = await session(store, 60);
      const [living] = await states(other, [own.id]);
      expect(living).toMatchObject({ id: own.id, grantedTtlSeconds: 60 });
      expect(living?.remainingTtlSeconds).toBeGreaterThan(0);
      await own.close();
      const [over] = await states(other, [own.id]);
      expect(over?.remainingTtlSeconds).toBeLessThanOrEqual(0);
    },
    async () => {
      // Nothing rather than a guess; who opened it knows.
      const [store, other] = [running().open(), running().open()];
      const own = await session(store, 60);
      expect(await states(other, [own.id])).toEqual([]);
      const [living] = await states(store, [own.id]);
      expect(living).toMatchObject({ id: own.id, grantedTtlSeconds: 60 });
      expect(living?.remainingTtlSeconds).toBeGreaterThan(0);
      await own.close();
      expect((await states(store, [own.id]))[0]?.remainingTtlSeconds).toBeLessThanOrEqual(0);
    },
  );

  it('a watch hears a session end as the deletion of each of its keys', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const own = await session(store, 60);
    await done(store.create(`${at}leader`, 'a', own));
    await done(store.create(`${at}members/a`, 'a', own));
    const heard = await Heard.from(running().open(), at);
    await own.close();
    await until(running(), () => heard.changes.length === 2);
    expect([...heard.words(at)].sort()).toEqual(['-leader', '-members/a']);
    heard.close();
  });
}

async function states(store: ReturnType<Running['open']>, ids: readonly string[]) {
  const answer = await store.sessions(ids);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}
