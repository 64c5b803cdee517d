import { describe, expect, it } from 'vitest';
import type { Timeline } from './timelines';
import { fitting, historyPicture } from './picture-model';

const hour = 3_600_000;
const now = Date.parse('2026-11-23T12:00:00Z');
const iso = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();

function timeline(number: number, beganAt: string | null, endedAt: string | null, isCurrent = false): Timeline {
  const line = { timeline: String(number), lsn: '1', reason: '', timestamp: '', newLeader: '' };
  return {
    number,
    isCurrent,
    leader: 'pg1',
    beganAt,
    endedAt,
    beganLsn: null,
    endedLsn: null,
    lastedMs: null,
    walBytes: null,
    line: isCurrent ? null : line,
    notes: [],
  };
}

const plain = (timelines: readonly Timeline[]) => [{ group: null, timelines }];
const boxes = (...args: Parameters<typeof historyPicture>) => historyPicture(...args).lanes[0]?.boxes ?? [];

describe('the picture of the timelines', () => {
  const three = [timeline(1, null, iso(100)), timeline(2, iso(100), iso(50)), timeline(3, iso(50), null, true)];

  it('gives each timeline the width of its time, and reaches to now', () => {
    const [first, second, third] = boxes(plain(three), now, 1000, 'all');
    expect(first).toMatchObject({ x: 0, startUnknown: true });
    expect(second?.width).toBeCloseTo(third?.width ?? 0, 5);
    expect((third?.x ?? 0) + (third?.width ?? 0)).toBeCloseTo(998, 5);
    expect(third).toMatchObject({ isCurrent: true, startUnknown: false });
  });

  it('shows of a range only what was in it', () => {
    expect(boxes(plain(three), now, 1000, 24 * hour).map((box) => box.timelines[0]?.number)).toEqual([3]);
  });

  it('draws in order, not in time, where no instant is known', () => {
    const none = [timeline(1, null, null), timeline(2, null, null), timeline(3, null, null, true)];
    const picture = historyPicture(plain(none), now, 900, 'all');
    expect(picture).toMatchObject({ inTime: false, ticks: [] });
    expect(picture.lanes[0]?.boxes.map(({ x }) => x)).toEqual([0, 300, 600]);
  });

  it('keeps 300 timelines visible and apart when drawn one by one, and at least visible in time', () => {
    const many = Array.from({ length: 300 }, (_, i) => timeline(i + 1, iso(301 - i), iso(300 - i)));
    const even = historyPicture(plain(many), now, 900, 'even');
    expect(even.width).toBeGreaterThan(300 * 90);
    expect(boxes(plain(many), now, 900, 'all').every(({ width }) => width >= 3)).toBe(true);
  });

  it('leaves the oldest of very many to the table', () => {
    const many = Array.from({ length: 700 }, (_, i) => timeline(i + 1, iso(701 - i), iso(700 - i)));
    expect(historyPicture(plain(many), now, 900, 'all').lanes[0]).toMatchObject({ leftOut: 200 });
  });
});

it('labels that would cover each other give way to the newest', () => {
  expect([...fitting([0, 50, 200, 210], 100)].sort()).toEqual([1, 3]);
  expect(fitting([], 100).size).toBe(0);
});
