import type {
  CallContext,
  CallOptionsFactory,
  Etcd3,
  IOptions,
  IRangeRequest,
  IRangeResponse,
  ITxnRequest,
  ITxnResponse,
} from 'etcd3';
import type { StoreFailure } from '../../../app/dcs/store';
import type { EtcdConnection, WatchStream } from './etcd-connection';
import { isStaleToken, readGrpcError } from './grpc-error';
import type { KeyRange } from './key-range';
import type { Endpoint, Etcd3Options } from './options';
import type { TlsMaterial } from '../tls/tls-files';
import type { Door } from '../tls/way';

type CallOptions =
  Extract<CallOptionsFactory, (context: CallContext) => unknown> extends (context: never) => infer O ? O : never;
type Interceptor = NonNullable<CallOptions['interceptors']>[number];
type Policy = NonNullable<NonNullable<IOptions['faultHandling']>['global']>;

/**
 * etcd3 retries three times and then blocks a host for 5 s; both would go past a deadline and hide the first error. Who
 * calls decides about another try. Of a policy etcd3 uses `execute` only.
 */
const once = {
  execute: async (run: (context: { signal: AbortSignal }) => unknown) => run({ signal: new AbortController().signal }),
} as unknown as Policy;

/** No two connections are alike for grpc-js, which would otherwise hand a new client the old one's, perhaps dead, socket. */
let made = 0;

/**
 * Over gRPC, by one TCP connection.
 *
 * Of etcd3 it uses the messages, the calls and the streams. Its watcher is not used, because that loses events when a
 * connection breaks in mid-backlog and hides compactions; nor its authentication, because each token leaves a channel
 * open and a watch is not given a new one.
 */
export class GrpcConnection implements EtcdConnection {
  readonly way = null;
  #token: string | null = null;
  #lost: StoreFailure | null = null;
  readonly #onLost = new Set<(failure: StoreFailure) => void>();

  private constructor(
    readonly endpoint: Endpoint,
    private readonly client: Etcd3,
    private readonly login: { readonly name: string; readonly password: string } | null,
    private readonly door: Door | null,
  ) {}

  /** Makes the client; nothing is sent yet. Loads etcd3 and gRPC at the first call, because they take long to load. */
  static async make(endpoint: Endpoint, options: Etcd3Options, tls: TlsMaterial): Promise<GrpcConnection> {
    const { Etcd3 } = await import('./library');
    const { username, password } = options;
    const login = username === null || username === '' ? null : { name: username, password: password ?? '' };
    // grpc-js makes its sockets itself: on a way it goes to a door of this user's, and checks the real name all the same.
    const door = (await endpoint.way?.door(endpoint)) ?? null;
    const connection: GrpcConnection = new GrpcConnection(
      endpoint,
      new Etcd3({
        hosts: (endpoint.secure ? 'https://' : 'http://') + (door === null ? endpoint.target : `unix:${door.path}`),
        ...(endpoint.secure ? { credentials: credentials(tls) } : {}),
        faultHandling: { host: () => once, global: once },
        defaultCallOptions: () => ({ interceptors: [connection.#intercept] }),
        grpcOptions: {
          'grpc.keepalive_time_ms': 30_000,
          'grpc.keepalive_timeout_ms': 10_000,
          'grpc.keepalive_permit_without_calls': 1,
          'grpc.max_receive_message_length': -1,
          // The configured hosts and nobody else: no proxy of the environment, no question to DNS about options.
          'grpc.enable_http_proxy': 0,
          'grpc.service_config_disable_resolution': 1,
          'herdscope.connection': ++made,
          ...(door === null
            ? {}
            : { 'grpc.ssl_target_name_override': endpoint.host, 'grpc.default_authority': endpoint.target }),
        },
      }),
      login,
      door,
    );
    return connection;
  }

  get lost(): StoreFailure | null {
    return this.#lost;
  }

  async hello(range: KeyRange, deadline: number): Promise<IRangeResponse> {
    if (this.login !== null) await this.#authenticate(deadline);
    return this.range({ ...range, limit: 1, keys_only: true }, deadline);
  }

  range(request: IRangeRequest, deadline: number): Promise<IRangeResponse> {
    return this.#call(deadline, (options) => this.client.kv.range(request, options));
  }

  async version(deadline: number): Promise<string> {
    const status = await this.#call(deadline, (options) => this.client.maintenance.status(options));
    return status.version;
  }

  async leaseTtl(id: string, deadline: number): Promise<{ readonly granted: string; readonly remaining: string }> {
    const lease = await this.#call(deadline, (options) => this.client.leaseClient.leaseTimeToLive({ ID: id }, options));
    return { granted: lease.grantedTTL, remaining: lease.TTL };
  }

  transaction(request: ITxnRequest, deadline: number): Promise<ITxnResponse> {
    return this.#call(deadline, (options) => this.client.kv.txn(request, options));
  }

  async grantLease(ttlSeconds: number, deadline: number): Promise<{ readonly id: string; readonly ttl: string }> {
    const lease = await this.#call(deadline, (options) =>
      this.client.leaseClient.leaseGrant({ TTL: ttlSeconds }, options),
    );
    return { id: lease.ID, ttl: lease.TTL };
  }

  keepLeaseAlive(id: string, deadline: number): Promise<boolean> {
    return this.#call(deadline, async (options) => {
      const stream = await this.client.leaseClient.leaseKeepAlive(options);
      return new Promise<boolean>((resolve, reject) => {
        stream.on('error', reject);
        stream.on('end', () => reject(new Error('14 UNAVAILABLE: the answer to a keep-alive did not come')));
        stream.on('data', ({ TTL }) => {
          resolve(Number(TTL) > 0);
          stream.end();
        });
        stream.write({ ID: id });
      });
    });
  }

  async revokeLease(id: string, deadline: number): Promise<void> {
    await this.#call(deadline, (options) => this.client.leaseClient.leaseRevoke({ ID: id }, options));
  }

  watch(): Promise<WatchStream> {
    return this.client.watchClient.watch();
  }

  onLost(tell: (failure: StoreFailure) => void): () => void {
    this.#onLost.add(tell);
    return () => this.#onLost.delete(tell);
  }

  giveUp(failure: StoreFailure): void {
    if (this.#lost !== null) return;
    this.#lost = failure;
    const tell = [...this.#onLost];
    this.#onLost.clear();
    this.client.close();
    this.door?.close();
    for (const one of tell) one(failure);
  }

  close(): void {
    this.#onLost.clear();
    this.client.close();
    this.door?.close();
  }

  async #call<T>(deadline: number, run: (options: CallOptions) => Promise<T>): Promise<T> {
    try {
      return await run({ deadline });
    } catch (error) {
      if (this.login === null || !isStaleToken(readGrpcError(error))) throw error;
    }
    await this.#authenticate(deadline);
    return run({ deadline });
  }

  async #authenticate(deadline: number): Promise<void> {
    if (this.login === null) return;
    this.#token = null;
    try {
      const answer = await this.client.auth.authenticate(this.login, { deadline });
      this.#token = answer.token;
    } catch (error) {
      // A user was given, but this etcd asks for none: it serves everybody.
      if (!/authentication is not enabled/i.test(readGrpcError(error).words)) throw error;
    }
  }

  readonly #intercept: Interceptor = (options, nextCall) => {
    const call = nextCall(options);
    const start = call.start.bind(call);
    call.start = (metadata, listener) => {
      if (this.#token !== null) metadata.set('token', this.#token);
      // A member that lost its majority shall refuse (and end a watch), not show an old picture as the present one.
      metadata.set('hasleader', 'true');
      start(metadata, {
        ...listener,
        onReceiveMetadata: (received) => listener?.onReceiveMetadata?.(received),
        onReceiveMessage: (message) => listener?.onReceiveMessage?.(message),
        // etcd3 repeats a call without end when it reads of an invalid token: it knows nothing of the token set here.
        onReceiveStatus: (status) =>
          listener?.onReceiveStatus?.(
            status.details.includes('invalid auth token') ? { ...status, details: 'auth token expired' } : status,
          ),
      });
    };
    return call as ReturnType<Interceptor>;
  };
}

/** etcd3's types demand an authority; gRPC takes none as well, which means Node's own list. */
function credentials(tls: TlsMaterial): NonNullable<IOptions['credentials']> {
  const rootCertificate = tls.ca as Buffer;
  return tls.client === null
    ? { rootCertificate }
    : { rootCertificate, privateKey: tls.client.key, certChain: tls.client.cert };
}
