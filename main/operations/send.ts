import type { ClusterConfig } from '../../app/cluster/cluster-config';
import * as GlobalConfig from '../../app/cluster/global-config';
import type { Clock } from '../../app/clock';
import type { Written } from '../../app/dcs/store';
import type { Sent } from '../../app/operations/change-course';
import type { PlannedRequest } from '../../app/operations/plan';
import type { ClusterDoor } from './cluster-door';

/** Reinitialize and restart answer when they are done or begun; the longest that a restart may take (`patroni/ctl.py`). */
const LONG_MS = 600_000;

/** Sends what was planned, once, and gives what came of it. The only place that writes. */
export async function sendRequest(
  door: ClusterDoor,
  request: PlannedRequest,
  config: ClusterConfig | null,
  clock: Clock,
): Promise<Sent> {
  const notWritten = (words: string, sure: boolean): Sent => ({ kind: 'not-written', at: clock.now(), sure, words });
  if (!door.isWritable) return notWritten('Writing is not allowed on this connection.', true);
  if (request.kind === 'rest') {
    const { method, path, body } = request;
    // The member itself goes on looking for so long (`patroni/api.py: poll_failover_result`).
    const polls = (2 * Math.max(10, GlobalConfig.loopWaitSeconds(config)) + 15) * 1000;
    const timeoutMs = path === '/restart' ? LONG_MS : polls;
    const answer = await door.members.ask(request.apiUrl, { method, path, body, timeoutMs });
    const at = clock.now();
    return answer.kind === 'answered'
      ? { kind: 'answered', at, status: answer.status, body: answer.body }
      : { kind: 'unreachable', at, sent: answer.sent, words: answer.failure.message };
  }
  const { store } = door;
  if (store === null) return notWritten(`The store of ${door.connectionName} cannot be written to from here.`, true);
  const written: Written =
    request.kind === 'remove'
      ? await store.removeAll(request.prefix)
      : await store.set(request.key, request.value, { modRevision: request.revision }, null);
  switch (written.kind) {
    case 'done':
      return { kind: 'written', at: clock.now() };
    case 'refused':
      return notWritten('It was changed by somebody else in the meantime, so nothing was written.', true);
    case 'no-session':
      return notWritten('The store did not take it.', true);
    case 'failed':
      return notWritten(written.failure.message, true);
    case 'unknown':
      return notWritten(
        `${written.failure.message} It may have been written all the same: look before you try again.`,
        false,
      );
  }
}
