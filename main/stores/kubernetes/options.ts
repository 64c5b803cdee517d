import type { Way } from '../tls/way';
import type { AllowedPlugins } from './allowed-plugins';
import type { PatroniLayout } from './patroni-objects';

/** How Patroni's state in Kubernetes is reached, in the words of Patroni's `kubernetes` section and of a kubeconfig. */
export interface KubernetesOptions extends PatroniLayout {
  /** Path of a kubeconfig; null for `KUBECONFIG`, or else `~/.kube/config`. */
  readonly kubeconfig: string | null;
  /** Null for the kubeconfig's `current-context`. */
  readonly context: string | null;
  /** `https://host:port` of the API server: then no kubeconfig is read. */
  readonly server: string | null;
  /** The API server's CA where `server` is given. */
  readonly caFile: string | null;
  /** A bearer token, in place of what the kubeconfig says; null for none. */
  readonly token: string | null;
  /** What all objects of Patroni are labelled with; with none, all that carry the scope's label. */
  readonly labels: Readonly<Record<string, string>>;
  /** Which programs of a kubeconfig may be run; none without it. */
  readonly plugins?: Pick<AllowedPlugins, 'isAllowed' | 'ask'> | undefined;
  readonly way?: Way | undefined;
  /** Times, in milliseconds; the defaults are for people. */
  readonly timing?: Partial<KubernetesTiming>;
}

/** All in milliseconds. */
export interface KubernetesTiming {
  /** For a single request; a connection test makes three, two of them at once. */
  readonly callMs: number;
  /** How long a watch is asked for: the server ends it then, which also shows that it still answers. Whole seconds. */
  readonly watchMs: number;
  /** How long the content of a token file is used before it is read again. */
  readonly tokenFileMs: number;
  /** How long a program may take that gives credentials. */
  readonly pluginMs: number;
  /** How often it is looked whether a leader has let its lock run out. */
  readonly expiryMs: number;
}

export const DEFAULT_TIMING: KubernetesTiming = {
  callMs: 4000,
  watchMs: 10_000,
  tokenFileMs: 60_000,
  pluginMs: 30_000,
  expiryMs: 1000,
};
