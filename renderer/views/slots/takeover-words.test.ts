import { describe, expect, it } from 'vitest';
import type { SlotOutcome } from '../../../app/slots/takeover';
import { heldShort } from '../../../app/slots/words';
import { takeoverWords } from './takeover-words';

const GIB = 1024 ** 3;
const lost = (type: SlotOutcome['type']) =>
  takeoverWords({
    candidate: 'pg2',
    barred: null,
    outcomes: [{ slot: 'feed', type, members: [], fate: { kind: 'lost', missedBytes: 2 * GIB } }],
  })[0]?.meaning;

describe('the words about slots', () => {
  it('say of a logical slot, or one that may be, what is left to read at least', () => {
    expect(lost('logical')).toContain('at least 2 GB of WAL still to read');
    expect(lost(null)).toContain('at least 2 GB of WAL still to read');
    expect(lost('physical')).toContain('It has 2 GB of WAL still to read');
  });

  it('mark in a cell what may be more', () => {
    expect([heldShort(2 * GIB, true), heldShort(2 * GIB, false), heldShort(null, true)]).toEqual([
      '≥ 2 GB',
      '2 GB',
      '–',
    ]);
  });
});
