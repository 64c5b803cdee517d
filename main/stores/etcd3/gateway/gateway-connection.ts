import { setMaxListeners } from 'node:events';
import type { IRangeRequest, IRangeResponse, ITxnRequest, ITxnResponse } from 'etcd3';
import { z } from 'zod';
import type { StoreFailure } from '../../../../app/dcs/store';
import { exchange, type HttpServer, openStream } from '../../../http/http-exchange';
import type { TlsMaterial } from '../../tls/tls-files';
import type { EtcdConnection, WatchStream } from '../etcd-connection';
import { GrpcCode, isStaleToken, readGrpcError } from '../grpc-error';
import type { KeyRange } from '../key-range';
import type { Endpoint, Etcd3Options } from '../options';
import { GatewayWatch } from './gateway-watch';
import { encode, grpcError, keptAliveOf, leaseOf, rangeOf, refusalOf, tokenOf, transactionOf } from './json';

/** A page of keys may be as large as all that etcd takes in as many requests. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Over etcd's HTTP gateway, which Patroni uses (`patroni/dcs/etcd3.py: Etcd3Client`): for an etcd behind a proxy that does not pass gRPC
 * on. Each request has a connection of its own.
 */
export class GatewayConnection implements EtcdConnection {
  readonly way = 'etcd’s HTTP gateway';
  readonly #server: HttpServer;
  readonly #login: { readonly name: string; readonly password: string } | null;
  readonly #onLost = new Set<(failure: StoreFailure) => void>();
  readonly #closed = new AbortController();
  #base = '/v3';
  #version = '';
  #token: string | null = null;
  #lost: StoreFailure | null = null;

  constructor(
    readonly endpoint: Endpoint,
    { username, password }: Etcd3Options,
    tls: TlsMaterial,
  ) {
    const { secure, host, port, way } = endpoint;
    this.#server = { secure, host, port, tls, verify: true, way };
    // As many calls as there are at once listen to its end.
    setMaxListeners(0, this.#closed.signal);
    this.#login = username === null || username === '' ? null : { name: username, password: password ?? '' };
  }

  get lost(): StoreFailure | null {
    return this.#lost;
  }

  async hello(range: KeyRange, deadline: number): Promise<IRangeResponse> {
    const said = z.object({ etcdserver: z.string() }).safeParse(await this.#send('GET', '/version', null, deadline));
    if (!said.success) throw grpcError(GrpcCode.unavailable, 'no etcd answers there');
    this.#version = said.data.etcdserver;
    this.#base = baseOf(this.#version);
    if (this.#login !== null) await this.#authenticate(deadline);
    return this.range({ ...range, limit: 1, keys_only: true }, deadline);
  }

  async range(request: IRangeRequest, deadline: number): Promise<IRangeResponse> {
    return rangeOf(await this.#call('/kv/range', request, deadline));
  }

  version(): Promise<string> {
    return Promise.resolve(this.#version);
  }

  async leaseTtl(id: string, deadline: number): Promise<{ readonly granted: string; readonly remaining: string }> {
    const lease = leaseOf(await this.#call('/kv/lease/timetolive', { ID: id }, deadline));
    return { granted: lease.grantedTTL, remaining: lease.TTL };
  }

  async transaction(request: ITxnRequest, deadline: number): Promise<ITxnResponse> {
    return transactionOf(await this.#call('/kv/txn', request, deadline));
  }

  async grantLease(ttlSeconds: number, deadline: number): Promise<{ readonly id: string; readonly ttl: string }> {
    const lease = leaseOf(await this.#call('/lease/grant', { TTL: ttlSeconds }, deadline));
    return { id: lease.ID, ttl: lease.TTL };
  }

  async keepLeaseAlive(id: string, deadline: number): Promise<boolean> {
    return Number(keptAliveOf(await this.#call('/lease/keepalive', { ID: id }, deadline)).TTL) > 0;
  }

  async revokeLease(id: string, deadline: number): Promise<void> {
    await this.#call(this.#base === '/v3' ? '/lease/revoke' : '/kv/lease/revoke', { ID: id }, deadline);
  }

  watch(): Promise<WatchStream> {
    const stream = new GatewayWatch((body, signal) =>
      // Its head comes when the watch was taken, which whoever watches has a deadline for.
      openStream(this.#server, this.#ask('POST', `${this.#base}/watch`, body), 30_000, signal),
    );
    this.#closed.signal.addEventListener('abort', () => stream.cancel(), { once: true });
    return Promise.resolve(stream);
  }

  onLost(tell: (failure: StoreFailure) => void): () => void {
    this.#onLost.add(tell);
    return () => this.#onLost.delete(tell);
  }

  giveUp(failure: StoreFailure): void {
    if (this.#lost !== null) return;
    this.#lost = failure;
    const tell = [...this.#onLost];
    this.close();
    for (const one of tell) one(failure);
  }

  close(): void {
    this.#onLost.clear();
    this.#closed.abort();
  }

  async #call(path: string, request: object, deadline: number): Promise<unknown> {
    const send = (): Promise<unknown> => this.#send('POST', this.#base + path, request, deadline);
    try {
      return await send();
    } catch (error) {
      if (this.#login === null || !isStaleToken(readGrpcError(error))) throw error;
    }
    await this.#authenticate(deadline);
    return send();
  }

  async #authenticate(deadline: number): Promise<void> {
    if (this.#login === null) return;
    this.#token = null;
    try {
      this.#token = tokenOf(await this.#send('POST', `${this.#base}/auth/authenticate`, this.#login, deadline));
    } catch (error) {
      // A user was given, but this etcd asks for none: it serves everybody.
      if (!/authentication is not enabled/i.test(readGrpcError(error).words)) throw error;
    }
  }

  async #send(method: string, path: string, request: object | null, deadline: number): Promise<unknown> {
    const body = request === null ? null : JSON.stringify(encode(request));
    const limits = { ms: Math.max(1, deadline - Date.now()), maxBytes: MAX_BYTES };
    const outcome = await exchange(this.#server, this.#ask(method, path, body), limits, this.#closed.signal);
    if (outcome.kind === 'no-connection') throw grpcError(GrpcCode.unavailable, `no connection: ${outcome.why.kind}`);
    if (outcome.kind === 'bad-request') throw grpcError(GrpcCode.invalidArgument, outcome.words);
    if (outcome.kind === 'broken') {
      throw grpcError(outcome.why === 'timeout' ? GrpcCode.deadlineExceeded : GrpcCode.unavailable, outcome.words);
    }
    const data = parsed(outcome.body);
    if (outcome.status === 200 && data !== null) return data;
    throw (
      refusalOf(data) ??
      grpcError(GrpcCode.unavailable, `HTTP ${String(outcome.status)} instead of the gateway’s answer`)
    );
  }

  #ask(method: string, path: string, body: string | null) {
    // The gateway makes gRPC's metadata of these. Without a leader etcd shall refuse, not wait.
    const token = this.#token === null ? {} : { authorization: this.#token };
    const headers = { 'content-type': 'application/json', 'grpc-metadata-hasleader': 'true', ...token };
    return { method, path, body, headers };
  }
}

/** Where the gateway is, by etcd's version (`patroni/dcs/etcd3.py: Etcd3Client._prepare_request`). */
function baseOf(version: string): string {
  const [major = 3, minor = 0] = version.split('.').map(Number);
  if (major > 3 || minor >= 4) return '/v3';
  return minor === 3 ? '/v3beta' : '/v3alpha';
}

/** Null where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
