import type { IWatchRequest, IWatchResponse } from 'etcd3';
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { HttpStream, NoAnswer } from '../../../http/http-exchange';
import type { WatchStream } from '../etcd-connection';
import { GrpcCode } from '../grpc-error';
import { encode, grpcError, refusalOf, watchedOf } from './json';

const line = z.object({ result: z.unknown().optional(), error: z.unknown().optional() });

/** A watch over the gateway: one request, whose answer goes on, a line of JSON for each message. */
export class GatewayWatch implements WatchStream {
  readonly #hear: {
    data: ((message: IWatchResponse) => void)[];
    error: ((error: Error) => void)[];
    end: (() => void)[];
  } = { data: [], error: [], end: [] };
  readonly #cancelled = new AbortController();
  #answer: HttpStream | null = null;

  constructor(private readonly ask: (body: string, signal: AbortSignal) => Promise<HttpStream | NoAnswer>) {}

  on(event: 'data', hear: (message: IWatchResponse) => void): this;
  on(event: 'error', hear: (error: Error) => void): this;
  on(event: 'end', hear: () => void): this;
  on(event: 'data' | 'error' | 'end', hear: (what: never) => void): this {
    (this.#hear[event] as unknown[]).push(hear);
    return this;
  }

  write(request: IWatchRequest): void {
    void this.#run(JSON.stringify(encode(request)));
  }

  /** What was asked for has been sent whole already. */
  end(): void {
    this.cancel();
  }

  cancel(): void {
    this.#cancelled.abort();
    this.#answer?.message.destroy();
  }

  async #run(body: string): Promise<void> {
    const answer = await this.ask(body, this.#cancelled.signal);
    if (answer.kind !== 'streaming') {
      this.#fail(grpcError(GrpcCode.unavailable, 'words' in answer ? answer.words : answer.why.kind));
      return;
    }
    this.#answer = answer;
    const { message } = answer;
    if (this.#cancelled.signal.aborted) {
      message.destroy();
      return;
    }
    const decoder = new StringDecoder('utf8');
    const parts: string[] = [];
    message.on('error', (error) => this.#fail(grpcError(GrpcCode.unavailable, error.message)));
    message.on('data', (part: Buffer) => {
      const lines = decoder.write(part).split('\n');
      const rest = lines.pop() ?? '';
      for (const text of lines) {
        parts.push(text);
        this.#take(parts.splice(0).join(''));
      }
      // A long line comes in many parts: put together once, when it is whole.
      parts.push(rest);
    });
    message.once('end', () => {
      this.#take(parts.join(''));
      if (!this.#cancelled.signal.aborted) for (const hear of this.#hear.end) hear();
    });
  }

  #take(text: string): void {
    if (this.#cancelled.signal.aborted || text.trim() === '') return;
    try {
      const data: unknown = JSON.parse(text);
      const { result, error } = line.parse(data);
      const refusal = refusalOf(error ?? data);
      if (refusal !== null) {
        this.#fail(refusal);
        return;
      }
      const message = watchedOf(result);
      for (const hear of this.#hear.data) hear(message);
    } catch (caught) {
      this.#fail(grpcError(GrpcCode.internal, `not a message of the gateway: ${String(caught).slice(0, 200)}`));
    }
  }

  #fail(error: Error): void {
    if (this.#cancelled.signal.aborted) return;
    this.cancel();
    for (const hear of this.#hear.error) hear(error);
  }
}
