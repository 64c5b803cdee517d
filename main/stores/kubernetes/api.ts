import { z } from 'zod';
import { isObject } from '../../../app/cluster/parsed';
import type { Json } from '../../../app/json';
import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import { exchange, type HttpAsk, type HttpStream, type NoAnswer, openStream } from '../../http/http-exchange';
import { SILENT_ADVICE, socketWords } from '../tls/socket-words';
import { type Access, openAccess } from './access';
import { KubernetesError } from './kubernetes-error';
import type { KubernetesOptions, KubernetesTiming } from './options';
import { type KubernetesObject, objectFrom } from './patroni-objects';

export type Resource = 'pods' | 'endpoints' | 'configmaps';

/** All objects of a kind, as of one version. */
export interface ObjectList {
  readonly resourceVersion: string;
  readonly objects: readonly KubernetesObject[];
}

/** What is asked for of an object. */
export interface ObjectMetadata {
  readonly name?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

const MAX_BYTES = 256 * 1024 * 1024;
const PAGE = 500;

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string().regex(/^\d+$/), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullish(),
});
const statusSchema = z.object({
  kind: z.literal('Status'),
  reason: z.string().default(''),
  message: z.string().default(''),
});

/** The requests to an API server of Kubernetes, each over a connection of its own. What fails is a KubernetesError. */
export class KubernetesApi {
  #access: Promise<Access> | null = null;
  #isVerified = true;

  constructor(
    private readonly options: KubernetesOptions,
    private readonly timing: KubernetesTiming,
  ) {}

  /** Credentials are read anew before the next request. */
  forget(): void {
    this.#access = null;
  }

  /** The address of the API server, where that is known. */
  async url(): Promise<string> {
    return (await this.#ready()).url;
  }

  /** Whether the server's certificate is judged; true while that is not known. */
  get isVerified(): boolean {
    return this.#isVerified;
  }

  async version(): Promise<string> {
    const told = z.object({ gitVersion: z.string() }).safeParse(await this.#get('/version'));
    return told.success ? told.data.gitVersion : '';
  }

  /** All objects that carry Patroni's labels, as they are now; page by page. */
  async list(resource: Resource): Promise<ObjectList> {
    const objects: KubernetesObject[] = [];
    let resourceVersion = '';
    let next = '';
    do {
      const more = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
      const page = listSchema.safeParse(await this.#get(`${this.#path(resource)}&limit=${String(PAGE)}${more}`));
      if (!page.success)
        throw this.#fail(await this.#ready(), 'other', 'answers, but not as an API server does.', 'Check the address.');
      // All pages are of the version of the first.
      resourceVersion = page.data.metadata.resourceVersion;
      next = page.data.metadata.continue ?? '';
      for (const item of page.data.items ?? []) {
        const object = objectFrom(item as Json);
        if (object !== null) objects.push(object);
      }
    } while (next !== '');
    return { resourceVersion, objects };
  }

  /** The changes after a version, as a stream of lines of JSON, which the server ends after `watchMs`. */
  async watch(resource: Resource, resourceVersion: string, signal: AbortSignal): Promise<HttpStream> {
    const seconds = Math.max(1, Math.round(this.timing.watchMs / 1000));
    const query = `&watch=1&allowWatchBookmarks=true&resourceVersion=${resourceVersion}&timeoutSeconds=${String(seconds)}`;
    return this.#asOneself(async (access) => {
      const answer = await openStream(
        access.server,
        ask(access, this.#path(resource) + query),
        this.timing.callMs,
        signal,
      );
      if (answer.kind !== 'streaming') throw this.#unanswered(access, answer);
      if (answer.status === 200) return answer;
      throw this.refused(access, answer.status, await wordsOf(answer));
    });
  }

  /** One object as it is now; null where there is none. */
  async read(resource: Resource, name: string): Promise<KubernetesObject | null> {
    try {
      return this.#objectIn(await this.#get(this.#one(resource, name)), await this.#ready());
    } catch (error) {
      if (error instanceof KubernetesError && error.status === 404) return null;
      throw error;
    }
  }

  /** Makes an object. One of that name that is there already is a KubernetesError with the status 409. */
  async create(resource: Resource, metadata: ObjectMetadata): Promise<KubernetesObject> {
    const kind = resource === 'endpoints' ? 'Endpoints' : resource === 'configmaps' ? 'ConfigMap' : 'Pod';
    return this.#write('POST', this.#all(resource), { apiVersion: 'v1', kind, metadata }, 'application/json');
  }

  /**
   * Changes annotations of an object, and only while it has the version that is given (`metadata.resourceVersion`); otherwise it is a
   * KubernetesError with the status 409. As Patroni does (`patroni/dcs/kubernetes.py: Kubernetes._patch_or_create`).
   */
  async patch(resource: Resource, name: string, metadata: ObjectMetadata): Promise<KubernetesObject> {
    return this.#write('PATCH', this.#one(resource, name), { metadata }, 'application/strategic-merge-patch+json');
  }

  /** Removes all objects with these labels; the version after that, `0` where the server does not tell. */
  async removeAll(resource: Resource, labels: Readonly<Record<string, string>>): Promise<string> {
    const selector = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const path = `${this.#all(resource)}?labelSelector=${encodeURIComponent(selector.join(','))}`;
    const answer = listSchema.safeParse(await this.#send('DELETE', path, null, null));
    return answer.success ? answer.data.metadata.resourceVersion : '0';
  }

  /** A refusal of the API in words; `body` is its Status. */
  refused(access: Access, status: number, body: unknown, wrote = false): KubernetesError {
    const read = statusSchema.safeParse(body);
    const { reason, message } = read.success ? read.data : { reason: '', message: '' };
    const detail = `HTTP ${String(status)}; ${reason}; ${message}`.slice(0, 1000);
    const fail = (kind: StoreFailureKind, words: string, advice: string): KubernetesError =>
      this.#fail(access, kind, words, advice, detail, status, reason);
    if (status === 401) {
      return fail(
        'unauthenticated',
        'does not know who asks: the token or the certificate is not valid, or there is none.',
        'Sign in anew with kubectl, or enter another bearer token.',
      );
    }
    if (status === 403) {
      return fail(
        'permission-denied',
        `does not allow it: ${message.slice(0, 300)}`,
        `Let an administrator grant ${wrote ? 'get, create, patch and deletecollection' : 'get, list and watch'} on ${wrote ? '' : 'pods and '}${this.options.useEndpoints ? 'endpoints' : 'configmaps'} in ${this.options.namespace}${wrote ? ', and patch on pods where members are written' : ''}.`,
      );
    }
    if (status === 422) {
      return fail('other', `did not take it: ${message.slice(0, 300)}`, 'Nothing was written. Change what is written.');
    }
    if (status >= 500 || status === 429) {
      return fail(
        'unavailable',
        `answered with HTTP ${String(status)}.`,
        'It is tried again by itself; look whether the API server is well.',
      );
    }
    return fail(
      'other',
      `answered with HTTP ${String(status)}${message === '' ? '' : `: ${message.slice(0, 300)}`}.`,
      'Check the address, and that an API server of Kubernetes listens there.',
    );
  }

  /** What the API says in the middle of a watch. */
  async refusedInWatch(body: unknown): Promise<KubernetesError> {
    const code = z.object({ code: z.number() }).safeParse(body);
    return this.refused(await this.#ready(), code.success ? code.data.code : 500, body);
  }

  /** A watch whose end did not come. */
  async silent(): Promise<KubernetesError> {
    return this.#fail(await this.#ready(), 'timeout', 'no longer answers.', SILENT_ADVICE);
  }

  /** A watch that broke off. */
  async broke(words: string): Promise<KubernetesError> {
    return this.#unanswered(await this.#ready(), { kind: 'broken', why: 'ended', words });
  }

  #all(resource: Resource): string {
    return `/api/v1/namespaces/${encodeURIComponent(this.options.namespace)}/${resource}`;
  }

  #one(resource: Resource, name: string): string {
    return `${this.#all(resource)}/${encodeURIComponent(name)}`;
  }

  #path(resource: Resource): string {
    const { labels, scopeLabel } = this.options;
    const selector = [...Object.entries(labels).map(([name, value]) => `${name}=${value}`), scopeLabel].join(',');
    return `${this.#all(resource)}?labelSelector=${encodeURIComponent(selector)}`;
  }

  #get(path: string): Promise<unknown> {
    return this.#send('GET', path, null, null);
  }

  async #write(method: string, path: string, body: object, type: string): Promise<KubernetesObject> {
    const answer = await this.#send(method, path, JSON.stringify(body), type);
    return this.#objectIn(answer, await this.#ready());
  }

  /** One request. After a write whose answer was lost, the error says that it may have been done. */
  async #send(method: string, path: string, body: string | null, type: string | null): Promise<unknown> {
    return this.#asOneself(async (access) => {
      const limits = { ms: this.timing.callMs, maxBytes: MAX_BYTES };
      const answer = await exchange(access.server, ask(access, path, method, body, type), limits);
      if (answer.kind !== 'answered') throw this.#unanswered(access, answer, method !== 'GET');
      const told = parsed(answer.body);
      if (answer.status === 200 || answer.status === 201) return told;
      const refusal = this.refused(access, answer.status, told, method !== 'GET');
      // A server that gives up in the middle does not know either.
      throw method !== 'GET' && answer.status >= 500 ? refusal.perhapsDone() : refusal;
    });
  }

  /** What the server told of an object. One that cannot be read after a write says nothing of whether it was done. */
  #objectIn(answer: unknown, access: Access): KubernetesObject {
    const object = objectFrom(answer as Json);
    if (object !== null) return object;
    const words = 'answers, but not as an API server does.';
    throw this.#fail(access, 'other', words, 'Check the address.').perhapsDone();
  }

  /** Once more with credentials that were read anew, where others may have come meanwhile. */
  async #asOneself<T>(run: (access: Access) => Promise<T>): Promise<T> {
    const access = await this.#ready();
    this.#isVerified = !access.server.secure || access.server.verify;
    try {
      return await run(access);
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.status !== 401) throw error;
      // Somebody else's request may have read them anew already.
      if ((await this.#access?.catch(() => null)) === access) this.forget();
      if (!access.canRenew) throw error;
    }
    return run(await this.#ready());
  }

  async #ready(): Promise<Access> {
    const noWay = await this.options.way?.ready();
    if (noWay) throw new KubernetesError(noWay);
    const before = this.#access;
    const known = await before?.catch(() => null);
    if (known && (known.until === null || known.until > Date.now())) return known;
    // Of several requests at once one finds out, for all of them.
    if (this.#access === before || this.#access === null) this.#access = openAccess(this.options, this.timing);
    return this.#access;
  }

  #unanswered(access: Access, answer: NoAnswer, wrote = false): KubernetesError {
    const error = this.#noAnswer(access, answer);
    return wrote && answer.kind === 'broken' ? error.perhapsDone() : error;
  }

  #noAnswer(access: Access, answer: NoAnswer): KubernetesError {
    const { server, caFile, certFile } = access;
    const target = `${server.host}:${String(server.port)}`;
    switch (answer.kind) {
      case 'no-connection': {
        if (answer.why.kind === 'tls-server')
          return this.#fail(access, 'tls-server', 'speaks TLS only.', `Use https://${target}.`);
        const { kind, message, advice, said } = socketWords(answer.why, {
          product: 'the API server',
          host: server.host,
          target,
          caFile,
          caFrom: server.tls.caFrom,
          certFile,
          clientCertificateAdvice: 'Use the certificate that this API server accepts: kubectl config view shows it.',
          plaintextAdvice: `Use http://${target} instead of https.`,
        });
        return new KubernetesError({ kind, endpoint: access.url, message, advice, detail: said });
      }
      case 'bad-request':
        return this.#fail(access, 'other', 'cannot be asked so.', 'Check the token and the labels.', answer.words);
      case 'broken':
        return answer.why === 'timeout'
          ? this.#fail(access, 'timeout', 'no longer answers.', SILENT_ADVICE, answer.words)
          : this.#fail(
              access,
              'unavailable',
              'broke the connection.',
              'It is tried again by itself; look whether the API server runs.',
              answer.words,
            );
    }
  }

  #fail(
    access: Access,
    kind: StoreFailureKind,
    words: string,
    advice: string,
    detail = words,
    status: number | null = null,
    reason = '',
  ): KubernetesError {
    const message = `The API server at ${access.server.host}:${String(access.server.port)} ${words}`;
    const failure: StoreFailure = { kind, endpoint: access.url, message, advice, detail };
    return new KubernetesError(failure, status, reason);
  }
}

function ask(
  { basePath, authorization }: Access,
  path: string,
  method = 'GET',
  body: string | null = null,
  type: string | null = null,
): HttpAsk {
  const login = authorization === null ? {} : { authorization };
  const of = type === null ? {} : { 'content-type': type };
  return { method, path: basePath + path, headers: { accept: 'application/json', ...of, ...login }, body };
}

/** A short answer to its end. */
async function wordsOf({ message }: HttpStream): Promise<unknown> {
  let text = '';
  try {
    for await (const part of message) {
      text += String(part);
      if (text.length > 65_536) break;
    }
  } catch {
    // What came is what there is.
  }
  message.destroy();
  const body = parsed(text);
  return isObject(body as Json) ? body : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
