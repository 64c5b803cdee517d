import type { Annotations } from './annotations';
import type { KubernetesObject } from './patroni-objects';

const USUAL_TTL = 30;

/**
 * The record of a lock that is taken or kept: who takes it from another, or when nobody had it, begins a new term
 * (`patroni/dcs/kubernetes.py: Kubernetes.attempt_to_acquire_leader`, `update_leader`). `before` is the object as it is; a TTL of
 * null, in seconds, leaves the one that it has; `now` is in milliseconds since 1970.
 */
export function lockRecord(
  holder: string,
  before: KubernetesObject | null,
  ttlSeconds: number | null,
  now: number,
): Annotations {
  const told = (name: string): string | null => before?.annotations.get(name) ?? null;
  // As Python writes an instant.
  const instant = new Date(now).toISOString().replace(/(\.\d+)Z$/, '$1000+00:00');
  const isSame = told('leader') === holder;
  const transitions = Number(told('transitions') ?? '');
  const term = Number.isSafeInteger(transitions) && transitions > 0 ? transitions : 0;
  const hadRecord = told('leader') !== null || told('transitions') !== null || told('renewTime') !== null;
  return {
    leader: holder,
    ttl: String(ttlSeconds ?? told('ttl') ?? USUAL_TTL),
    renewTime: instant,
    acquireTime: isSame ? (told('acquireTime') ?? instant) : instant,
    transitions: String(isSame || !hadRecord ? term : term + 1),
  };
}
