import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreNode } from '../../../app/dcs/node';
import type {
  NodeChange,
  SessionState,
  SetCondition,
  StoreFailure,
  StoreProbe,
  StoreSession,
  StoreSnapshot,
  StoreWatch,
  WatchListener,
  WritableStore,
  Written,
} from '../../../app/dcs/store';
import { compareRevisions } from '../../../app/dcs/revision';
import { err, ok, type Result } from '../../../app/result';
import { countClusters } from '../count-clusters';
import { type Answer, Client } from './client';
import { notHeld, refused } from './failure';
import {
  type ApiEvent,
  type ApiNode,
  apiPath,
  errorCodes,
  keyOfSession,
  keysBelow,
  readError,
  readEvent,
  toStoreNode,
  whyNotHeld,
} from './nodes';
import type { Etcd2Options } from './options';
import { Etcd2Session, type OwnKey } from './session';
import { type Comparison, deletions, Etcd2Watch } from './watch';

/** From so many keys on, all of them are read at once to tell what is left of each. */
const MANY = 16;

/** An etcd by its v2 API. Reads are answered by the majority of its members (`quorum=true`), as patronictl asks them to. */
export class Etcd2Store implements WritableStore {
  readonly kind = 'etcd';
  readonly #client: Client;
  #namespace = '';
  #clusterId: string | null = null;
  readonly #own = new Map<string, Etcd2Session>();
  /** The longest that was left of each key's TTL: etcd does not tell what it was given. */
  readonly #ttls = new Map<string, number>();
  /**
   * The last change of each key below each prefix that was read and is watched. Of a directory that is removed etcd tells one event;
   * and what was read tells the store again from one that was restored.
   */
  readonly #known = new Map<string, Map<string, string>>();
  /** How often the client had lost its endpoint when each prefix was read. */
  readonly #lossesAtRead = new Map<string, number>();

  constructor(private readonly options: Etcd2Options) {
    this.#client = new Client(options);
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    this.#namespace = prefix;
    const { losses } = this.#client;
    const read = await this.#readAll(this.#client, prefix);
    if (!read.ok) return read;
    const { answer, nodes } = read.value;
    this.#clusterId = answer.clusterId;
    this.#known.set(namespacePrefix(prefix), new Map(nodes.map(({ key, modRevision }) => [key, modRevision])));
    this.#lossesAtRead.set(namespacePrefix(prefix), losses);
    return ok({ storeId: answer.clusterId ?? 'etcd', revision: answer.index ?? '0', nodes });
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    const at = namespacePrefix(prefix);
    return new Etcd2Watch(
      {
        client: this.#client,
        clusterId: () => this.#clusterId,
        index: () => this.#index(prefix),
        wasLost: () => (this.#lossesAtRead.get(at) ?? this.#client.losses) < this.#client.losses,
        compare: (revision) => this.#compare(prefix, revision),
        changes: (event) => this.#changes(at, event),
      },
      prefix,
      fromRevision,
      listener,
    );
  }

  /** Ours by our own clock; of a key with a TTL what etcd says is left of it. Of a session of another Herdscope nothing is known. */
  async sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>> {
    const askedAt = new Date().toISOString();
    const keys = ids.flatMap((id) => keyOfSession(id) ?? []);
    const left = await this.#left(keys);
    if (!left.ok) return left;
    return ok(
      ids.flatMap((id): readonly SessionState[] => {
        const own = this.#own.get(id);
        if (own !== undefined) {
          return [{ id, grantedTtlSeconds: own.ttlSeconds, remainingTtlSeconds: own.remainingSeconds, askedAt }];
        }
        const key = keyOfSession(id);
        if (key === null) return [];
        const remaining = left.value.get(key) ?? -1;
        const granted = Math.max(this.#ttls.get(key) ?? 0, remaining);
        return [{ id, grantedTtlSeconds: granted, remainingTtlSeconds: remaining, askedAt }];
      }),
    );
  }

  /** Tries the settings as they are: on requests of its own, answered within 5 s in any case. */
  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    const start = Date.now();
    const client = new Client(this.options);
    const read = await this.#readAll(client, prefix);
    if (!read.ok) return read;
    const version = await client.version(prefix);
    const keys = read.value.nodes.map(({ key }) => key);
    return ok({
      endpoint: read.value.answer.endpoint.url,
      version: version === null ? 'etcd (v2 API)' : `etcd ${version} (v2 API)`,
      clusterCount: countClusters(prefix, keys),
      keyCount: keys.length,
      elapsedMs: Date.now() - start,
    });
  }

  create(key: string, value: string, session: StoreSession | null): Promise<Written> {
    return this.set(key, value, { modRevision: '0' }, session);
  }

  async set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written> {
    const why = whyNotHeld(key);
    if (why !== null) return { kind: 'failed', failure: notHeld(this.#context(), key, why) };
    const own = session === null ? null : (this.#own.get(session.id) ?? null);
    if (session !== null && (own === null || own.isOver)) return { kind: 'no-session' };
    const fields: Record<string, string> = { value };
    if (condition !== 'any') {
      if (condition.modRevision === '0') fields['prevExist'] = 'false';
      else fields['prevIndex'] = condition.modRevision;
    }
    if (own !== null) fields['ttl'] = String(own.ttlSeconds);
    const written = await this.#write('PUT', key, '', fields);
    if (written.kind !== 'done') return written;
    for (const other of this.#own.values()) other.lost(key);
    own?.took(key, { value, modRevision: written.revision });
    return written;
  }

  async remove(key: string, modRevision: string | null): Promise<Written> {
    // No key has revision 0, and to etcd it is no condition.
    if (modRevision === '0') return this.#refused(key);
    const written = await this.#write('DELETE', key, modRevision === null ? '' : `?prevIndex=${modRevision}`);
    if (written.kind === 'done') for (const own of this.#own.values()) own.lost(key);
    return written;
  }

  /** One request for the whole directory. What is a key itself has nothing below it. */
  async removeAll(prefix: string): Promise<Written> {
    const at = namespacePrefix(prefix);
    const there = await this.#ask({ method: 'GET', path: `${apiPath(at)}?quorum=true` }, prefix);
    if (!there.ok) return { kind: 'failed', failure: there.error };
    const event = there.value.status === 200 ? readEvent(there.value.body) : null;
    if (event !== null && event.node.dir !== true) return { kind: 'done', revision: there.value.index ?? '0' };
    const known = this.#known.get(at);
    const written = await this.#write('DELETE', at, '?recursive=true&dir=true');
    if (written.kind === 'done')
      for (const key of known?.keys() ?? []) for (const own of this.#own.values()) own.lost(key);
    return written;
  }

  async openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    // Nothing is told to etcd yet; that it can be reached is found out all the same.
    const index = await this.#index(this.#namespace === '' ? '/' : this.#namespace);
    if (!index.ok) return index;
    const session = new Etcd2Session(
      {
        renew: (key, own, ttl) => this.#renew(key, own, ttl),
        drop: (key, own) => this.#drop(key, own),
      },
      ttlSeconds,
    );
    for (const [id, one] of this.#own) if (one.isOver && this.#own.size > MANY) this.#own.delete(id);
    this.#own.set(session.id, session);
    return ok(session);
  }

  wake(): void {
    this.#client.reset();
  }

  close(): void {
    this.#client.reset();
    this.#known.clear();
    this.#ttls.clear();
  }

  async #readAll(
    client: Client,
    prefix: string,
  ): Promise<Result<{ readonly answer: Answer; readonly nodes: readonly StoreNode[] }, StoreFailure>> {
    const path = `${apiPath(namespacePrefix(prefix))}?recursive=true&quorum=true`;
    const asked = await client.ask({ method: 'GET', path }, prefix);
    if (!asked.ok) return err(asked.error.failure);
    const answer = asked.value;
    // A directory that is not there holds no keys.
    if (readError(answer.body)?.errorCode === errorCodes.keyNotFound && answer.index !== null) {
      return ok({ answer, nodes: [] });
    }
    const event = answer.status === 200 && answer.index !== null ? readEvent(answer.body) : null;
    if (event === null) {
      return err(
        refused(answer.status, answer.body, { endpoint: answer.endpoint, options: this.options, namespace: prefix }),
      );
    }
    const nodes = keysBelow(prefix, event.node, (key, seconds) => this.#sawTtl(key, seconds));
    return ok({ answer, nodes: nodes.map((node) => this.#withOwnSession(node)) });
  }

  /** What is left of the TTL of each key that has one, in seconds. */
  async #left(keys: readonly string[]): Promise<Result<ReadonlyMap<string, number>, StoreFailure>> {
    const left = new Map<string, number>();
    if (keys.length > MANY) {
      const path = `${apiPath(namespacePrefix(this.#namespace))}?recursive=true`;
      const read = await this.#read(path);
      if (!read.ok) return read;
      if (read.value !== null) keysBelow(this.#namespace, read.value, (key, seconds) => left.set(key, seconds));
      return ok(left);
    }
    for (const key of keys) {
      const read = await this.#read(apiPath(key));
      if (!read.ok) return read;
      if (read.value?.ttl !== undefined) left.set(key, read.value.ttl);
    }
    return ok(left);
  }

  /** What is there; null for nothing, which only etcd's own word says: any other answer tells nothing of a key. */
  async #read(path: string): Promise<Result<ApiNode | null, StoreFailure>> {
    const asked = await this.#ask({ method: 'GET', path }, this.#namespace);
    if (!asked.ok) return asked;
    const { status, body, endpoint } = asked.value;
    const event = status === 200 ? readEvent(body) : null;
    if (event !== null) return ok(event.node);
    if (readError(body)?.errorCode === errorCodes.keyNotFound) return ok(null);
    return err(refused(status, body, { endpoint, options: this.options, namespace: this.#namespace }));
  }

  async #index(prefix: string): Promise<Result<string, StoreFailure>> {
    const asked = await this.#ask({ method: 'GET', path: `${apiPath(namespacePrefix(prefix))}?quorum=true` }, prefix);
    if (!asked.ok) return asked;
    const { index, status, body, endpoint } = asked.value;
    if (index === null || status === 401) {
      return err(refused(status, body, { endpoint, options: this.options, namespace: prefix }));
    }
    return ok(index);
  }

  /** What was read up to `revision` beside what is there now: the same store, another one, or not to be told without reading anew. */
  async #compare(prefix: string, revision: string): Promise<Result<Comparison, StoreFailure>> {
    const { losses } = this.#client;
    const read = await this.#readAll(this.#client, prefix);
    if (!read.ok) return read;
    const known = this.#known.get(namespacePrefix(prefix));
    if (known === undefined) return ok('unclear');
    const { answer, nodes } = read.value;
    const old = nodes.filter(({ modRevision }) => compareRevisions(modRevision, revision) <= 0);
    if (compareRevisions(answer.index ?? '0', revision) < 0) return ok('other');
    if (old.some(({ key, modRevision }) => known.get(key) !== modRevision)) return ok('other');
    const there = new Set(nodes.map(({ key }) => key));
    // It may have been removed since, or never have been there.
    if ([...known.keys()].some((key) => !there.has(key))) return ok('unclear');
    this.#lossesAtRead.set(namespacePrefix(prefix), losses);
    return ok('same');
  }

  #changes(prefix: string, { action, node }: ApiEvent): readonly NodeChange[] | null {
    const { key, dir, modifiedIndex } = node;
    if (key === undefined || modifiedIndex === undefined) return null;
    const known = this.#known.get(prefix);
    const modRevision = String(modifiedIndex);
    if (deletions.has(action)) {
      if (dir !== true) {
        known?.delete(key);
        return key.startsWith(prefix) ? [{ kind: 'delete', key, modRevision }] : [];
      }
      if (known === undefined) return null;
      const gone = [...known.keys()].filter((one) => one.startsWith(`${key}/`)).sort();
      for (const one of gone) known.delete(one);
      return gone.map((one) => ({ kind: 'delete', key: one, modRevision }));
    }
    const read = toStoreNode(node);
    if (read === null || !read.key.startsWith(prefix)) return [];
    known?.set(key, modRevision);
    if (node.ttl !== undefined) this.#sawTtl(key, node.ttl);
    return [{ kind: 'put', node: this.#withOwnSession(read) }];
  }

  #sawTtl(key: string, seconds: number): void {
    this.#ttls.set(key, Math.max(seconds, this.#ttls.get(key) ?? 0));
  }

  #withOwnSession(node: StoreNode): StoreNode {
    if (node.session === null) return node;
    for (const own of this.#own.values()) if (own.owns(node.key, node.modRevision)) return { ...node, session: own.id };
    return node;
  }

  async #renew(key: string, { value, modRevision }: OwnKey, ttl: number): Promise<Result<string | null, StoreFailure>> {
    const written = await this.#write('PUT', key, '', { value, prevIndex: modRevision, ttl: String(ttl) });
    if (written.kind === 'done') return ok(written.revision);
    return 'failure' in written ? err(written.failure) : ok(null);
  }

  async #drop(key: string, { modRevision }: OwnKey): Promise<Result<null, StoreFailure>> {
    const written = await this.#write('DELETE', key, `?prevIndex=${modRevision}`);
    return 'failure' in written ? err(written.failure) : ok(null);
  }

  /** Sends a write once. */
  async #write(
    method: 'PUT' | 'DELETE',
    key: string,
    query: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<Written> {
    const sent = await this.#client.ask(
      { method, path: `${apiPath(key)}${query}`, ...(fields === undefined ? {} : { fields }) },
      this.#namespace,
    );
    if (!sent.ok) return { kind: sent.error.sent ? 'unknown' : 'failed', failure: sent.error.failure };
    const { status, body, index, endpoint } = sent.value;
    const event = status === 200 || status === 201 ? readEvent(body) : null;
    if (event?.node.modifiedIndex !== undefined) return { kind: 'done', revision: String(event.node.modifiedIndex) };
    const context = { endpoint, options: this.options, namespace: this.#namespace };
    switch (readError(body)?.errorCode) {
      case errorCodes.compareFailed:
      case errorCodes.exists:
        return this.#refused(key);
      case errorCodes.keyNotFound:
        // Removing what is not there is done, unless it was to be as it was read.
        if (method === 'DELETE' && !query.includes('prevIndex')) return { kind: 'done', revision: index ?? '0' };
        return this.#refused(key);
      case errorCodes.notAFile:
        return { kind: 'failed', failure: notHeld(context, key, 'it is the directory of other keys') };
      case errorCodes.notADirectory:
        return { kind: 'failed', failure: notHeld(context, key, 'a key stands where a directory would have to be') };
      default: {
        const failure = refused(status, body, context);
        // A majority that could not be reached in time may still take it.
        return { kind: status >= 500 ? 'unknown' : 'failed', failure };
      }
    }
  }

  /** The condition did not hold: what is there now. */
  async #refused(key: string): Promise<Written> {
    const asked = await this.#ask({ method: 'GET', path: `${apiPath(key)}?quorum=true` }, this.#namespace);
    const node = asked.ok ? readEvent(asked.value.body)?.node : undefined;
    const found = node === undefined ? null : toStoreNode(node);
    return { kind: 'refused', found: found === null ? null : this.#withOwnSession(found) };
  }

  async #ask(
    ask: { readonly method: 'GET'; readonly path: string },
    prefix: string,
  ): Promise<Result<Answer, StoreFailure>> {
    const asked = await this.#client.ask(ask, prefix);
    return asked.ok ? asked : err(asked.error.failure);
  }

  #context() {
    return { endpoint: this.#client.endpoint, options: this.options, namespace: this.#namespace };
  }
}
