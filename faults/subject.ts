import type { StoreFailureKind, WritableStore } from '../app/dcs/store';

/** A store of three servers, each behind a proxy whose connections can be broken. */
export interface Servers {
  /** Over the proxies: what the program would have. Ended by `stop`. */
  reader(): WritableStore;
  /** Straight to the servers. Ended by `stop`. */
  writer(): WritableStore;
  kill(server: number): Promise<void>;
  /** Starts one again and waits until it serves, with the others. */
  start(server: number): Promise<void>;
  /** Which one leads the others. */
  leader(): Promise<number>;
  /** All connections break, and new ones do at once. */
  cut(): void;
  /** Nothing goes through any more, and nobody is told. */
  stall(): void;
  heal(): void;
  /** Forgets the past up to now, where the store keeps any. */
  forgetPast(): Promise<void>;
  stop(): Promise<void>;
}

/** A single server that can be put back to what it was. */
export interface Restorable {
  reader(): WritableStore;
  writer(): WritableStore;
  backup(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
}

export interface Subject {
  readonly name: string;
  startThree(): Promise<Servers>;
  startOne(): Promise<Restorable>;
  /** How the program may call it when it is cut off. */
  readonly words: { readonly broken: RegExp; readonly silent: RegExp; readonly allGone: RegExp };
  readonly kinds: { readonly broken: readonly StoreFailureKind[]; readonly allGone: readonly StoreFailureKind[] };
}
