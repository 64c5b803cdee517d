import { z } from 'zod';
import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { type NoAnswer, openStream } from '../../http/http-exchange';
import type { Etcd3Options } from '../etcd3/options';
import { type Endpoint, parseHttpEndpoint } from '../http-endpoint';
import { SILENT_ADVICE, socketWords } from '../tls/socket-words';
import { readTlsFiles, type TlsMaterial } from '../tls/tls-files';

export interface V2Answer {
  /** Null where none came within the wait. */
  readonly body: unknown;
  /** How far etcd was when it took the request. */
  readonly index: string;
  /** etcd's own code of a refusal; null for none. 100: no such key. */
  readonly errorCode: number | null;
}

const CALL_MS = 2000;
const refusal = z.object({ errorCode: z.number(), message: z.string().default(''), index: z.number().optional() });

/** Reads from one endpoint of an etcd v2; each request has a connection of its own. */
export class V2Client {
  readonly #endpoint: Endpoint;

  /** Throws when the endpoint is none: the settings' schema lets only endpoints through. */
  constructor(
    readonly url: string,
    private readonly options: Etcd3Options,
  ) {
    const endpoint = parseHttpEndpoint(url, 2379);
    if (endpoint === null) throw new Error(`not an endpoint of etcd: ${url}`);
    this.#endpoint = { ...endpoint, way: options.way };
  }

  /** One GET. With `waitMs` its body may take so long, or not come. `headCame` is called when etcd took the request. */
  async get(
    path: string,
    signal: AbortSignal | null,
    waitMs: number,
    headCame: () => void,
  ): Promise<Result<V2Answer, StoreFailure>> {
    const { secure, host, port, way } = this.#endpoint;
    const { caFile, certFile, keyFile, username, password } = this.options;
    const files = await readTlsFiles({ endpoint: this.url, secure, caFile, certFile, keyFile });
    if (!files.ok) return files;
    const noWay = await way?.ready();
    if (noWay) return err(noWay);
    const login = Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
    const headers = username === null || username === '' ? {} : { authorization: `Basic ${login}` };
    const server = { secure, host, port, tls: files.value, verify: true, way };
    const answer = await openStream(server, { method: 'GET', path, headers, body: null }, CALL_MS, signal);
    if (answer.kind !== 'streaming') return err(this.#unanswered(answer, files.value));
    const { message, status } = answer;
    const index = String(message.headers['x-etcd-index'] ?? '');
    if (status === 200) headCame();
    const text = await bodyOf(message, waitMs === 0 ? CALL_MS : waitMs, signal);
    if (text === null && waitMs === 0) return err(this.#fail('timeout', 'no longer answers.', SILENT_ADVICE));
    const body = parsed(text ?? '');
    const refused = refusal.safeParse(body);
    if (status === 401 || status === 403 || (refused.success && refused.data.errorCode === 110)) {
      return username === null || username === ''
        ? err(this.#fail('unauthenticated', 'lets nobody read these keys without a user.', 'Enter user and password.'))
        : err(this.#fail('unauthenticated', `refused the user ${username}.`, 'Check user, password and role.'));
    }
    if (refused.success) {
      const { errorCode, message: words, index: at = 0 } = refused.data;
      if (errorCode === 100 || errorCode === 401) {
        return ok({ body: null, index: index === '' ? String(at) : index, errorCode });
      }
      const kind = errorCode >= 300 ? 'no-quorum' : 'other';
      return err(this.#fail(kind, `says: ${words}.`, 'Look into the log of etcd.', `errorCode ${String(errorCode)}`));
    }
    if (status === 200 && (index !== '' || path === '/version')) return ok({ body, index, errorCode: null });
    return err(
      this.#fail(
        'other',
        'does not speak etcd’s v2 API.',
        'Start etcd with --enable-v2 (up to 3.5), or choose etcd v3, which has keys of its own.',
        `HTTP ${String(status)}`,
      ),
    );
  }

  #unanswered(answer: NoAnswer, { caFrom }: TlsMaterial): StoreFailure {
    const { host, target } = this.#endpoint;
    const { caFile, certFile } = this.options;
    if (answer.kind !== 'no-connection') {
      return answer.kind === 'broken' && answer.why === 'timeout'
        ? this.#fail('timeout', 'no longer answers.', SILENT_ADVICE, answer.words)
        : this.#fail('unavailable', 'broke the connection.', 'It is tried again by itself.', answer.words);
    }
    if (answer.why.kind === 'tls-server') {
      return this.#fail('tls-server', 'speaks TLS only.', `Use https://${target} instead of http.`);
    }
    const { kind, message, advice, said } = socketWords(answer.why, {
      product: 'etcd',
      host,
      target,
      caFile,
      caFrom,
      certFile,
      clientCertificateAdvice: 'Choose the certificate and key that this etcd accepts.',
      plaintextAdvice: `Use http://${target} instead of https.`,
    });
    return { kind, endpoint: this.url, message, advice, detail: said };
  }

  #fail(kind: StoreFailureKind, words: string, advice: string, detail = words): StoreFailure {
    return { kind, endpoint: this.url, message: `etcd at ${this.#endpoint.target} ${words}`, advice, detail };
  }
}

/** Null when it is not whole within `ms` milliseconds, or is not wanted any more. */
function bodyOf(
  message: NodeJS.ReadableStream & { destroy(): unknown },
  ms: number,
  signal: AbortSignal | null,
): Promise<string | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const finish = (text: string | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      message.destroy();
      resolve(text);
    };
    const stop = (): void => finish(null);
    const timer = setTimeout(stop, ms);
    signal?.addEventListener('abort', stop, { once: true });
    message.on('data', (part: Buffer) => parts.push(part));
    message.on('error', stop);
    message.on('close', stop);
    message.on('end', () => finish(Buffer.concat(parts).toString('utf8')));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
