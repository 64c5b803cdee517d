import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  type Change,
  KubernetesObjects,
  type Resource,
  status,
  type StoredObject,
  type Texts,
} from './kubernetes-objects';

// A DOUBLE of Kubernetes' API server: none can be had on the machines that test. It keeps, as the API defines them, lists with a
// resourceVersion and pages, watches from a version with bookmarks and an end, 410 for what is too old, creates, patches with and
// without a resourceVersion, the removal of a collection, and 401, 403, 404, 409, 415 and 422 with a Status. It knows nothing else of
// Kubernetes: what is proven on it is our side of the protocol, not how a real API server behaves.

/** What is done to the next write whose answer is lost. */
export type Loss = 'before it was done' | 'after it was done';

export class KubernetesDouble {
  readonly #store = new KubernetesObjects((change) => {
    for (const { tell } of this.#watches) tell(change);
  });
  readonly #watches = new Set<{
    readonly tell: (change: Change) => void;
    readonly end: (last: object | null) => void;
  }>();
  #oldest = 0;
  #port = 0;
  /** Whoever asks needs it; null for nobody. */
  token: string | null = null;
  /** Of whoever asks with a client certificate of this common name it wants no token. */
  user: string | null = null;
  /** What nobody may do, e.g. `patch endpoints`. */
  readonly forbidden = new Set<string>();
  /** How many watches were opened. */
  opened = 0;
  /** Every request that wrote or tried to: its method and path. */
  readonly writes: string[] = [];
  /** What becomes of the next write; null for nothing odd. */
  loseNext: Loss | null = null;
  /** The next write is answered so, and not done. */
  refuseNext: number | null = null;

  private constructor(
    private readonly server: Server,
    private readonly secure: boolean,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  static async start(tls: ServerOptions | null = null): Promise<KubernetesDouble> {
    const server = tls === null ? createServer() : createSecureServer(tls);
    const double = new KubernetesDouble(server, tls !== null);
    await double.listen();
    return double;
  }

  /** Listens, again on the port that it had. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.server.address() as AddressInfo).port;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http${this.secure ? 's' : ''}://127.0.0.1:${String(this.port)}`;
  }

  addNamespace(name: string): void {
    this.#store.addNamespace(name);
  }

  /** Makes or changes an object. */
  put(
    resource: Resource,
    name: string,
    annotations: Texts,
    labels: Texts = { 'cluster-name': 'demo' },
    namespace = 'pg',
  ): void {
    this.#store.put(namespace, resource, name, annotations, labels);
  }

  delete(resource: Resource, name: string, namespace = 'pg'): void {
    this.#store.delete(namespace, resource, name);
  }

  /** An object's annotations; null where there is no such object. */
  annotations(resource: Resource, name: string, namespace = 'pg'): Texts | null {
    return this.#store.all(namespace, resource).get(name)?.metadata.annotations ?? null;
  }

  labels(resource: Resource, name: string, namespace = 'pg'): Texts | null {
    return this.#store.all(namespace, resource).get(name)?.metadata.labels ?? null;
  }

  /** Forgets what happened up to now, as the API server does after some minutes. */
  compact(): void {
    this.#store.version += 1;
    this.#oldest = this.#store.version;
  }

  /** Everything as it is; the answer puts it back and breaks all connections, as a restore does. */
  backup(): () => void {
    const back = this.#store.backup();
    return () => {
      back();
      this.server.closeAllConnections();
    };
  }

  /** Ends every watch in an orderly way, or with an ERROR of 410 in it. */
  endWatches(how: 'closed' | 'gone'): void {
    for (const { end } of [...this.#watches]) end(how === 'gone' ? status(410, 'Expired', 'too old') : null);
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.endWatches('closed');
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const method = request.method ?? '';
    const body = await bodyOf(request);
    const send = (code: number, answer: object): void => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    if (method !== 'GET') this.writes.push(`${method} ${url.pathname}`);
    if (!this.#isKnown(request)) {
      send(401, status(401, 'Unauthorized', 'Unauthorized'));
      return;
    }
    if (url.pathname === '/version') {
      send(200, { gitVersion: 'v1.33.0-double' });
      return;
    }
    const path = /^\/api\/v1\/namespaces\/([^/]+)\/(pods|endpoints|configmaps)(?:\/([^/]+))?$/.exec(url.pathname);
    const [, namespace = '', kind = '', encoded] = path ?? [];
    if (path === null || !this.#store.hasNamespace(namespace)) {
      send(404, status(404, 'NotFound', path === null ? 'not found' : `namespaces "${namespace}" not found`));
      return;
    }
    const resource = kind as Resource;
    const name = encoded === undefined ? null : decodeURIComponent(encoded);
    const watches = url.searchParams.get('watch') !== null;
    const verb = verbOf(method, name, watches);
    if (verb === null) {
      send(405, status(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'));
      return;
    }
    if (this.forbidden.has(`${verb} ${resource}`)) {
      const what = `cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`;
      const words = `${resource}${name === null ? '' : ` "${name}"`} is forbidden: User "someone" ${what}`;
      send(403, status(403, 'Forbidden', words));
      return;
    }
    if (method !== 'GET') {
      this.#write(request, response, () => this.#change(request, namespace, resource, name, url, body), send);
      return;
    }
    if (name !== null) {
      const object = this.#store.all(namespace, resource).get(name);
      if (object === undefined) send(404, status(404, 'NotFound', `${resource} "${name}" not found`));
      else send(200, object);
      return;
    }
    const wanted = selector(url.searchParams.get('labelSelector') ?? '');
    if (watches) this.#watch(namespace, resource, wanted, url.searchParams, response, send);
    else this.#list(namespace, resource, wanted, url.searchParams, send);
  }

  #isKnown(request: IncomingMessage): boolean {
    if (this.token === null && this.user === null) return true;
    if (this.token !== null && request.headers.authorization === `Bearer ${this.token}`) return true;
    if (this.user === null || !(request.socket instanceof TLSSocket)) return false;
    return request.socket.authorized && request.socket.getPeerCertificate().subject.CN === this.user;
  }

  #write(
    request: IncomingMessage,
    response: ServerResponse,
    change: () => readonly [number, object],
    send: (code: number, body: object) => void,
  ): void {
    const [loss, refusal] = [this.loseNext, this.refuseNext];
    this.loseNext = null;
    this.refuseNext = null;
    if (refusal !== null) {
      send(refusal, status(refusal, refusal === 429 ? 'TooManyRequests' : 'InternalError', 'try again later'));
      return;
    }
    if (loss !== 'before it was done') {
      const [code, answer] = change();
      if (loss === null) {
        send(code, answer);
        return;
      }
    }
    response.destroy();
    request.socket.destroy();
  }

  #change(
    request: IncomingMessage,
    namespace: string,
    resource: Resource,
    name: string | null,
    url: URL,
    text: string,
  ): readonly [number, object] {
    if (request.method === 'DELETE') {
      const wanted = selector(url.searchParams.get('labelSelector') ?? '');
      const items = [...this.#store.all(namespace, resource).values()].filter(wanted);
      for (const { metadata } of items) this.#store.delete(namespace, resource, metadata.name);
      return [200, { metadata: { resourceVersion: String(this.#store.version) }, items }];
    }
    const type = request.headers['content-type'] ?? '';
    const fits =
      request.method === 'PATCH'
        ? /^application\/(strategic-)?merge-patch\+json$/.test(type)
        : type === 'application/json';
    if (!fits) return [415, status(415, 'UnsupportedMediaType', `the body of the request was in an unknown format`)];
    const { metadata } = JSON.parse(text) as { metadata: object };
    const found =
      name === null
        ? this.#store.create(namespace, resource, metadata)
        : this.#store.patch(namespace, resource, name, metadata);
    return 'code' in found ? [found.code, found] : [name === null ? 201 : 200, found];
  }

  #list(
    namespace: string,
    resource: Resource,
    wanted: (object: StoredObject) => boolean,
    query: URLSearchParams,
    send: (code: number, body: object) => void,
  ): void {
    const limit = Number(query.get('limit') ?? 0);
    const [from = 0, version = this.#store.version] = (query.get('continue') ?? '')
      .split(':')
      .filter(Boolean)
      .map(Number);
    const all = [...this.#store.all(namespace, resource).values()].filter(wanted);
    const items = all.slice(from, limit === 0 ? undefined : from + limit);
    const more =
      from + items.length < all.length ? { continue: `${String(from + items.length)}:${String(version)}` } : {};
    send(200, { metadata: { resourceVersion: String(version), ...more }, items });
  }

  #watch(
    namespace: string,
    resource: Resource,
    wanted: (object: StoredObject) => boolean,
    query: URLSearchParams,
    response: ServerResponse,
    send: (code: number, body: object) => void,
  ): void {
    const from = Number(query.get('resourceVersion'));
    if (from < this.#oldest) {
      send(410, status(410, 'Expired', 'too old resource version'));
      return;
    }
    if (from > this.#store.version) {
      send(504, status(504, 'Timeout', 'Too large resource version'));
      return;
    }
    this.opened += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const line = (type: string, object: object): void => void response.write(`${JSON.stringify({ type, object })}\n`);
    const watch = {
      tell: (change: Change): void => {
        const isOf = change.resource === resource && change.namespace === namespace;
        if (isOf && change.version > from && wanted(change.object)) line(change.type, change.object);
      },
      end: (last: object | null): void => {
        clearTimeout(timer);
        this.#watches.delete(watch);
        if (last !== null) line('ERROR', last);
        response.end();
      },
    };
    const timer = setTimeout(
      () => {
        line('BOOKMARK', { metadata: { resourceVersion: String(this.#store.version) } });
        watch.end(null);
      },
      Number(query.get('timeoutSeconds') ?? 1) * 1000,
    );
    response.on('close', () => {
      clearTimeout(timer);
      this.#watches.delete(watch);
    });
    for (const change of this.#store.changes) watch.tell(change);
    this.#watches.add(watch);
  }
}

/** As RBAC calls what is asked for; null for what the API does not know. */
function verbOf(method: string, name: string | null, watches: boolean): string | null {
  if (method === 'GET') return name === null ? (watches ? 'watch' : 'list') : 'get';
  if (method === 'PATCH' && name !== null) return 'patch';
  if (method === 'POST' && name === null) return 'create';
  return method === 'DELETE' && name === null ? 'deletecollection' : null;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    // Who asked has gone.
  }
  return Buffer.concat(parts).toString('utf8');
}

function selector(text: string): (object: StoredObject) => boolean {
  const terms = text.split(',').map((term) => term.split('='));
  return ({ metadata: { labels } }) =>
    terms.every(([name = '', value]) => {
      if (name.startsWith('!')) return !Object.hasOwn(labels, name.slice(1));
      return value === undefined ? Object.hasOwn(labels, name) : labels[name] === value;
    });
}
