import type { SessionState } from '../../../app/dcs/store';

/** How long a session still lives at `now`, in seconds, and for how long it was granted; null when the store told nothing usable. */
export function remainingTtl(
  session: SessionState | undefined,
  now: number,
): { readonly seconds: number; readonly granted: number } | null {
  if (!session || session.grantedTtlSeconds <= 0) return null;
  const asked = Date.parse(session.askedAt);
  if (Number.isNaN(asked)) return null;
  // Our own clock may be behind the one that wrote askedAt: time never runs backwards here.
  const elapsed = Math.max(0, (now - asked) / 1000);
  return { seconds: Math.max(0, session.remainingTtlSeconds - elapsed), granted: session.grantedTtlSeconds };
}

/** When a session was last renewed, in milliseconds since 1970: what is gone of its TTL, back from when the store was asked. */
export function renewedAt(session: SessionState | undefined): number | null {
  if (!session || session.grantedTtlSeconds <= 0 || session.remainingTtlSeconds <= 0) return null;
  const asked = Date.parse(session.askedAt);
  return Number.isNaN(asked) ? null : asked - (session.grantedTtlSeconds - session.remainingTtlSeconds) * 1000;
}

/** The store is asked for sessions this often: so long a renewal may not have been seen yet. */
const ASKED_EVERY_SECONDS = 3;

/**
 * For how long the leader has not renewed its lock, in seconds, when it has plainly missed a round; null while it is in time.
 * It renews it each loop_wait (`patroni/ha.py: update_lock`); a round that takes half as long again is nothing unusual.
 */
export function notRenewedFor(
  { seconds, granted }: { readonly seconds: number; readonly granted: number },
  loopWaitSeconds: number,
): number | null {
  const gone = granted - seconds;
  return gone > 1.5 * loopWaitSeconds + ASKED_EVERY_SECONDS ? gone : null;
}
