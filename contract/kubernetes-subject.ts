import { KubernetesDouble } from '../lab/kubernetes-double';
import type { Texts } from '../lab/kubernetes-objects';
import type { DcsOptions } from '../app/dcs/dcs-options';
import { KubernetesDcs } from '../main/stores/kubernetes/kubernetes-dcs';
import { KubernetesStore } from '../main/stores/kubernetes/kubernetes-store';
import type { KubernetesOptions } from '../main/stores/kubernetes/options';
import { systemClock } from '../main/system-clock';

/** One namespace of the double that no other rule uses. */
export interface Fresh {
  /** What all its keys begin with, e.g. `/c7/`. */
  readonly at: string;
  open(more?: Partial<KubernetesOptions>): KubernetesStore;
  join(name: string, more?: Partial<DcsOptions>): KubernetesDcs;
  pod(name: string, scope?: string, labels?: Texts): void;
  removePod(name: string): void;
  /** The annotations of one of Patroni's objects; null where there is none. */
  object(name: string): Texts | null;
}

/** The double of an API server, for as long as the rules are tried. Patroni's objects are Endpoints, or ConfigMaps. */
export class KubernetesSubject {
  #made = 0;
  readonly #stores: KubernetesStore[] = [];

  private constructor(
    readonly api: KubernetesDouble,
    private readonly useEndpoints: boolean,
  ) {}

  static async start(useEndpoints: boolean): Promise<KubernetesSubject> {
    return new KubernetesSubject(await KubernetesDouble.start(), useEndpoints);
  }

  fresh(): Fresh {
    this.#made += 1;
    const { api, useEndpoints } = this;
    const namespace = `c${String(this.#made)}`;
    api.addNamespace(namespace);
    const open: Fresh['open'] = (more = {}) => {
      const store = new KubernetesStore({
        namespace,
        scopeLabel: 'cluster-name',
        useEndpoints,
        kubeconfig: null,
        context: null,
        server: api.url,
        caFile: null,
        token: null,
        labels: {},
        timing: { watchMs: 2000, expiryMs: 50 },
        ...more,
      });
      this.#stores.push(store);
      return store;
    };
    return {
      at: `/${namespace}/`,
      open,
      join: (name, more = {}) => new KubernetesDcs(open(), { scope: 'demo', name, ...more, namespace }, systemClock),
      pod: (name, scope = 'demo', labels = {}) =>
        api.put('pods', name, {}, { 'cluster-name': scope, ...labels }, namespace),
      removePod: (name) => api.delete('pods', name, namespace),
      object: (name) => api.annotations(useEndpoints ? 'endpoints' : 'configmaps', name, namespace),
    };
  }

  /** What the object of the leader is called. */
  leaderOf(base: string): string {
    return this.useEndpoints ? base : `${base}-leader`;
  }

  async stop(): Promise<void> {
    for (const store of this.#stores) store.close();
    await this.api.close();
  }
}
