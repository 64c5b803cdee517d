import { z } from 'zod';
import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreNode } from '../../../app/dcs/node';
import type {
  ReadableStore,
  SessionState,
  StoreFailure,
  StoreProbe,
  StoreSnapshot,
  StoreWatch,
  WatchListener,
} from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { compareText } from '../../../app/text';
import { countClusters } from '../count-clusters';
import type { Etcd3Options } from '../etcd3/options';
import { mergeFailures } from '../merge-failures';
import { type V2Answer, V2Client } from './v2-client';

const WAIT_MS = 5000;

interface V2Node {
  readonly key?: string | undefined;
  readonly dir?: boolean | undefined;
  readonly value?: string | undefined;
  readonly createdIndex?: number | undefined;
  readonly modifiedIndex?: number | undefined;
  readonly nodes?: readonly V2Node[] | undefined;
}
const nodeSchema: z.ZodType<V2Node> = z.lazy(() =>
  z.object({
    key: z.string().optional(),
    dir: z.boolean().optional(),
    value: z.string().optional(),
    createdIndex: z.number().optional(),
    modifiedIndex: z.number().optional(),
    nodes: z.array(nodeSchema).optional(),
  }),
);
const readSchema = z.object({ node: nodeSchema });
const eventSchema = z.object({ action: z.string(), node: nodeSchema });

/** An etcd by its v2 API. One endpoint at a time, the first that answers. It reads, and does not write. */
export class EtcdV2Store implements ReadableStore {
  readonly kind = 'etcd';
  #clients: readonly V2Client[];
  readonly #watches = new Set<AbortController>();

  constructor(options: Etcd3Options) {
    this.#clients = options.endpoints.map((url) => new V2Client(url, options));
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    const answer = await this.#ask(`${pathOf(prefix)}?recursive=true&quorum=true`);
    if (!answer.ok) return answer;
    const { body, index } = answer.value;
    const read = readSchema.safeParse(body);
    const nodes = read.success ? flat(read.data.node) : [];
    nodes.sort((a, b) => compareText(a.key, b.key));
    const at = namespacePrefix(prefix);
    return ok({ storeId: 'etcd', revision: index, nodes: nodes.filter(({ key }) => key.startsWith(at)) });
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    const over = new AbortController();
    this.#watches.add(over);
    void this.#follow(prefix, Number(fromRevision), listener, over);
    return { close: () => over.abort() };
  }

  /** A key has a TTL of its own; there are no sessions. */
  sessions(): Promise<Result<readonly SessionState[], StoreFailure>> {
    return Promise.resolve(ok([]));
  }

  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    const start = Date.now();
    const snapshot = await this.snapshot(prefix);
    if (!snapshot.ok) return snapshot;
    const keys = snapshot.value.nodes.map(({ key }) => key);
    const version = await this.#ask('/version');
    const told = z.object({ etcdserver: z.string() }).safeParse(version.ok ? version.value.body : null);
    return ok({
      endpoint: this.#clients[0]?.url ?? '',
      version: `etcd ${told.success ? told.data.etcdserver : ''} by its v2 API`.replace('  ', ' '),
      clusterCount: countClusters(prefix, keys),
      keyCount: keys.length,
      elapsedMs: Date.now() - start,
    });
  }

  /** Every request has a connection of its own. */
  wake(): void {
    return;
  }

  close(): void {
    for (const one of this.#watches) one.abort();
    this.#watches.clear();
  }

  /** Long polls, one after the other; each says how far etcd is, so that what happens elsewhere does not leave us behind. */
  async #follow(prefix: string, from: number, listener: WatchListener, over: AbortController): Promise<void> {
    const at = namespacePrefix(prefix);
    let next = from;
    const isOver = (): boolean => over.signal.aborted;
    const end = (why: Parameters<WatchListener['onEnd']>[0]): void => {
      this.#watches.delete(over);
      if (!isOver()) listener.onEnd(why);
      over.abort();
    };
    for (let isFirst = true; !isOver(); isFirst = false) {
      const client = this.#clients[0];
      if (client === undefined) return;
      const path = `${pathOf(prefix)}?wait=true&recursive=true&waitIndex=${String(next)}`;
      const answer = await client.get(path, over.signal, WAIT_MS, () => {
        if (isFirst && !isOver()) listener.onReady();
      });
      if (isOver()) return;
      if (!answer.ok) {
        this.#rotate();
        end({ kind: 'failed', failure: answer.error });
        return;
      }
      const { body, index, errorCode } = answer.value;
      // The window of 1000 events has moved on.
      if (errorCode === 401) {
        end({ kind: 'compacted', compactRevision: index });
        return;
      }
      if (Number(index) < next - 1) {
        end({ kind: 'replaced' });
        return;
      }
      const event = eventSchema.safeParse(body);
      if (!event.success) {
        // Nothing came: whatever has an older index would have come at once.
        next = Math.max(next, Number(index) + 1);
        listener.onBatch({ revision: String(next - 1), changes: [] });
        continue;
      }
      const { action, node } = event.data;
      const isGone = /delete|expire/i.test(action);
      if (node.dir === true && isGone) {
        // It does not tell which keys were in the folder.
        end({ kind: 'compacted', compactRevision: index });
        return;
      }
      const revision = String(node.modifiedIndex ?? next);
      next = Number(revision) + 1;
      const key = node.key ?? '';
      const put = isGone ? undefined : flat(node)[0];
      const changes = !key.startsWith(at)
        ? []
        : isGone
          ? [{ kind: 'delete', key, modRevision: revision } as const]
          : put === undefined
            ? []
            : [{ kind: 'put', node: put } as const];
      listener.onBatch({ revision, changes });
    }
  }

  async #ask(path: string): Promise<Result<V2Answer, StoreFailure>> {
    const failures: StoreFailure[] = [];
    for (const client of [...this.#clients]) {
      const answer = await client.get(path, null, 0, () => undefined);
      if (answer.ok) return answer;
      failures.push(answer.error);
      this.#rotate();
    }
    const all = mergeFailures(failures);
    if (all === null) throw new Error('an etcd has at least one endpoint');
    return err(all);
  }

  #rotate(): void {
    this.#clients = [...this.#clients.slice(1), ...this.#clients.slice(0, 1)];
  }
}

function pathOf(prefix: string): string {
  const parts = namespacePrefix(prefix)
    .split('/')
    .filter((part) => part !== '');
  return `/v2/keys/${parts.map(encodeURIComponent).join('/')}`;
}

function flat(node: V2Node): StoreNode[] {
  if (node.dir === true) return (node.nodes ?? []).flatMap(flat);
  const { key = '', value = '', createdIndex = 0, modifiedIndex = 0 } = node;
  return [
    {
      key,
      value,
      bytes: Buffer.byteLength(value),
      createRevision: String(createdIndex),
      modRevision: String(modifiedIndex),
      version: '0',
      session: null,
    },
  ];
}
