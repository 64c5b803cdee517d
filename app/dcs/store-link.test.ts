import { describe, expect, it } from 'vitest';
import { ManualClock } from '../manual-clock';
import { MemoryStore } from './memory-store';
import type { StoreFailure, WatchEnd } from './store';
import { StoreLink } from './store-link';

const failure: StoreFailure = { kind: 'unavailable', endpoint: 'memory', message: 'Cut.', advice: 'Wait.', detail: '' };

function linked() {
  const store = new MemoryStore(new ManualClock());
  let isUp = true;
  const link = new StoreLink(store, () => isUp, failure);
  const ends: WatchEnd[] = [];
  const seen: string[] = [];
  const watch = () =>
    link.watch('/service/', (BigInt(store.revision) + 1n).toString(), {
      onReady: () => undefined,
      onBatch: ({ changes }) => seen.push(...changes.map((one) => (one.kind === 'put' ? one.node.key : one.key))),
      onEnd: (end) => ends.push(end),
    });
  const cut = (): void => {
    isUp = false;
    link.cut();
  };
  return { store, link, ends, seen, watch, cut, mend: () => (isUp = true) };
}

describe('the way to a store', () => {
  it('hands everything on while it is there', async () => {
    const { link, seen, watch, store } = linked();
    watch();
    expect(await link.set('/service/a', '1', 'any', null)).toMatchObject({ kind: 'done' });
    expect(await link.snapshot('/service/')).toMatchObject({ ok: true, value: { nodes: [{ key: '/service/a' }] } });
    expect(seen).toEqual(['/service/a']);
    expect(store.get('/service/a')?.value).toBe('1');
  });

  it('that is cut answers nothing, writes nothing, and ends each watch once', async () => {
    const { link, ends, watch, cut, store } = linked();
    watch();
    cut();
    expect(ends).toEqual([{ kind: 'failed', failure }]);
    expect(await link.set('/service/a', '1', 'any', null)).toEqual({ kind: 'failed', failure });
    expect(await link.snapshot('/service/')).toEqual({ ok: false, error: failure });
    expect(await link.openSession(10)).toEqual({ ok: false, error: failure });
    expect(store.get('/service/a')).toBeNull();
    watch();
    expect(ends).toHaveLength(1);
    await Promise.resolve();
    expect(ends).toHaveLength(2);
  });

  it('tells a closed watch nothing, and is whole again when it is mended', async () => {
    const { link, ends, watch, cut, mend } = linked();
    watch().close();
    cut();
    watch().close();
    await Promise.resolve();
    expect(ends).toEqual([]);
    mend();
    expect(await link.set('/service/a', '1', 'any', null)).toMatchObject({ kind: 'done' });
  });
});
