import type { RequestError, RequestName } from '../../app/ipc/contract';
import { isRequestName } from '../../app/ipc/names';
import type { ShownTime } from '../recorder/shown-time';

/** Nothing that changes a cluster is done while the window shows the past: what is seen is not what it would be done to. */
const refused: ReadonlySet<RequestName> = new Set<RequestName>([
  'operation.plan',
  'operation.start',
  'practice.inject',
  'practice.rehearse',
]);

/** What brings something into the window, or takes it away: what lives is shown again first. */
const leaving: ReadonlySet<RequestName> = new Set<RequestName>([
  'snapshot.open',
  'snapshot.drop',
  'snapshot.paste',
  'snapshot.example',
  'snapshot.close',
  'connection.save',
  'connection.remove',
]);

/** What a request that comes while the past is shown must do first; the answer is why it is refused, if it is. */
export function mindPast(name: string, time: Pick<ShownTime, 'isPast' | 'leave'>): RequestError | null {
  if (!time.isPast || !isRequestName(name)) return null;
  if (refused.has(name))
    return { code: 'refused', message: 'This is the past, in which nothing can be done. Go back to now first.' };
  if (leaving.has(name)) time.leave();
  return null;
}
