import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// A DOUBLE of Kubernetes' API server: none can be had on the machines that test. It keeps, as the API defines them, lists with a
// resourceVersion and pages, watches from a version with bookmarks and an end, 410 for what is too old, 401 and 404. It knows
// nothing else of Kubernetes: what is proven on it is our side of the protocol, not how a real API server behaves.

type Resource = 'pods' | 'endpoints' | 'configmaps';
type Texts = Readonly<Record<string, string>>;

interface StoredObject {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly labels: Texts;
    readonly annotations: Texts;
  };
}

interface Change {
  readonly version: number;
  readonly resource: Resource;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

export class KubernetesDouble {
  readonly #objects: Record<Resource, Map<string, StoredObject>> = {
    pods: new Map(),
    endpoints: new Map(),
    configmaps: new Map(),
  };
  readonly #changes: Change[] = [];
  readonly #watches = new Set<{
    readonly tell: (change: Change) => void;
    readonly end: (last: object | null) => void;
  }>();
  #version = 100;
  #oldest = 0;
  /** Whoever asks needs it; null for nobody. */
  token: string | null = null;
  /** How many watches were opened. */
  opened = 0;

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  static async start(): Promise<KubernetesDouble> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new KubernetesDouble(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** Makes or changes an object. */
  put(resource: Resource, name: string, annotations: Texts, labels: Texts = { 'cluster-name': 'demo' }): void {
    const type = this.#objects[resource].has(name) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    const object = { metadata: { name, resourceVersion: String(this.#version), labels, annotations } };
    this.#objects[resource].set(name, object);
    this.#happen({ version: this.#version, resource, type, object });
  }

  delete(resource: Resource, name: string): void {
    const before = this.#objects[resource].get(name);
    if (before === undefined) return;
    this.#objects[resource].delete(name);
    this.#version += 1;
    const object = { metadata: { ...before.metadata, resourceVersion: String(this.#version) } };
    this.#happen({ version: this.#version, resource, type: 'DELETED', object });
  }

  /** Forgets what happened up to now, as the API server does after some minutes. */
  compact(): void {
    this.#version += 1;
    this.#oldest = this.#version;
  }

  /** Ends every watch in an orderly way, or with an ERROR of 410 in it. */
  endWatches(how: 'closed' | 'gone'): void {
    for (const { end } of [...this.#watches]) end(how === 'gone' ? status(410, 'Expired', 'too old') : null);
  }

  async close(): Promise<void> {
    this.endWatches('closed');
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #happen(change: Change): void {
    this.#changes.push(change);
    for (const { tell } of this.#watches) tell(change);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const send = (code: number, body: object): void => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (this.token !== null && request.headers.authorization !== `Bearer ${this.token}`) {
      send(401, status(401, 'Unauthorized', 'Unauthorized'));
      return;
    }
    if (url.pathname === '/version') {
      send(200, { gitVersion: 'v1.33.0-double' });
      return;
    }
    const resource = /^\/api\/v1\/namespaces\/pg\/(pods|endpoints|configmaps)$/.exec(url.pathname)?.[1] as
      Resource | undefined;
    if (resource === undefined || request.method !== 'GET') {
      send(404, status(404, 'NotFound', 'not found'));
      return;
    }
    const wanted = selector(url.searchParams.get('labelSelector') ?? '');
    if (url.searchParams.get('watch') !== null) {
      this.#watch(resource, wanted, url.searchParams, response, send);
      return;
    }
    const limit = Number(url.searchParams.get('limit') ?? 0);
    const [from = 0, version = this.#version] = (url.searchParams.get('continue') ?? '')
      .split(':')
      .filter(Boolean)
      .map(Number);
    const all = [...this.#objects[resource].values()].filter(wanted);
    const items = all.slice(from, limit === 0 ? undefined : from + limit);
    const more =
      from + items.length < all.length ? { continue: `${String(from + items.length)}:${String(version)}` } : {};
    send(200, { metadata: { resourceVersion: String(version), ...more }, items });
  }

  #watch(
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
    if (from > this.#version) {
      send(504, status(504, 'Timeout', 'Too large resource version'));
      return;
    }
    this.opened += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const line = (type: string, object: object): void => void response.write(`${JSON.stringify({ type, object })}\n`);
    const watch = {
      tell: (change: Change): void => {
        if (change.resource === resource && change.version > from && wanted(change.object))
          line(change.type, change.object);
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
        line('BOOKMARK', { metadata: { resourceVersion: String(this.#version) } });
        watch.end(null);
      },
      Number(query.get('timeoutSeconds') ?? 1) * 1000,
    );
    response.on('close', () => {
      clearTimeout(timer);
      this.#watches.delete(watch);
    });
    for (const change of this.#changes) watch.tell(change);
    this.#watches.add(watch);
  }
}

const status = (code: number, reason: string, message: string): object => ({ kind: 'Status', code, reason, message });

function selector(text: string): (object: StoredObject) => boolean {
  const terms = text.split(',').map((term) => term.split('='));
  return ({ metadata: { labels } }) =>
    terms.every(([name = '', value]) => (value === undefined ? Object.hasOwn(labels, name) : labels[name] === value));
}
