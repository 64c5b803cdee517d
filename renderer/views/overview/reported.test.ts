import { describe, expect, it } from 'vitest';
import type { KeyDetail } from '../../../app/ipc/detail';
import { memberKeyChanges, reported } from './reported';

const at = '2026-11-23T01:00:00.000Z';
const key = (name: string, changedAt: string | null): KeyDetail => ({
  key: name,
  value: '{}',
  bytes: 2,
  createRevision: '1',
  modRevision: '1',
  version: '1',
  session: null,
  truncated: false,
  changedAt,
});

describe('when a member last reported', () => {
  it('is its session’s renewal, where the store tells', () => {
    const session = { id: '1', grantedTtlSeconds: 30, remainingTtlSeconds: 28, askedAt: at };
    expect(reported(session, 0)).toEqual({ kind: 'renewed', at: Date.parse(at) - 2000 });
  });

  it('is the last change of its key otherwise, and not known without one', () => {
    expect(reported(undefined, 5)).toEqual({ kind: 'changed', at: 5 });
    expect(reported(undefined, undefined)).toEqual({ kind: 'unknown' });
    const expired = { id: '1', grantedTtlSeconds: 30, remainingTtlSeconds: -1, askedAt: at };
    expect(reported(expired, undefined)).toEqual({ kind: 'unknown' });
  });

  it('tells members of the same name in two groups apart', () => {
    const keys = [
      key('/service/c/0/members/pg1', at),
      key('/service/c/1/members/pg1', null),
      key('/service/c/0/leader', at),
    ];
    expect([...memberKeyChanges(keys, true).keys()]).toEqual(['0/pg1']);
    expect([...memberKeyChanges([key('/service/c/members/pg1', at)], false).keys()]).toEqual(['/pg1']);
  });
});
