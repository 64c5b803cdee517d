import { z } from 'zod';
import { exchange } from '../../http/http-exchange';
import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { mergeFailures } from '../merge-failures';
import { socketWords } from '../tls/socket-words';
import type { Way } from '../tls/way';
import type { Ensemble } from '../zookeeper/ensemble';
import { parseHosts, type ZooKeeperHosts } from '../zookeeper/options';

/** How an Exhibitor is reached (`patroni/dcs/exhibitor.py: Exhibitor`). */
export interface ExhibitorOptions {
  /** Hosts that run Exhibitor. Once it has answered, the servers that it named are asked first: it runs beside each of them. */
  readonly hosts: readonly string[];
  /** Of its REST API. */
  readonly port: number;
  readonly pollMs: number;
  readonly way?: Way | undefined;
  /** Until it must have answered. */
  readonly answerMs?: number;
}

/** What Exhibitor answers: ZooKeeper's servers and their client port. */
const listSchema = z.object({ servers: z.array(z.string().min(1)).min(1), port: z.number().int().min(1).max(65535) });

const PATH = '/exhibitor/v1/cluster/list';
const MAX_BYTES = 1_000_000;
const IN_THE_CLEAR = { ca: null, caFrom: null, client: null };

/** ZooKeeper's servers as Exhibitor names them, asked for again and again. What it named last counts while it does not answer. */
export class ExhibitorEnsemble implements Ensemble {
  readonly kind = 'exhibitor';
  readonly #listeners = new Set<(servers: ZooKeeperHosts) => void>();
  #known: { readonly servers: ZooKeeperHosts; readonly hosts: readonly string[]; readonly askedAt: number } | null =
    null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly options: ExhibitorOptions) {}

  get name(): string {
    return this.options.hosts.map((host) => `${host}:${String(this.options.port)}`).join(', ');
  }

  async servers(): Promise<Result<ZooKeeperHosts, StoreFailure>> {
    const known = this.#known;
    if (known !== null && Date.now() - known.askedAt < this.options.pollMs) return ok(known.servers);
    const asked = await this.#ask();
    return asked.ok || known === null ? asked : ok(known.servers);
  }

  onChange(listener: (servers: ZooKeeperHosts) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  async #ask(): Promise<Result<ZooKeeperHosts, StoreFailure>> {
    const named = this.#known?.hosts ?? [];
    const fromNamed = named.length === 0 ? null : await this.#askAny(named);
    const asked = fromNamed?.ok === true ? fromNamed : await this.#askAny(this.options.hosts);
    clearTimeout(this.#timer);
    if (!this.#closed) {
      this.#timer = setTimeout(() => void this.#ask(), this.options.pollMs);
      this.#timer.unref();
    }
    if (!asked.ok) return asked;
    const { servers, port } = asked.value;
    // Sorted, as Patroni does, so that the same servers in another order are no news.
    const hosts = parseHosts([...servers].sort().map((server) => `${bracketed(server)}:${String(port)}`));
    if (hosts === null) return err(this.#notExhibitor(this.name, `servers ${servers.join(', ')}`));
    const before = this.#known?.servers;
    this.#known = { servers: hosts, hosts: servers, askedAt: Date.now() };
    if (before !== undefined && targets(before) !== targets(hosts)) for (const tell of this.#listeners) tell(hosts);
    return ok(hosts);
  }

  /** The first good answer of all who are asked at once. */
  async #askAny(hosts: readonly string[]): Promise<Result<z.infer<typeof listSchema>, StoreFailure>> {
    return new Promise((resolve) => {
      const failures: StoreFailure[] = [];
      for (const host of hosts) {
        void this.#askOne(host).then((answer) => {
          if (answer.ok) {
            resolve(answer);
            return;
          }
          failures.push(answer.error);
          const all = failures.length === hosts.length ? mergeFailures(failures) : null;
          if (all !== null) resolve(err(all));
        });
      }
    });
  }

  async #askOne(host: string): Promise<Result<z.infer<typeof listSchema>, StoreFailure>> {
    const { port, way, answerMs = 2000 } = this.options;
    const target = `${bracketed(host)}:${String(port)}`;
    const noWay = await way?.ready();
    if (noWay) return err(noWay);
    const answer = await exchange(
      { secure: false, host: host.replace(/^\[|\]$/g, ''), port, tls: IN_THE_CLEAR, verify: true, way },
      { method: 'GET', path: PATH, headers: { accept: 'application/json' }, body: null },
      { ms: answerMs, maxBytes: MAX_BYTES },
    );
    if (answer.kind === 'no-connection' && answer.why.kind !== 'tls-server') {
      const { kind, message, advice, said } = socketWords(answer.why, {
        product: 'Exhibitor',
        host,
        target,
        caFile: null,
        caFrom: null,
        certFile: null,
        clientCertificateAdvice: '',
        plaintextAdvice: '',
      });
      return err({ kind, endpoint: target, message, advice, detail: said });
    }
    if (answer.kind !== 'answered') {
      return err(this.#notExhibitor(target, 'words' in answer ? answer.words : 'TLS'));
    }
    if (answer.status !== 200) return err(this.#notExhibitor(target, `HTTP ${String(answer.status)}`));
    let list: unknown = null;
    try {
      list = JSON.parse(answer.body);
    } catch {
      // Said below.
    }
    const parsed = listSchema.safeParse(list);
    if (!parsed.success) return err(this.#notExhibitor(target, answer.body.slice(0, 200)));
    return ok(parsed.data);
  }

  #notExhibitor(target: string, detail: string): StoreFailure {
    return {
      kind: 'other',
      endpoint: target,
      message: `${target} answers, but does not tell the servers of a ZooKeeper as Exhibitor does.`,
      advice: `Check host and port; http://${target}${PATH} must list "servers" and "port".`,
      detail,
    };
  }
}

function targets({ hosts }: ZooKeeperHosts): string {
  return hosts.map(({ target }) => target).join(',');
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
