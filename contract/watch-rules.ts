import { expect, it } from 'vitest';
import { done, freshPrefix, Heard, read, until } from './tools';
import type { Running } from './subject';

/** What a watch hears. */
export function watchRules(running: () => Running): void {
  it('a watch hears each change once and in order', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const heard = new Heard(running().open(), at, (await read(store, at)).revision);
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
  });

  it('a watch from an older revision hears what has happened since', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const { revision } = await read(store, at);
    await done(store.create(`${at}a`, 'one', null));
    await done(store.set(`${at}a`, 'two', 'any', null));
    await done(store.remove(`${at}a`, null));
    const heard = new Heard(store, at, revision);
    await until(running(), () => heard.changes.length === 3);
    expect(heard.words(at)).toEqual(['a=one', 'a=two', '-a']);
    heard.close();
  });

  it('a watch hears nothing of what lies beside its prefix, of refused writes and of removing nothing', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const heard = new Heard(running().open(), `${at}demo/`, (await read(store, at)).revision);
    await done(store.create(`${at}demo2/leader`, 'x', null));
    await done(store.create(`${at}demo`, 'x', null));
    await done(store.create(`${at}demo/leader`, 'x', null));
    await store.create(`${at}demo/leader`, 'y', null);
    await store.set(`${at}demo/leader`, 'y', { modRevision: '1' }, null);
    await done(store.remove(`${at}demo/nothing`, null));
    await done(store.create(`${at}demo/end`, 'x', null));
    await until(running(), () => heard.words(at).includes('demo/end=x'));
    expect(heard.words(at)).toEqual(['demo/leader=x', 'demo/end=x']);
    heard.close();
  });

  it('a watch hears the removal of a whole prefix as the deletion of each key', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    for (const name of ['a', 'b', 'c']) await done(store.create(at + name, '', null));
    const heard = new Heard(running().open(), at, (await read(store, at)).revision);
    await done(store.removeAll(at));
    await until(running(), () => heard.changes.length === 3);
    expect([...heard.words(at)].sort()).toEqual(['-a', '-b', '-c']);
    heard.close();
  });

  it('all who watch hear the same, whoever writes', async () => {
    const at = freshPrefix();
    const writers = [running().open(), running().open(), running().open()];
    const { revision } = await read(running().open(), at);
    const watchers = [new Heard(running().open(), at, revision), new Heard(running().open(), at, revision)];
    await Promise.all(
      writers.map(async (store, w) => {
        for (let i = 0; i < 20; i += 1) await done(store.set(`${at}a`, `${w}:${i}`, 'any', null));
      }),
    );
    await until(running(), () => watchers.every(({ changes }) => changes.length >= 60));
    expect(watchers[0]?.words(at)).toEqual(watchers[1]?.words(at));
    expect(new Set(watchers[0]?.words(at)).size).toBe(60);
    for (const heard of watchers) heard.close();
  });

  it('a watch that was closed hears nothing more', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const heard = new Heard(store, at, (await read(store, at)).revision);
    await done(store.create(`${at}a`, 'one', null));
    await until(running(), () => heard.changes.length === 1);
    heard.close();
    await done(store.create(`${at}b`, 'two', null));
    await running().pass(0.2);
    expect(heard.changes).toHaveLength(1);
    expect(heard.end).toBeNull();
  });
}
