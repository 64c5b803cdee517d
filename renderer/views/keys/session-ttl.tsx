import { useNow } from '../../lib/now';
import { useDetail } from '../../stores/hooks';
import { useIsStale } from '../../stores/last-heard';
import { remainingTtl } from '../cluster/lock';

export interface SessionTtlProps {
  readonly id: string;
}

/** Seconds that a session still lives unless it is renewed; nothing where the store has not told, or cannot be asked. */
export function SessionTtl({ id }: SessionTtlProps): React.ReactNode {
  const session = useDetail((d) => d.sessions.find((s) => s.id === id), undefined);
  const now = useNow();
  const stale = useIsStale();
  const left = stale ? null : remainingTtl(session, now);
  return left === null ? null : `${Math.round(left.seconds)} s`;
}
