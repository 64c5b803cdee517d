import { describe, expect, it } from 'vitest';
import type { ObservedEvent } from '../../app/ipc/contract';
import { ManualClock } from '../../app/manual-clock';
import { type Notice, Notifier } from './notifier';

const event = (kind: ObservedEvent['kind'], clusterId = 'c/demo', words = 'pg1 → pg2'): ObservedEvent => {
  return { id: '1', at: '2026-01-15T12:00:00.000Z', clusterId, kind, words };
};

function notifier() {
  const clock = new ManualClock();
  const shown: Notice[] = [];
  const title = (id: string): string | null => (id.startsWith('practice/') ? null : id);
  return { clock, shown, notifier: new Notifier(clock, title, (notice) => shown.push(notice)) };
}

describe('a native notification', () => {
  it('tells of a leader that changed, was lost, or was elected, and of nothing else', () => {
    const { notifier: it, shown } = notifier();
    it.happened([
      event('leader-changed'),
      event('member-left'),
      event('config-changed'),
      event('paused'),
      event('leader-lost'),
      event('leader-elected'),
    ]);
    expect(shown).toHaveLength(3);
    expect(shown[0]).toEqual({ title: 'c/demo', body: 'pg1 → pg2.', clusterId: 'c/demo' });
  });

  it('is not shown for the practice herd', () => {
    const { notifier: it, shown } = notifier();
    it.happened([event('leader-lost', 'practice/practice')]);
    expect(shown).toEqual([]);
  });

  it('comes four times in a minute, then once to say that there is more', async () => {
    const { notifier: it, shown, clock } = notifier();
    for (let i = 0; i < 100; i += 1) it.happened([event('leader-lost', `c/${String(i)}`)]);
    expect(shown.map(({ clusterId }) => clusterId)).toEqual(['c/0', 'c/1', 'c/2', 'c/3', null]);
    await clock.advance(60_000);
    it.happened([event('leader-lost', 'c/later')]);
    expect(shown.at(-1)?.clusterId).toBe('c/later');
    expect(shown).toHaveLength(6);
  });
});
