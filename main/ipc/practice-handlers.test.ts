import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../app/manual-clock';
import { openPractice } from '../connections/practice';
import { Source } from '../inspection/source';
import { practiceHandlers } from './practice-handlers';

async function opened(shown = true) {
  const clock = new ManualClock();
  const { namespace, practice, store } = openPractice(clock);
  const listener = { onDirty: () => undefined, onStatus: () => undefined };
  const source = new Source('practice', store, namespace, clock, listener);
  source.start();
  await clock.advance(100);
  const retried: string[] = [];
  const handlers = practiceHandlers({
    feed: () => ({
      detail: (id) => {
        source.look();
        // The same picture under another connection's name stands for a real one.
        return source.detail(id.replace('real/', 'practice/'), []);
      },
    }),
    connections: {
      practice: shown ? practice : null,
      retry: (id) => {
        retried.push(id);
        return { ok: true, value: null };
      },
    },
  });
  return { clock, handlers, retried };
}

const kill = { kind: 'member', member: 'practice-1', fault: 'killed', on: true } as const;

describe('the requests about the practice herd', () => {
  it('make a member fail, and tell it', async () => {
    const { handlers } = await opened();
    const answer = await handlers['practice.inject']({ clusterId: 'practice/practice', change: kill });
    expect(answer).toMatchObject({
      ok: true,
      value: { isStoreAway: false, groups: [{ members: [{ faults: ['killed'] }, {}, {}, {}] }] },
    });
  });

  it('never take another connection’s cluster for their own, whatever it is called', async () => {
    const { handlers } = await opened();
    const answer = await handlers['practice.inject']({ clusterId: 'real/practice', change: kill });
    expect(answer).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await handlers['practice.faults']({ clusterId: 'practice/practice' })).toMatchObject({
      value: { groups: [{ members: [{ faults: [] }, {}, {}, {}] }] },
    });
  });

  it('bring the store back at once', async () => {
    const { handlers, retried } = await opened();
    const store = (on: boolean) =>
      handlers['practice.inject']({ clusterId: 'practice/practice', change: { kind: 'store', on } });
    expect(await store(true)).toMatchObject({ value: { isStoreAway: true } });
    expect(retried).toEqual([]);
    expect(await store(false)).toMatchObject({ value: { isStoreAway: false } });
    expect(retried).toEqual(['practice']);
  });

  it('clone a cluster with all its groups', async () => {
    const { clock, handlers } = await opened();
    const answer = await handlers['practice.rehearse']({ clusterId: 'real/grassland' });
    expect(answer).toEqual({ ok: true, value: { clusterId: 'practice/grassland (rehearsal)' } });
    await clock.advance(1_000);
    const faults = await handlers['practice.faults']({ clusterId: 'practice/grassland (rehearsal)' });
    expect(faults).toMatchObject({ value: { groups: [{ group: 0 }, { group: 1 }, { group: 2 }] } });
  });

  it('are refused while the practice herd is not shown', async () => {
    const { handlers } = await opened(false);
    const answer = await handlers['practice.rehearse']({ clusterId: 'real/practice' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
  });
});
