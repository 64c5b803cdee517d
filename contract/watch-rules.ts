import { expect } from 'vitest';
import type { WritableStore } from '../app/dcs/store';
import { areInOrder, done, freshPrefix, Heard, read, until, values } from './tools';
import type { Rule } from './rule';
import type { Running } from './subject';

/** What a watch hears. */
export function watchRules(running: () => Running, it: Rule): void {
  it(
    'a watch hears each change once and in order',
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      const heard = await Heard.from(running().open(), at);
      const expected: string[] = [];
      for (let i = 0; i < 100; i += 1) {
        await done(store.set(`${at}k${i % 7}`, `${i}`, 'any', null));
        expected.push(`k${i % 7}=${i}`);
        if (i % 10 === 9) {
          await done(store.remove(`${at}k${i % 7}`, null));
          expected.push(`-k${i % 7}`);
        }
      }
      await until(running(), () => heard.changes.length >= expected.length);
      await running().pass(0.1);
      expect(heard.words(at)).toEqual(expected);
      heard.close();
    },
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      const heard = await Heard.from(running().open(), at);
      const expected: string[] = [];
      for (let i = 0; i < 100; i += 1) {
        const revision = await done(store.set(`${at}k${i % 7}`, `${i}`, 'any', null));
        expect(
          heard.changes.every(
            (change) => change.kind === 'delete' || BigInt(change.node.modRevision) <= BigInt(revision),
          ),
        ).toBe(true);
        expected.push(`k${i % 7}=${i}`);
        if (i % 10 === 9) {
          await done(store.remove(`${at}k${i % 7}`, null));
          expected.push(`-k${i % 7}`);
        }
      }
      await done(store.set(`${at}end`, '', 'any', null));
      await until(running(), () => heard.words(at).includes('end='));
      expect(areInOrder(heard.words(at), [...expected, 'end='])).toBe(true);
      expect(heard.values(at)).toEqual(await values(store, at));
      heard.close();
    },
  );

  it(
    'a watch from an older revision hears what has happened since',
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      const { revision } = await read(store, at);
      await done(store.create(`${at}a`, 'one', null));
      await done(store.set(`${at}a`, 'two', 'any', null));
      await done(store.remove(`${at}a`, null));
      const heard = new Heard(store, at, revision);
      await until(running(), () => heard.changes.length === 3);
      expect(heard.words(at)).toEqual(['a=one', 'a=two', '-a']);
      heard.close();
    },
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      await done(store.create(`${at}gone`, '', null));
      const { revision } = await read(store, at);
      await done(store.create(`${at}a`, 'one', null));
      await done(store.set(`${at}a`, 'two', 'any', null));
      await done(store.remove(`${at}gone`, null));
      const heard = new Heard(store, at, revision);
      await until(running(), () => heard.changes.length === 2);
      expect(heard.words(at)).toEqual(['a=two', '-gone']);
      heard.close();
    },
  );

  it(
    'a watch goes on from a revision that another client read',
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      await done(store.create(`${at}gone`, 'x', null));
      const { revision } = await read(store, at);
      await done(store.remove(`${at}gone`, null));
      await done(store.set(`${at}a`, 'one', 'any', null));
      const heard = new Heard(running().open(), at, revision);
      await until(running(), () => heard.changes.length === 2);
      expect(heard.words(at)).toEqual(['-gone', 'a=one']);
      heard.close();
    },
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      await done(store.create(`${at}gone`, 'x', null));
      await done(store.create(`${at}a`, 'one', null));
      const before = await read(store, at);
      // Where only values changed ZooKeeper tells what they were changed to; Consul says that it cannot …
      await done(store.set(`${at}a`, 'two', 'any', null));
      const set = new Heard(running().open(), at, before.revision);
      await until(running(), () => set.changes.length === 1 || set.end !== null);
      expect(set.end === null ? set.words(at) : [set.end.kind]).toEqual([set.end === null ? 'a=two' : 'compacted']);
      set.close();
      // … but not what went away: it says so instead of leaving it out.
      await done(store.remove(`${at}gone`, null));
      const heard = new Heard(running().open(), at, before.revision);
      await until(running(), () => heard.end !== null);
      expect(heard.end?.kind).toBe('compacted');
      expect(heard.changes).toEqual([]);
    },
  );

  const besideIsNotHeard = async (beside: readonly string[]): Promise<void> => {
    const [store, at] = [running().open(), freshPrefix()];
    const heard = await Heard.from(running().open(), `${at}demo/`);
    for (const name of beside) await done(store.create(at + name, 'x', null));
    await done(store.create(`${at}demo/leader`, 'x', null));
    await store.create(`${at}demo/leader`, 'y', null);
    await store.set(`${at}demo/leader`, 'y', { modRevision: '1' }, null);
    await done(store.remove(`${at}demo/nothing`, null));
    await done(store.create(`${at}demo/end`, 'x', null));
    await until(running(), () => heard.words(at).includes('demo/end=x'));
    expect(heard.words(at)).toEqual(['demo/leader=x', 'demo/end=x']);
    heard.close();
  };
  it(
    'a watch hears nothing of what lies beside its prefix, of refused writes and of removing nothing',
    () => besideIsNotHeard(['demo2/leader', 'demo']),
    () => besideIsNotHeard(['demo2/leader', 'demo-x']),
  );

  it('a watch hears the removal of a whole prefix as the deletion of each key', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    for (const name of ['a', 'b', 'c']) await done(store.create(at + name, '', null));
    const heard = await Heard.from(running().open(), at);
    await done(store.removeAll(at));
    await until(running(), () => heard.changes.length === 3);
    expect([...heard.words(at)].sort()).toEqual(['-a', '-b', '-c']);
    heard.close();
  });

  it(
    'all who watch hear the same, whoever writes',
    async () => {
      const at = freshPrefix();
      const writers = [running().open(), running().open(), running().open()];
      const watchers = [await Heard.from(running().open(), at), await Heard.from(running().open(), at)];
      await writeAtOnce(writers, at);
      await until(running(), () => watchers.every(({ changes }) => changes.length >= 60));
      expect(watchers[0]?.words(at)).toEqual(watchers[1]?.words(at));
      expect(new Set(watchers[0]?.words(at)).size).toBe(60);
      for (const heard of watchers) heard.close();
    },
    async () => {
      const at = freshPrefix();
      const writers = [running().open(), running().open(), running().open()];
      const watchers = [await Heard.from(running().open(), at), await Heard.from(running().open(), at)];
      await writeAtOnce(writers, at);
      const [store] = writers;
      if (store === undefined) throw new Error('three were opened');
      await done(store.set(`${at}end`, '', 'any', null));
      await until(running(), () => watchers.every((heard) => heard.words(at).includes('end=')));
      for (const heard of watchers) {
        expect(new Set(heard.words(at)).size).toBe(heard.changes.length);
        expect(heard.values(at)).toEqual(await values(store, at));
        heard.close();
      }
    },
  );

  it('a watch that was closed hears nothing more', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const heard = await Heard.from(store, at);
    await done(store.create(`${at}a`, 'one', null));
    await until(running(), () => heard.changes.length === 1);
    heard.close();
    await done(store.create(`${at}b`, 'two', null));
    await running().pass(0.2);
    expect(heard.changes).toHaveLength(1);
    expect(heard.end).toBeNull();
  });
}

/** Each writes 20 values to one key, all at the same time. */
async function writeAtOnce(writers: readonly WritableStore[], at: string): Promise<void> {
  await Promise.all(
    writers.map(async (store, w) => {
      for (let i = 0; i < 20; i += 1) await done(store.set(`${at}a`, `${w}:${i}`, 'any', null));
    }),
  );
}
