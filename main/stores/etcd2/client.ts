import { setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { type HttpServer, type HttpStream, type NoAnswer, openStream, readWhole } from '../../http/http-exchange';
import type { Endpoint } from '../http-endpoint';
import { mergeFailures } from '../merge-failures';
import { readTlsFiles, type TlsMaterial } from '../tls/tls-files';
import { noQuorum, unanswered } from './failure';
import { DEFAULT_TIMING, type Etcd2Options, type Etcd2Timing, parseEndpoint } from './options';

export interface Ask {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** The fields of a form, for PUT. */
  readonly fields?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly endpoint: Endpoint;
  readonly status: number;
  readonly body: string;
  /** etcd's index when it answered; null where somebody else answered. */
  readonly index: string | null;
  readonly clusterId: string | null;
}

/** No answer; `sent` when the request may have been taken all the same. */
export interface Unanswered {
  readonly failure: StoreFailure;
  readonly sent: boolean;
}

/** The head of an answer whose body is still to come. */
export interface Opened {
  readonly endpoint: Endpoint;
  readonly stream: HttpStream;
  readonly index: string | null;
  readonly clusterId: string | null;
}

/** No namespace with that many keys is Patroni's. */
const MAX_BYTES = 256 * 1024 * 1024;

/** etcd's v2 API over HTTP. A request goes to the endpoint that answered last, or to the next where that one is silent. */
export class Client {
  readonly timing: Etcd2Timing;
  #endpoints: readonly Endpoint[];
  #answered = false;
  #losses = 0;
  #tls: Promise<Result<TlsMaterial, StoreFailure>> | null = null;
  #ended = endOfMany();

  /** Throws when an endpoint is none: the settings' schema lets only endpoints through. */
  constructor(readonly options: Etcd2Options) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#endpoints = options.endpoints.map((url) => {
      const endpoint = parseEndpoint(url);
      if (endpoint === null) throw new Error(`not an endpoint of etcd: ${url}`);
      return { ...endpoint, way: options.way };
    });
  }

  /** The one that is asked first. */
  get endpoint(): Endpoint {
    const [first] = this.#endpoints;
    if (first === undefined) throw new Error('an etcd has at least one endpoint');
    return first;
  }

  /** How often an endpoint was lost: what stands there afterwards may be another store. */
  get losses(): number {
    return this.#losses;
  }

  /** A request broke off while its answer was awaited. */
  lost(): void {
    this.#losses += 1;
  }

  /** Ends every request that runs; files are read anew for the next one. */
  reset(): void {
    this.#losses += 1;
    this.#ended.abort();
    this.#ended = endOfMany();
    this.#tls = null;
    this.#answered = false;
  }

  /** Asks, at each endpoint that could be reached, until one answers. What may have been taken is never sent twice unless it only reads. */
  async ask(ask: Ask, namespace: string): Promise<Result<Answer, Unanswered>> {
    const { signal } = this.#ended;
    return this.#each(ask, namespace, async (endpoint, server, ms) => {
      const until = Date.now() + ms;
      const opened = await openStream(server, this.#request(ask), ms, signal);
      if (opened.kind !== 'streaming') return opened;
      const whole = await readWhole(opened, Math.max(1, until - Date.now()), MAX_BYTES, signal);
      if (whole.kind !== 'answered') return whole;
      return { endpoint, status: whole.status, body: whole.body, ...told(opened.message.headers) };
    });
  }

  /** The same up to the head of the answer; `signal` ends it, and whoever has the stream reads or destroys it. */
  async open(ask: Ask, namespace: string, signal: AbortSignal): Promise<Result<Opened, Unanswered>> {
    return this.#each(ask, namespace, async (endpoint, server, ms) => {
      const stream = await openStream(server, this.#request(ask), ms, signal);
      if (stream.kind !== 'streaming') return stream;
      return { endpoint, stream, ...told(stream.message.headers) };
    });
  }

  /** What etcd calls itself, e.g. `3.4.23`; null when it does not say. */
  async version(namespace: string): Promise<string | null> {
    const answer = await this.ask({ method: 'GET', path: '/version' }, namespace);
    if (!answer.ok) return null;
    return /"etcdserver":\s*"([\w.+-]{1,40})"/.exec(answer.value.body)?.[1] ?? null;
  }

  async #each<T extends object>(
    ask: Ask,
    namespace: string,
    run: (endpoint: Endpoint, server: HttpServer, ms: number) => Promise<T | NoAnswer>,
  ): Promise<Result<T, Unanswered>> {
    const endpoints = this.#endpoints;
    this.#tls ??= readTlsFiles({
      ...this.options,
      endpoint: this.options.endpoints.join(', '),
      secure: endpoints.some(({ secure }) => secure),
    });
    const tls = await this.#tls;
    if (!tls.ok) {
      this.#tls = null;
      return err({ failure: tls.error, sent: false });
    }
    const noWay = await this.options.way?.ready();
    if (noWay) return err({ failure: noWay, sent: false });
    const failures: StoreFailure[] = [];
    for (const [at, endpoint] of endpoints.entries()) {
      const { host, port, secure, way } = endpoint;
      const server = { host, port, secure, way, tls: tls.value, verify: true };
      const ms = this.#answered && at === 0 ? this.timing.callMs : this.timing.connectMs / endpoints.length;
      const outcome = await run(endpoint, server, ms);
      if (!isNoAnswer(outcome)) {
        this.#answered = true;
        this.#endpoints = [endpoint, ...endpoints.filter((one) => one !== endpoint)];
        return ok(outcome);
      }
      const cancelled = outcome.kind === 'broken' && outcome.why === 'cancelled';
      if (!cancelled) this.#losses += 1;
      failures.push(await this.#why(outcome, endpoint, server, namespace));
      const sent = outcome.kind === 'broken';
      if (cancelled || outcome.kind === 'bad-request' || (sent && ask.method !== 'GET')) {
        return err({ failure: failures.at(-1) ?? gone, sent });
      }
    }
    this.#answered = false;
    return err({ failure: mergeFailures(failures) ?? gone, sent: false });
  }

  /** An etcd without a leader leaves a read unanswered, but says how it is to who asks for that. */
  async #why(outcome: NoAnswer, endpoint: Endpoint, server: HttpServer, namespace: string): Promise<StoreFailure> {
    const context = { endpoint, options: this.options, namespace };
    if (outcome.kind === 'broken' && outcome.why === 'timeout') {
      const ms = this.timing.diagnosisMs / this.#endpoints.length;
      const ask = { method: 'GET', path: '/health', headers: {}, body: null };
      const health = await openStream(server, ask, ms, this.#ended.signal);
      if (health.kind === 'streaming') {
        const whole = await readWhole(health, ms, 10_000, this.#ended.signal);
        if (whole.kind === 'answered' && /"health":\s*"?false/.test(whole.body)) return noQuorum(context, whole.body);
      }
    }
    const tls = await this.#tls;
    const plaintext = await this.#endsTls(outcome, server);
    return unanswered(plaintext ?? outcome, context, tls?.ok === true ? tls.value : null);
  }

  /** An etcd without TLS ends a connection that begins with it, without a word; asked plainly it answers. */
  async #endsTls(outcome: NoAnswer, server: HttpServer): Promise<NoAnswer | null> {
    if (!server.secure || outcome.kind !== 'no-connection' || outcome.why.kind !== 'hung-up') return null;
    const ask = { method: 'GET', path: '/version', headers: {}, body: null };
    const ms = this.timing.diagnosisMs / this.#endpoints.length;
    const plain = await openStream({ ...server, secure: false }, ask, ms, this.#ended.signal);
    if (plain.kind !== 'streaming') return null;
    plain.message.on('error', () => undefined).destroy();
    return { kind: 'no-connection', why: { kind: 'plaintext-server' } };
  }

  #request({ method, path, fields }: Ask) {
    const { username, password } = this.options;
    const headers: Record<string, string> = {};
    if (username !== null && username !== '') {
      headers['authorization'] = `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
    }
    if (fields === undefined) return { method, path, headers, body: null };
    headers['content-type'] = 'application/x-www-form-urlencoded';
    return { method, path, headers, body: new URLSearchParams(fields).toString() };
  }
}

/** As many requests as run at once listen to it. */
function endOfMany(): AbortController {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  return end;
}

const gone: StoreFailure = {
  kind: 'other',
  endpoint: '',
  message: 'This connection was closed.',
  advice: 'Open it again.',
  detail: 'closed',
};

const noAnswers: ReadonlySet<string> = new Set<NoAnswer['kind']>(['no-connection', 'bad-request', 'broken']);

function isNoAnswer(outcome: object): outcome is NoAnswer {
  return 'kind' in outcome && typeof outcome.kind === 'string' && noAnswers.has(outcome.kind);
}

function told(headers: IncomingHttpHeaders): Pick<Answer, 'index' | 'clusterId'> {
  const index = headers['x-etcd-index'];
  const clusterId = headers['x-etcd-cluster-id'];
  return {
    index: typeof index === 'string' && /^\d{1,20}$/.test(index) ? index : null,
    clusterId: typeof clusterId === 'string' ? clusterId : null,
  };
}
