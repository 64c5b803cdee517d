import type { StoreFailure, StoreSession } from '../../../app/dcs/store';
import { ok, type Result } from '../../../app/result';
import type { EtcdConnection } from './etcd-connection';
import { isLeaseNotFound, readGrpcError } from './grpc-error';

/** Runs a call on a connection that works. */
export type Call = <T>(
  run: (connection: EtcdConnection, deadline: number) => Promise<T>,
) => Promise<Result<T, StoreFailure>>;

/** An etcd lease, over whichever connection works when it is needed. */
export class Lease implements StoreSession {
  constructor(
    private readonly call: Call,
    readonly id: string,
    readonly ttlSeconds: number,
  ) {}

  /** A new one. Where the answer was lost, etcd lets it expire by itself: it has no keys. */
  static async grant(call: Call, ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    const granted = await call((connection, deadline) => connection.grantLease(ttlSeconds, deadline));
    return granted.ok ? ok(new Lease(call, granted.value.id, Number(granted.value.ttl))) : granted;
  }

  keepAlive(): Promise<Result<boolean, StoreFailure>> {
    return this.call((connection, deadline) => connection.keepLeaseAlive(this.id, deadline));
  }

  close(): Promise<Result<boolean, StoreFailure>> {
    return this.call(async (connection, deadline) => {
      try {
        await connection.revokeLease(this.id, deadline);
        return true;
      } catch (error) {
        if (isLeaseNotFound(readGrpcError(error))) return false;
        throw error;
      }
    });
  }
}
