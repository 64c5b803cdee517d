import Consul from 'consul';
import type { EventEmitter } from 'node:events';
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';

// Loaded by `import('./library')` only, as etcd3 is. The package's own types know neither the context of a call, nor its
// deadline, nor what a call gives with one.

/** What every call takes. */
export interface CallOptions {
  readonly token?: string;
  readonly dc?: string;
  readonly consistent?: boolean;
  readonly stale?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  /** With `includeResponse` a call gives `[response, data]`; its event `cancel` ends the call. */
  readonly ctx?: EventEmitter;
  readonly index?: string;
  readonly wait?: string;
}

interface Transport {
  request(options: RequestOptions): ClientRequest;
}

/** A request as the package's layer below, papi, hands it to its extensions. */
interface PapiRequest {
  transport: Transport;
  readonly req: RequestOptions;
}

export interface ConsulLibrary {
  readonly kv: {
    get(
      options: CallOptions & { readonly key: string; readonly recurse?: boolean; readonly buffer?: boolean },
    ): Promise<unknown>;
  };
  readonly session: {
    create(options: CallOptions & Readonly<Record<string, unknown>>): Promise<unknown>;
    renew(options: CallOptions & { readonly id: string }): Promise<unknown>;
    destroy(options: CallOptions & { readonly id: string }): Promise<unknown>;
    info(options: CallOptions & { readonly id: string }): Promise<unknown>;
  };
  readonly agent: { self(options: CallOptions): Promise<unknown> };
  readonly status: { leader(options: CallOptions): Promise<unknown> };
  readonly transaction: { create(operations: readonly object[], options: CallOptions): Promise<unknown> };
  destroy(): void;
  _ext(event: 'onRequest', hear: (request: PapiRequest, next: () => void) => void): void;
}

/** No namespace of Patroni's is longer, in base64 and all. */
const MAX_BYTES = 128 * 1024 * 1024;

/**
 * The package's client with three faults of papi mended: it keeps the brackets of an IPv6 address, waits out the deadline for an answer
 * that broke off, and takes in one that never ends until the memory does.
 */
export function makeLibrary(baseUrl: string, host: string, agent: Agent): ConsulLibrary {
  const options: object = { baseUrl, agent };
  const library = new Consul(options) as unknown as ConsulLibrary;
  library._ext('onRequest', (request, next) => {
    const { transport } = request;
    request.req.hostname = host;
    request.transport = {
      request(of) {
        const asked = transport.request(of);
        asked.once('response', (answer: IncomingMessage) => {
          answer.once('error', (error) => asked.emit('error', error));
          let bytes = 0;
          answer.on('data', (part: Buffer) => {
            bytes += part.length;
            if (bytes > MAX_BYTES) answer.destroy(new Error(`more than ${String(MAX_BYTES)} bytes came`));
          });
        });
        return asked;
      },
    };
    next();
  });
  return library;
}
