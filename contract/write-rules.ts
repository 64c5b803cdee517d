import { expect } from 'vitest';
import { done, freshPrefix, node, read, values } from './tools';
import type { Rule } from './rule';
import type { Running } from './subject';

/** What a single write does, and what it leaves alone. */
export function writeRules(running: () => Running, it: Rule): void {
  it('a key that is created can be read, with the revision that the write told', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const revision = await done(store.create(`${at}a`, 'one', null));
    expect(await node(store, at, 'a')).toMatchObject({ value: 'one', modRevision: revision, session: null, bytes: 3 });
  });

  it('a key that exists is not created again, and the refusal tells what is there', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    await done(store.create(`${at}a`, 'one', null));
    const before = await node(store, at, 'a');
    expect(await store.create(`${at}a`, 'two', null)).toEqual({ kind: 'refused', found: before });
    expect(await node(store, at, 'a')).toEqual(before);
  });

  it('of 16 who race to create a key one wins, and its value stays', async () => {
    const at = freshPrefix();
    const racers = Array.from({ length: 16 }, () => running().open());
    const written = await Promise.all(racers.map((store, i) => store.create(`${at}a`, `racer ${i}`, null)));
    const winners = written.flatMap(({ kind }, i) => (kind === 'done' ? [`racer ${i}`] : []));
    expect(winners).toHaveLength(1);
    expect(written.filter(({ kind }) => kind === 'refused')).toHaveLength(15);
    expect([(await node(running().open(), at, 'a')).value]).toEqual(winners);
  });

  it('a set without a condition makes a key and writes over it', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    await done(store.set(`${at}a`, 'one', 'any', null));
    await done(store.set(`${at}a`, 'two', 'any', null));
    expect(await values(store, at)).toEqual({ a: 'two' });
  });

  it('a set with the revision that was read is done', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const first = await done(store.create(`${at}a`, 'one', null));
    const second = await done(store.set(`${at}a`, 'two', { modRevision: first }, null));
    expect(await node(store, at, 'a')).toMatchObject({ value: 'two', modRevision: second });
    expect(BigInt(second)).toBeGreaterThan(BigInt(first));
  });

  it('a set with a stale revision is refused and changes nothing', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const stale = await done(store.create(`${at}a`, 'one', null));
    await done(store.set(`${at}a`, 'two', 'any', null));
    const before = await node(store, at, 'a');
    expect(await store.set(`${at}a`, 'three', { modRevision: stale }, null)).toEqual({
      kind: 'refused',
      found: before,
    });
    expect(await node(store, at, 'a')).toEqual(before);
  });

  it('a set with the revision of a key that is gone is refused', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const stale = await done(store.create(`${at}a`, 'one', null));
    await done(store.remove(`${at}a`, null));
    expect(await store.set(`${at}a`, 'two', { modRevision: stale }, null)).toEqual({ kind: 'refused', found: null });
    expect(await values(store, at)).toEqual({});
  });

  it('a key that was made anew does not take the revision that it had before', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const stale = await done(store.create(`${at}a`, 'one', null));
    await done(store.remove(`${at}a`, null));
    await done(store.create(`${at}a`, 'one', null));
    expect((await store.set(`${at}a`, 'two', { modRevision: stale }, null)).kind).toBe('refused');
  });

  it('a set with revision 0 is a create', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    await done(store.set(`${at}a`, 'one', { modRevision: '0' }, null));
    expect((await store.set(`${at}a`, 'two', { modRevision: '0' }, null)).kind).toBe('refused');
    expect(await values(store, at)).toEqual({ a: 'one' });
  });

  it('of 16 who set a key with the same revision one wins', async () => {
    const at = freshPrefix();
    const racers = Array.from({ length: 16 }, () => running().open());
    const modRevision = await done(running().open().create(`${at}a`, 'start', null));
    const written = await Promise.all(racers.map((store, i) => store.set(`${at}a`, `${i}`, { modRevision }, null)));
    expect(written.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect((await node(running().open(), at, 'a')).value).toBe(`${written.findIndex(({ kind }) => kind === 'done')}`);
  });

  it('a key is removed with its revision, not with a stale one', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const stale = await done(store.create(`${at}a`, 'one', null));
    const now = await done(store.set(`${at}a`, 'two', 'any', null));
    expect(await store.remove(`${at}a`, stale)).toMatchObject({ kind: 'refused', found: { value: 'two' } });
    expect(await values(store, at)).toEqual({ a: 'two' });
    await done(store.remove(`${at}a`, now));
    expect(await values(store, at)).toEqual({});
    expect(await store.remove(`${at}a`, now)).toEqual({ kind: 'refused', found: null });
  });

  it('a key is removed whatever it is, also when there is none', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    await done(store.create(`${at}a`, 'one', null));
    await done(store.remove(`${at}a`, null));
    await done(store.remove(`${at}a`, null));
    expect(await values(store, at)).toEqual({});
  });

  const removedBelow = async (more: readonly string[]): Promise<void> => {
    const [store, at] = [running().open(), freshPrefix()];
    const beside = ['dem/leader', 'demo-x', 'demo2/leader', ...more];
    for (const key of ['demo/leader', 'demo/members/a', 'demo/0/leader', ...beside]) {
      await done(store.create(at + key, key, null));
    }
    await done(store.removeAll(`${at}demo/`));
    expect(Object.keys(await values(store, at)).sort()).toEqual([...beside].sort());
    await done(store.removeAll(`${at}demo/`));
  };
  it(
    'what is removed below a prefix is all of it and nothing beside it',
    () => removedBelow(['demo']),
    () => removedBelow([]),
  );

  it('a value of 1 MB comes back as it was', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const value = 'é🐘"\\\n'.repeat(100_000);
    await done(store.create(`${at}a`, value, null));
    const found = await node(running().open(), at, 'a');
    expect(found.bytes).toBe(Buffer.byteLength(value));
    expect(found.value === value).toBe(true);
  });

  it(
    'names and values of any Unicode, and empty values, come back as they were',
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      const names = ['members/Ünï-код', 'members/象 🐘', '__proto__', 'members/a\'b"c', 'constructor', 'x%2Fy?z#*'];
      for (const name of names) await done(store.create(at + name, `${name}\n\u0001`, null));
      await done(store.create(`${at}empty`, '', null));
      const { nodes } = await read(store, at);
      expect(new Map(nodes.map(({ key, value }) => [key.slice(at.length), value]))).toEqual(
        new Map([...names.map((name) => [name, `${name}\n\u0001`] as const), ['empty', '']]),
      );
    },
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      const all = ['members/Ünï-код', 'members/象', '__proto__', 'members/a\'b"c', 'constructor', 'x%2Fy?z#*'];
      all.push('members/🐘', 'members/a\u0001b', 'members/..');
      const refuses = (name: string): boolean => running().refuses?.(name) === true;
      const names = all.filter((name) => !refuses(name));
      for (const name of names) await done(store.create(at + name, `${name}\n\u0001🐘`, null));
      await done(store.create(`${at}empty`, '', null));
      expect(await values(store, at)).toEqual(
        Object.fromEntries([...names.map((name) => [name, `${name}\n\u0001🐘`]), ['empty', '']]),
      );
      for (const name of all.filter(refuses)) {
        const refused = await store.create(at + name, 'x', null);
        expect(refused.kind === 'failed' ? refused.failure.message : refused.kind).toContain(at + name);
      }
    },
  );

  it(
    'a key with an empty value stays when another is made below it',
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      await done(store.create(`${at}a`, '', null));
      await done(store.create(`${at}a/b`, 'x', null));
      expect(await values(store, at)).toEqual({ a: '', 'a/b': 'x' });
    },
    async () => {
      const [store, at] = [running().open(), freshPrefix()];
      await done(store.create(`${at}a`, 'x', null));
      if (running().nests === false) {
        const refused = await store.create(`${at}a/b`, 'x', null);
        expect(refused.kind === 'failed' ? refused.failure.message : refused.kind).toContain(`${at}a/b`);
        expect(await values(store, at)).toEqual({ a: 'x' });
        return;
      }
      await done(store.create(`${at}a/b`, 'x', null));
      expect(await values(store, at)).toEqual({ a: 'x', 'a/b': 'x' });
      await done(store.remove(`${at}a`, null));
      expect(await values(store, at)).toEqual({ 'a/b': 'x' });
      await done(store.create(`${at}a`, 'y', null));
      expect(await values(store, at)).toEqual({ a: 'y', 'a/b': 'x' });
    },
  );

  it('5,000 keys are read each once', async () => {
    const [store, at] = [running().open(), freshPrefix()];
    const names = Array.from({ length: 5000 }, (_, i) => `members/${i}`);
    for (let i = 0; i < names.length; i += 200) {
      await Promise.all(names.slice(i, i + 200).map((name) => done(store.create(at + name, name, null))));
    }
    const keys = (await read(running().open(), at)).nodes.map(({ key }) => key.slice(at.length));
    expect(keys.length).toBe(5000);
    expect(new Set(keys)).toEqual(new Set(names));
  });

  const inOrder = async (names: readonly string[]): Promise<void> => {
    const [store, at] = [running().open(), freshPrefix()];
    for (const name of [...names].reverse()) await done(store.create(at + name, name, null));
    const last = await done(store.set(`${at}b`, 'again', 'any', null));
    const snapshot = await read(store, at);
    expect(snapshot.nodes.map(({ key }) => key.slice(at.length))).toEqual(names);
    expect(BigInt(snapshot.revision)).toBeGreaterThanOrEqual(BigInt(last));
  };
  it(
    'keys are told in order, and the snapshot is not older than the last write',
    () => inOrder(['B', 'a', 'a/c', 'b']),
    () => inOrder(['B', 'a', 'a-c', 'aa/c', 'b']),
  );
}
