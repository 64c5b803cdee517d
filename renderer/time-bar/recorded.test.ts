import { describe, expect, it } from 'vitest';
import type { RecordedConnection } from '../../app/ipc/time';
import { nextRecorded, recordedSince, recordedUpTo } from './recorded';

const at = (second: number) => Date.parse('2026-11-24T12:00:00Z') + second * 1000;
const iso = (second: number) => new Date(at(second)).toISOString();
const span = (from: number, to: number) => ({ from: iso(from), to: iso(to) });
const connection: RecordedConnection = {
  id: 'one',
  isOn: true,
  bytes: 1,
  spans: [span(0, 10), span(20, 30)],
  lost: [],
  events: [],
};
const extent = { now: iso(30), shownAt: null, connections: [connection] };

describe('what was recorded', () => {
  it('goes on to now while it is being recorded', () => {
    expect(recordedUpTo(connection, extent, at(50)).spans.at(-1)).toEqual({
      fromMs: at(20),
      toMs: at(50),
      isGuessed: false,
    });
  });

  it('ends where it ended when it is switched off, or stopped before main was asked', () => {
    const off = { ...connection, isOn: false };
    expect(recordedUpTo(off, extent, at(50)).spans.at(-1)?.toMs).toBe(at(30));
    expect(recordedUpTo(connection, { ...extent, now: iso(60) }, at(70)).spans.at(-1)?.toMs).toBe(at(30));
  });

  it('is passed over where there is nothing, when it is played', () => {
    const recorded = recordedUpTo(connection, extent, at(30));
    expect(nextRecorded(recorded, at(5))).toBe(at(5));
    expect(nextRecorded(recorded, at(12))).toBe(at(20));
    expect(nextRecorded(recorded, at(31))).toBeNull();
    expect(recordedSince(recorded, at(25))).toBe(at(20));
    expect(recordedSince(recorded, at(15))).toBeNull();
  });
});
