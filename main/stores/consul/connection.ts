import { EventEmitter } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { z } from 'zod';
import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreNode } from '../../../app/dcs/node';
import { onWay } from '../../http/agent-on-way';
import type { Endpoint } from '../http-endpoint';
import type { TlsMaterial } from '../tls/tls-files';
import { NO_INDEX, readHttpError } from './http-error';
import type { CallOptions, ConsulLibrary } from './library';
import { consulKey, readEntries, readResults } from './nodes';
import { type ConsulOptions, DEFAULT_TIMING, verifies } from './options';

/** All keys below a prefix, with the index that Consul gives for them. */
export interface Listing {
  readonly index: string;
  readonly nodes: readonly StoreNode[];
}

/** One operation of a transaction (https://developer.hashicorp.com/consul/api-docs/txn). */
export interface Operation {
  readonly Verb:
    'set' | 'cas' | 'lock' | 'unlock' | 'get' | 'delete' | 'delete-tree' | 'check-index' | 'check-not-exists';
  readonly Key: string;
  /** Base64. */
  readonly Value?: string;
  readonly Index?: number;
  readonly Session?: string;
}

/** Consul ends connections beyond its limits.http_max_conns_per_client, 200 by itself. */
const MAX_SOCKETS = 32;

const listed = z.tuple(
  [
    z.object({
      headers: z.object({ 'x-consul-index': z.string().optional(), 'x-consul-knownleader': z.string().optional() }),
    }),
  ],
  // Nothing where there is no key.
  z.unknown(),
);

function agentFor(endpoint: Endpoint, options: ConsulOptions, tls: TlsMaterial): HttpAgent {
  const agent = endpoint.secure
    ? new HttpsAgent({
        keepAlive: true,
        maxSockets: MAX_SOCKETS,
        rejectUnauthorized: verifies(options),
        ...(tls.ca === null ? {} : { ca: tls.ca }),
        ...(tls.client ?? {}),
      })
    : new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  return endpoint.way === undefined
    ? agent
    : onWay(agent, endpoint, options.timing?.connectMs ?? DEFAULT_TIMING.connectMs);
}

/** The client of one agent. */
export class Connection {
  private constructor(
    readonly endpoint: Endpoint,
    private readonly library: ConsulLibrary,
    private readonly common: CallOptions,
    private readonly consistency: ConsulOptions['consistency'],
  ) {}

  /** Makes the client; nothing is sent yet. */
  static async make(endpoint: Endpoint, options: ConsulOptions, tls: TlsMaterial): Promise<Connection> {
    const { makeLibrary } = await import('./library');
    const agent = agentFor(endpoint, options, tls);
    const base = `${endpoint.secure ? 'https' : 'http'}://${endpoint.target}/v1`;
    const common = {
      ...(options.token === null || options.token === '' ? {} : { token: options.token }),
      ...(options.dc === null || options.dc === '' ? {} : { dc: options.dc }),
    };
    return new Connection(endpoint, makeLibrary(base, endpoint.host, agent), common, options.consistency);
  }

  /**
   * All keys below a namespace. With `after` it waits, up to `waitMs`, for another index than that. `cancel` ends it.
   * A token that may read nothing gets an empty list from Consul: there a single key is asked for, which is refused.
   */
  async list(
    namespace: string,
    timeout: number,
    waiting: { readonly after: string; readonly waitMs: number } | null = null,
    ctx = new EventEmitter(),
  ): Promise<Listing> {
    const key = consulKey(namespacePrefix(namespace));
    // What a new leader answers by default may be older than what was told before: what nothing is waited for is read for sure.
    const mode = this.consistency === 'default' && waiting === null ? 'consistent' : this.consistency;
    const answer = await this.library.kv.get({
      ...this.common,
      ...(mode === 'default' ? {} : { [mode]: true }),
      key,
      recurse: true,
      buffer: true,
      // Consul adds up to a sixteenth of the wait.
      timeout: timeout + (waiting === null ? 0 : waiting.waitMs * 1.1),
      ctx: Object.assign(ctx, { includeResponse: true }),
      ...(waiting === null ? {} : { index: waiting.after, wait: `${String(waiting.waitMs)}ms` }),
    });
    const [{ headers }, data] = listed.parse(answer);
    if (headers['x-consul-knownleader'] === 'false') throw new Error('No cluster leader');
    // Any web server says 404, which Consul means by: no keys.
    const index = headers['x-consul-index'];
    if (index === undefined || !/^\d{1,20}$/.test(index)) throw new Error(NO_INDEX);
    const nodes = readEntries(data);
    if (nodes.length === 0) await this.library.kv.get({ ...this.common, key: `${key}initialize`, timeout });
    // A blocking query with index 0 would not block.
    return { index: index === '0' ? '1' : index, nodes };
  }

  /** One key as it is now; null when there is none. */
  async get(key: string, timeout: number): Promise<StoreNode | null> {
    try {
      const [node] = await this.transaction([{ Verb: 'get', Key: consulKey(key) }], timeout);
      return node ?? null;
    } catch (error) {
      const { status, words } = readHttpError(error);
      if (status === 409 && /doesn't exist/.test(words)) return null;
      throw error;
    }
  }

  /** All of it or nothing; gives the keys that were set or read. */
  async transaction(operations: readonly Operation[], timeout: number): Promise<readonly StoreNode[]> {
    const data = await this.library.transaction.create(
      operations.map((operation) => ({ KV: operation })),
      { ...this.common, timeout, ctx: Object.assign(new EventEmitter(), { includeResponse: true }) },
    );
    return readResults(z.tuple([z.unknown(), z.unknown()]).parse(data)[1]);
  }

  /** A new session, whose keys are deleted when it ends (`patroni/dcs/consul.py: _do_refresh_session`). */
  async createSession(ttlMs: number, timeout: number): Promise<string> {
    const ctx = Object.assign(new EventEmitter(), { includeResponse: true });
    const answer = await this.library.session.create({
      ...this.common,
      ctx,
      timeout,
      name: 'herdscope',
      ttl: `${String(ttlMs)}ms`,
      behavior: 'delete',
      lockdelay: '1ms',
      // None: with the agent's own check the session would end with the agent.
      checks: [],
    });
    return z.tuple([z.unknown(), z.object({ ID: z.string() })]).parse(answer)[1].ID;
  }

  /** Gives a session its whole TTL again; false when Consul does not know it. */
  async renewSession(id: string, timeout: number): Promise<boolean> {
    const ctx = Object.assign(new EventEmitter(), { includeResponse: true });
    try {
      await this.library.session.renew({ ...this.common, id, timeout, ctx });
      return true;
    } catch (error) {
      if (readHttpError(error).status === 404) return false;
      throw error;
    }
  }

  async destroySession(id: string, timeout: number): Promise<void> {
    const ctx = Object.assign(new EventEmitter(), { includeResponse: true });
    await this.library.session.destroy({ ...this.common, id, timeout, ctx });
  }

  /** Whether Consul knows a session. */
  async hasSession(id: string, timeout: number): Promise<boolean> {
    const ctx = Object.assign(new EventEmitter(), { includeResponse: true });
    const answer = await this.library.session.info({ ...this.common, id, timeout, ctx });
    return Array.isArray(answer) && answer[1] !== undefined;
  }

  /** The agent's version; throws where the token may not ask the agent about itself. */
  async version(timeout: number): Promise<string> {
    const answer = await this.library.agent.self({ ...this.common, timeout });
    return z.object({ Config: z.object({ Version: z.string() }) }).parse(answer).Config.Version;
  }

  /** Whether Consul has a leader; throws when it does not say so in time. */
  async hasLeader(timeout: number): Promise<boolean> {
    // The package makes nothing of an empty text.
    const leader = z
      .string()
      .optional()
      .parse(await this.library.status.leader({ ...this.common, timeout }));
    return leader !== undefined && leader !== '';
  }

  close(): void {
    this.library.destroy();
  }
}
