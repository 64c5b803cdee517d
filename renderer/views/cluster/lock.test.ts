import { describe, expect, it } from 'vitest';
import { notRenewedFor, remainingTtl, renewedAt } from './lock';

const asked = '2026-11-23T01:00:00.000Z';
const at = Date.parse(asked);
const session = { id: '1', grantedTtlSeconds: 20, remainingTtlSeconds: 17, askedAt: asked };

describe('the lock’s time to live', () => {
  it('counts down from the store’s last answer and ends at 0', () => {
    expect(remainingTtl(session, at)).toEqual({ seconds: 17, granted: 20 });
    expect(remainingTtl(session, at + 5000)).toEqual({ seconds: 12, granted: 20 });
    expect(remainingTtl(session, at + 60_000)).toEqual({ seconds: 0, granted: 20 });
  });

  it('is not known without a session, or when the store does not know it', () => {
    expect(remainingTtl(undefined, at)).toBeNull();
    expect(remainingTtl({ ...session, grantedTtlSeconds: 0, remainingTtlSeconds: -1 }, at)).toBeNull();
    expect(remainingTtl({ ...session, askedAt: 'never' }, at)).toBeNull();
  });
});

describe('when a member last reported', () => {
  it('is the renewal of its session: what is gone of the TTL', () => {
    expect(renewedAt(session)).toBe(at - 3000);
  });

  it('is not known once the session has expired', () => {
    expect(renewedAt({ ...session, remainingTtlSeconds: 0 })).toBeNull();
    expect(renewedAt(undefined)).toBeNull();
  });
});

describe('a lock that is not renewed', () => {
  it('is one whose leader has missed a round, long before the lock runs out', () => {
    const ttl = { granted: 30, seconds: 11 };
    expect(notRenewedFor(ttl, 10)).toBe(19);
    expect(notRenewedFor({ ...ttl, seconds: 12 }, 10)).toBeNull();
  });

  it('is none while the leader is in time, whatever its loop_wait', () => {
    expect(notRenewedFor({ granted: 30, seconds: 20 }, 10)).toBeNull();
    expect(notRenewedFor({ granted: 20, seconds: 12 }, 3)).toBe(8);
  });
});
