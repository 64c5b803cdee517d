import type * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import { isFailoverPossible, requestedFailover } from './leader-race';
import type { AskPeer } from './peer-status';

/** What a leader does about the failover key. */
export type Answer =
  | { readonly kind: 'nothing' }
  /** A scheduled switchover is due soon. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'step-down' }
  /** It cannot be done, or is stale: the key is emptied. */
  | { readonly kind: 'clear'; readonly version: string };

/** How the leader answers the failover key (`Ha.process_manual_failover_from_leader`). */
export function answerFailoverRequest(
  cluster: Cluster.Cluster,
  leader: { readonly name: string; readonly isPrimary: boolean },
  now: number,
  ask: AskPeer,
): Answer {
  const request = requestedFailover(cluster);
  const paused = GlobalConfig.isPaused(cluster.config);
  if (request === null || (paused && !leader.isPrimary)) return { kind: 'nothing' };
  const clear: Answer = { kind: 'clear', version: request.version };
  if (request.scheduledAt !== null) {
    const dueMs = Date.parse(request.scheduledAt) - now;
    const loopMs = GlobalConfig.loopWaitSeconds(cluster.config) * 1000;
    // In pause nothing that was scheduled is done.
    if (paused || dueMs > loopMs) return { kind: 'nothing' };
    if (dueMs > 0) return { kind: 'wait', ms: dueMs };
    if (dueMs < -1.5 * loopMs) return clear;
  }
  if (request.leader !== null && request.leader !== leader.name) return clear;
  if (request.candidate === leader.name || (request.candidate === null && paused)) return clear;
  return isFailoverPossible(cluster, leader.name, ask) ? { kind: 'step-down' } : clear;
}
