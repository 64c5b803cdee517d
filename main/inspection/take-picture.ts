import type { Clock } from '../../app/clock';
import { parseKey, patroniKey } from '../../app/dcs/keys';
import type { SessionState } from '../../app/dcs/store';
import type { Picture, Untold } from '../../app/snapshot/picture';
import type { Source } from './source';

/** What a picture says of where it is from. */
type Origin = Pick<Picture, 'connection' | 'store' | 'namespace' | 'untold'>;

/** How many sessions the store is asked for at once: it answers each by itself. */
const SESSIONS_AT_ONCE = 64;

/** Of more clusters than these the sessions are not asked for. */
const MOST_SESSIONS = 1024;

/** What a source shows now, of some scopes or (null) of all; null when its store was never heard. */
export async function takePicture(
  source: Source,
  of: Origin,
  scopes: ReadonlySet<string> | null,
  clock: Clock,
): Promise<Picture | null> {
  const keys = source.keys(scopes);
  if (keys === null) return null;
  // Before the sessions are waited for: the keys are as of now.
  const at = instantOf(source, clock);
  const sessions = await sessionsOf(source, of.namespace, keys.nodes);
  const untold = new Set<Untold>(of.untold);
  if (sessions === null) untold.add('times-to-live');
  const { connection, store, namespace } = of;
  return { connection, store, namespace, at, ...keys, sessions: sessions ?? [], untold: [...untold] };
}

function instantOf({ status }: Source, clock: Clock): string {
  if (status.kind === 'as-of') return status.at;
  if (status.kind === 'lost' && status.lastHeardAt !== null) return status.lastHeardAt;
  return new Date(clock.now()).toISOString();
}

/** The sessions of leaders and members; null when the store cannot be asked now, or there are too many. */
async function sessionsOf(
  source: Source,
  namespace: string,
  nodes: Picture['nodes'],
): Promise<readonly SessionState[] | null> {
  const ids = new Set<string>();
  for (const { key, session } of nodes) {
    const path = session === null ? null : parseKey(namespace, key);
    if (session !== null && path !== null && patroniKey(path.relative) !== null) ids.add(session);
  }
  const all = [...ids];
  if (all.length > MOST_SESSIONS) return null;
  const found: SessionState[] = [];
  for (let start = 0; start < all.length; start += SESSIONS_AT_ONCE) {
    const answer = await source.askSessions(all.slice(start, start + SESSIONS_AT_ONCE));
    if (answer === null) return null;
    found.push(...answer);
  }
  return found;
}
