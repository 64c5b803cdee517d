import { describe, expect, it } from 'vitest';
import { node } from '../cluster/test-nodes';
import type { WatchEnd } from '../dcs/store';
import { type Picture, untoldAsWords } from './picture';
import { PictureStore } from './picture-store';

const picture = (over: Partial<Picture> = {}): Picture => ({
  connection: 'production',
  store: { kind: 'etcd3', version: 'etcd 3.5.9' },
  namespace: '/service',
  at: '2026-03-01T02:03:04.000Z',
  revision: '9007199254740993',
  nodes: [
    node('/service/demo/leader', 'pg1', { session: '7' }),
    node('/service/demo/config', '{}'),
    node('/other/x', '1'),
  ],
  sessions: [{ id: '7', grantedTtlSeconds: 30, remainingTtlSeconds: 21, askedAt: '2026-03-01T02:03:03.000Z' }],
  untold: [],
  ...over,
});

function watched(store: PictureStore) {
  const heard: (WatchEnd | 'ready' | 'batch')[] = [];
  const watch = store.watch('/service/', '1', {
    onReady: () => heard.push('ready'),
    onBatch: () => heard.push('batch'),
    onEnd: (end) => heard.push(end),
  });
  return { heard, watch };
}

describe('a store that stands at one instant', () => {
  it('has the keys of its picture below the prefix that is asked for, at the revision of then', async () => {
    const answer = await new PictureStore(picture()).snapshot('/service/');
    expect(answer).toMatchObject({ ok: true, value: { revision: '9007199254740993' } });
    expect(answer.ok && answer.value.nodes.map(({ key }) => key)).toEqual([
      '/service/demo/config',
      '/service/demo/leader',
    ]);
  });

  it('takes a watch and never has anything to tell it', async () => {
    const { heard } = watched(new PictureStore(picture()));
    await Promise.resolve();
    expect(heard).toEqual(['ready']);
  });

  it('knows the sessions of then, and leaves out those that it was not told of', async () => {
    const answer = await new PictureStore(picture()).sessions(['7', '8']);
    expect(answer.ok && answer.value.map(({ id, remainingTtlSeconds }) => [id, remainingTtlSeconds])).toEqual([
      ['7', 21],
    ]);
  });

  it('ends its watches when another picture takes its place, so that the difference is read', async () => {
    const store = new PictureStore(picture());
    const { heard } = watched(store);
    const closed = watched(store);
    await Promise.resolve();
    closed.watch.close();
    store.show(picture({ revision: '3', nodes: [] }));
    expect(heard).toEqual(['ready', { kind: 'replaced' }]);
    expect(closed.heard).toEqual(['ready']);
    expect(await store.snapshot('/service')).toMatchObject({ ok: true, value: { revision: '3', nodes: [] } });
  });

  it('answers nothing once it is closed', async () => {
    const store = new PictureStore(picture());
    store.close();
    expect(await store.snapshot('/service')).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });
});

describe('what a picture does not tell', () => {
  it('is said in one phrase, or not at all when everything is told', () => {
    expect(untoldAsWords([])).toBeNull();
    expect(untoldAsWords(['history'])).toBe('the history');
    expect(untoldAsWords(['sessions', 'history', 'configuration'])).toBe(
      'sessions, the history and the dynamic configuration',
    );
  });
});
