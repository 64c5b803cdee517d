import { namespacePrefix } from '../../../app/dcs/keys';
import { previousRevision } from '../../../app/dcs/revision';
import type {
  SessionState,
  SetCondition,
  StoreFailure,
  StoreProbe,
  StoreSession,
  StoreSnapshot,
  StoreWatch,
  WatchListener,
  WritableStore,
  Written,
} from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { countClusters } from '../count-clusters';
import { KubernetesApi } from './api';
import { KubernetesError } from './kubernetes-error';
import { DEFAULT_TIMING, type KubernetesOptions, type KubernetesTiming } from './options';
import { ObservedLeaders, Picture } from './picture';
import { KubernetesWatch } from './watch';
import { KubernetesWrites } from './writes';

/** Patroni's state in Kubernetes, as the keys that it would have in another store. */
export class KubernetesStore implements WritableStore {
  readonly kind = 'kubernetes';
  readonly timing: KubernetesTiming;
  readonly #api: KubernetesApi;
  readonly #leaders = new ObservedLeaders();
  readonly #watches = new Set<StoreWatch>();
  readonly #writes: KubernetesWrites;
  /** What was read last, which a watch goes on from. */
  #picture: Picture | null = null;

  constructor(private readonly options: KubernetesOptions) {
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#api = new KubernetesApi(options, this.timing);
    this.#writes = new KubernetesWrites(this.#api, options, this.#leaders);
  }

  /** A warning, where the kubeconfig says that whoever answers is believed. */
  get way(): string | null {
    return this.#api.isVerified ? null : 'without checking who answers (insecure-skip-tls-verify)';
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    return told(async () => {
      const picture = await this.#read();
      this.#picture = picture;
      const at = namespacePrefix(prefix);
      const nodes = picture.nodes.filter(({ key }) => key.startsWith(at));
      return { storeId: 'kubernetes', revision: picture.revision, nodes };
    });
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    const known = this.#picture?.revision === previousRevision(fromRevision) ? this.#picture.clone() : null;
    if (known !== null) this.#picture = known;
    const { timing } = this;
    const watch = new KubernetesWatch(
      this.#api,
      timing,
      namespacePrefix(prefix),
      known,
      this.#objects,
      {
        onReady: () => listener.onReady(),
        onBatch: (batch) => listener.onBatch(batch),
        onEnd: (end) => {
          // Nothing tells one history of versions from another: the store may have been restored while it was away.
          if (end.kind === 'failed') this.#picture = null;
          listener.onEnd(end);
        },
      },
      fromRevision,
    );
    this.#watches.add(watch);
    return {
      close: () => {
        this.#watches.delete(watch);
        watch.close();
      },
    };
  }

  /** Kubernetes has no sessions. */
  sessions(): Promise<Result<readonly SessionState[], StoreFailure>> {
    return Promise.resolve(ok([]));
  }

  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    const start = Date.now();
    return told(async () => {
      const keys = (await this.#read()).nodes.map(({ key }) => key);
      const version = await this.#api.version().catch(() => '');
      return {
        endpoint: await this.#api.url(),
        version: [`Kubernetes ${version}`.trim(), ...(this.way === null ? [] : [this.way])].join(', '),
        clusterCount: countClusters(prefix, keys),
        keyCount: keys.length,
        elapsedMs: Date.now() - start,
      };
    });
  }

  create(key: string, value: string, session: StoreSession | null): Promise<Written> {
    return this.#writes.write(key, value, { modRevision: '0' }, session);
  }

  set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written> {
    return this.#writes.write(key, value, condition, session);
  }

  remove(key: string, modRevision: string | null): Promise<Written> {
    return this.#writes.write(key, null, modRevision === null ? 'any' : { modRevision }, null);
  }

  removeAll(prefix: string): Promise<Written> {
    return this.#writes.removeAll(prefix);
  }

  /** Of ours alone: see `KubernetesSession`. */
  openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>> {
    return Promise.resolve(ok(this.#writes.openSession(ttlSeconds)));
  }

  /** Every request has a connection of its own, and a watch that is dead is noticed by its own deadline. */
  wake(): void {
    this.#api.forget();
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    this.#watches.clear();
  }

  get #objects() {
    return this.options.useEndpoints ? 'endpoints' : 'configmaps';
  }

  async #read(): Promise<Picture> {
    const [pods, objects] = await Promise.all([this.#api.list('pods'), this.#api.list(this.#objects)]);
    return Picture.of(this.options, this.#leaders, pods, objects);
  }
}

async function told<T>(run: () => Promise<T>): Promise<Result<T, StoreFailure>> {
  try {
    return ok(await run());
  } catch (error) {
    if (error instanceof KubernetesError) return err(error.failure);
    throw error;
  }
}
