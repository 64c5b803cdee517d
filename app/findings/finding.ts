/** How bad a finding is. `critical`: the service is or will soon be affected; `warning`: redundancy or safety is; `info`: worth knowing. */
export type Severity = 'critical' | 'warning' | 'info';

/** What a finding is about. */
export type Subject =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'key'; readonly key: string };

/** A value that a finding rests on. */
export interface Evidence {
  /** What the value is, in Patroni's words, e.g. `maximum_lag_on_failover`. */
  readonly label: string;
  /** The value as a person reads it, with its unit. */
  readonly value: string;
  /** The absolute key in the store that it was read from, when there is one. */
  readonly key?: string;
}

/** Something wrong or worth knowing about a cluster. */
export interface Finding {
  /** Stable while the finding lasts: code, group and subject. */
  readonly id: string;
  /** Which rule found it, kebab-case, e.g. `no-leader`. */
  readonly code: string;
  readonly severity: Severity;
  readonly subject: Subject;
  /** The MPP group it is in; null in a plain cluster. */
  readonly group: number | null;
  /** A sentence: what is so. */
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** What to do. */
  readonly advice: string;
  readonly evidence: readonly Evidence[];
}
