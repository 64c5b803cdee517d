import type { IRangeRequest, IRangeResponse, ITxnRequest, ITxnResponse, IWatchRequest, IWatchResponse } from 'etcd3';
import type { StoreFailure } from '../../../app/dcs/store';
import type { KeyRange } from './key-range';
import type { Endpoint } from './options';

/** A stream of watches. Whoever has it listens to its `error` at once. */
export interface WatchStream {
  on(event: 'error', hear: (error: Error) => void): unknown;
  on(event: 'end', hear: () => void): unknown;
  on(event: 'data', hear: (message: IWatchResponse) => void): unknown;
  write(request: IWatchRequest): unknown;
  end(): unknown;
  cancel(): void;
}

/**
 * One client of one endpoint, over gRPC or over the HTTP gateway. Once it failed it is thrown away, not mended. Errors are as gRPC
 * words them (`./grpc-error.ts`). A `deadline` is in milliseconds since 1970.
 */
export interface EtcdConnection {
  readonly endpoint: Endpoint;
  /** How it is reached where that is not gRPC, for a person; null for gRPC. */
  readonly way: string | null;
  /** Why it was given up; null while it was not. */
  readonly lost: StoreFailure | null;
  /** Signs in where there is a user, and reads one key of the range: that checks user, permission and quorum at once. */
  hello(range: KeyRange, deadline: number): Promise<IRangeResponse>;
  range(request: IRangeRequest, deadline: number): Promise<IRangeResponse>;
  /** The version of the etcd at the other end. */
  version(deadline: number): Promise<string>;
  /** The granted and the remaining TTL of a lease, in seconds as decimal text; the latter is -1 when etcd does not know it. */
  leaseTtl(id: string, deadline: number): Promise<{ readonly granted: string; readonly remaining: string }>;
  /** All of it at one revision, or nothing. */
  transaction(request: ITxnRequest, deadline: number): Promise<ITxnResponse>;
  /** A new lease; etcd may grant a longer TTL than was asked for, in seconds as decimal text. */
  grantLease(ttlSeconds: number, deadline: number): Promise<{ readonly id: string; readonly ttl: string }>;
  /** Gives a lease its whole TTL again; false when etcd does not know it. */
  keepLeaseAlive(id: string, deadline: number): Promise<boolean>;
  /** Ends a lease and deletes its keys. */
  revokeLease(id: string, deadline: number): Promise<void>;
  /** A stream of watches, without a deadline. */
  watch(): Promise<WatchStream>;
  /** Calls `tell` once when the connection is given up, unless the answer was called before. */
  onLost(tell: (failure: StoreFailure) => void): () => void;
  /** Closes it; those who wait for `onLost` are told why. */
  giveUp(failure: StoreFailure): void;
  /** Closes it and tells nobody. */
  close(): void;
}
