import type { SessionState } from '../../../app/dcs/store';
import { useNow } from '../../lib/now';
import { useDetail } from '../../stores/hooks';

/** What is left of a session now, in whole seconds, counted down from the store's last answer; never below 0. */
export function remainingSeconds(session: SessionState, now: number): number {
  const since = Math.max(0, now - Date.parse(session.askedAt)) / 1000;
  return Math.max(0, Math.round(session.remainingTtlSeconds - since));
}

export interface SessionTtlProps {
  readonly id: string;
}

/** Seconds that a session still lives unless it is renewed; nothing where the store has not told. */
export function SessionTtl({ id }: SessionTtlProps): React.ReactNode {
  const session = useDetail((d) => d.sessions.find((s) => s.id === id) ?? null, null);
  const now = useNow();
  return session === null ? null : `${remainingSeconds(session, now)} s`;
}
