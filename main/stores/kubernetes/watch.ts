import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { Json } from '../../../app/json';
import type { NodeChange, StoreWatch, WatchEnd, WatchListener } from '../../../app/dcs/store';
import type { HttpStream } from '../../http/http-exchange';
import type { KubernetesApi, Resource } from './api';
import { KubernetesError } from './kubernetes-error';
import type { KubernetesTiming } from './options';
import { objectFrom } from './patroni-objects';
import type { Part, Picture } from './picture';

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});
const bookmarkSchema = z.object({ metadata: z.object({ resourceVersion: z.string().regex(/^\d+$/) }) });

/** Follows pods and Patroni's objects, each from where it was read, and goes on when the server ends a watch as it is asked to. */
export class KubernetesWatch implements StoreWatch {
  readonly #over = new AbortController();
  readonly #ready = new Set<Part>();
  #expiry: NodeJS.Timeout | null = null;

  constructor(
    private readonly api: KubernetesApi,
    private readonly timing: KubernetesTiming,
    private readonly prefix: string,
    picture: Picture | null,
    private readonly objects: Resource,
    private readonly listener: WatchListener,
    fromRevision: string,
  ) {
    // A listener hears nothing before it has its watch.
    queueMicrotask(() => {
      if (picture === null) {
        this.#end({ kind: 'compacted', compactRevision: fromRevision });
        return;
      }
      if (this.#over.signal.aborted) return;
      this.#expiry = setInterval(() => this.#tell(picture.expire(Date.now()), picture), timing.expiryMs);
      void this.#follow('pods', picture);
      void this.#follow('objects', picture);
    });
  }

  close(): void {
    this.#over.abort();
    if (this.#expiry !== null) clearInterval(this.#expiry);
  }

  async #follow(part: Part, picture: Picture): Promise<void> {
    const { signal } = this.#over;
    try {
      while (!signal.aborted) {
        const resource = part === 'pods' ? 'pods' : this.objects;
        const stream = await this.api.watch(resource, picture.reached(part), signal);
        if (signal.aborted) {
          stream.message.destroy();
          return;
        }
        this.#ready.add(part);
        if (this.#ready.size === 2) this.listener.onReady();
        await this.#hear(stream, part, picture);
        this.#tell([], picture);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof KubernetesError)) throw error;
      if (error.isGone) this.#end({ kind: 'compacted', compactRevision: picture.reached(part) });
      else if (error.isFromTheFuture) this.#end({ kind: 'replaced' });
      else this.#end({ kind: 'failed', failure: error.failure });
    }
  }

  /** Until the server ends it. Throws a KubernetesError. */
  async #hear({ message }: HttpStream, part: Part, picture: Picture): Promise<void> {
    const decoder = new StringDecoder('utf8');
    const stop = (): void => void message.destroy();
    let silent = false;
    const timer = setTimeout(() => {
      silent = true;
      stop();
    }, this.timing.watchMs + this.timing.callMs);
    this.#over.signal.addEventListener('abort', stop, { once: true });
    let rest = '';
    try {
      for await (const chunk of message) {
        const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line.trim() !== '') await this.#take(line, part, picture);
          if (this.#over.signal.aborted) return;
        }
      }
    } catch (error) {
      if (error instanceof KubernetesError || this.#over.signal.aborted) throw error;
      throw silent
        ? await this.api.silent()
        : await this.api.broke(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      this.#over.signal.removeEventListener('abort', stop);
      stop();
    }
    if (silent) throw await this.api.silent();
  }

  async #take(line: string, part: Part, picture: Picture): Promise<void> {
    let data: unknown = null;
    try {
      data = JSON.parse(line);
    } catch {
      // As any other line that is no event.
    }
    const event = eventSchema.safeParse(data);
    if (!event.success) throw await this.api.broke('a line of the watch is no event');
    const { type, object } = event.data;
    if (type === 'ERROR') throw await this.api.refusedInWatch(object);
    if (type === 'BOOKMARK') {
      const mark = bookmarkSchema.safeParse(object);
      if (mark.success) picture.advance(part, mark.data.metadata.resourceVersion);
      this.#tell([], picture);
      return;
    }
    const found = objectFrom(object as Json);
    if (found !== null) this.#tell(picture.take(part, found, type === 'DELETED'), picture);
  }

  #tell(changes: readonly NodeChange[], picture: Picture): void {
    if (this.#over.signal.aborted) return;
    // Silence of one part is no word of the other.
    if (changes.length === 0 && this.#ready.size < 2) return;
    const below = changes.filter((one) => (one.kind === 'put' ? one.node.key : one.key).startsWith(this.prefix));
    this.listener.onBatch({ revision: picture.revision, changes: below });
  }

  #end(end: WatchEnd): void {
    if (this.#over.signal.aborted) return;
    this.close();
    this.listener.onEnd(end);
  }
}
