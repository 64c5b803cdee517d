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
