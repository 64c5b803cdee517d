import { HERD_STORES, type HerdStoreKind } from '../../lab/herd-store';

/** What a proof runs on. */
export interface Combination {
  readonly store: HerdStoreKind;
  readonly patroni: '3.0' | '4.1';
}

/** From what a command line or an environment says; null for what is none. A Patroni is named by its version or the beginning of it. */
export function combinationOf(store: string, patroni: string): Combination | null {
  const kind = HERD_STORES.find((one) => one === store);
  const version = (['3.0', '4.1'] as const).find((one) => patroni === one || patroni.startsWith(`${one}.`));
  return kind === undefined || version === undefined ? null : { store: kind, patroni: version };
}

/** The names of the variables by which the command tells the tests what to run on, and where to write their rows. */
export const variables = {
  store: 'HERDSCOPE_PROOF_STORE',
  patroni: 'HERDSCOPE_PROOF_PATRONI',
  rows: 'HERDSCOPE_PROOF_ROWS',
} as const;
