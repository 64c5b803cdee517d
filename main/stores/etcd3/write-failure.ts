import type { StoreFailure, Written } from '../../../app/dcs/store';
import { type GrpcError, isLeaseNotFound, isTransportError } from './grpc-error';

/**
 * What became of a write whose call failed. Where the connection broke or the time ran out, etcd may have done it or not:
 * only what etcd itself answered tells. `read` is the failure in the words of one that reads, `where` the key or prefix.
 */
export function failedWrite(said: GrpcError, read: StoreFailure, where: string): Written {
  if (isLeaseNotFound(said)) return { kind: 'no-session' };
  // etcd looks for its leader before it takes the request.
  if (isTransportError(said) && !/no leader/i.test(said.words)) return { kind: 'unknown', failure: read };
  return { kind: 'failed', failure: inWords(said, read, where) };
}

/** What etcd refused, said of a write. */
function inWords(said: GrpcError, read: StoreFailure, where: string): StoreFailure {
  if (/database space exceeded/i.test(said.words)) {
    return {
      ...read,
      kind: 'unavailable',
      message: `etcd at ${read.endpoint} takes no writes: its database has reached its quota.`,
      advice:
        'Compact and defragment it, then clear the alarm: etcdctl compact, etcdctl defrag, etcdctl alarm disarm. Patroni cannot write either.',
    };
  }
  if (/request is too large/i.test(said.words)) {
    return {
      ...read,
      kind: 'other',
      message: `The value for ${where} is larger than etcd at ${read.endpoint} takes.`,
      advice: 'etcd takes 1.5 MiB unless its --max-request-bytes says otherwise.',
    };
  }
  if (read.kind === 'permission-denied') {
    return {
      ...read,
      message: `This user may not write ${where} in etcd at ${read.endpoint}.`,
      advice: 'Sign in as the user that Patroni itself uses, or let an administrator grant readwrite on these keys.',
    };
  }
  return read;
}
