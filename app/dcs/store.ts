import type { Finding } from '../findings/finding';
import type { Result } from '../result';
import type { Untold } from '../snapshot/picture';
import type { StoreNode } from './node';

/** All keys below a prefix at one revision. */
export interface StoreSnapshot {
  /** Tells one store from another: etcd's cluster id. A store that was wiped or restored may keep it. */
  readonly storeId: string;
  readonly revision: string;
  readonly nodes: readonly StoreNode[];
}

export type NodeChange =
  | { readonly kind: 'put'; readonly node: StoreNode }
  | { readonly kind: 'delete'; readonly key: string; readonly modRevision: string };

/** Changes that the store made at once or reported together; applied as a whole. */
export interface ChangeBatch {
  /** The store's revision up to which nothing is missing once this batch is applied. */
  readonly revision: string;
  readonly changes: readonly NodeChange[];
}

/** Why a watch ended. After any of these the watch is dead; the mirror decides how to go on. */
export type WatchEnd =
  /** The store no longer has the changes from the revision that was asked for. */
  | { readonly kind: 'compacted'; readonly compactRevision: string }
  /** The store's revisions went backwards or it is another store: restored from a backup, or wiped. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'failed'; readonly failure: StoreFailure };

export interface WatchListener {
  /** The store took the watch: from here on silence means that nothing changed. Called again after each reconnect. */
  onReady(): void;
  /** The store was heard from, with or without changes. */
  onBatch(batch: ChangeBatch): void;
  /** Called at most once, and never after `close`. */
  onEnd(end: WatchEnd): void;
}

/** A session with a TTL, as the store knows it now. */
export interface SessionState {
  readonly id: string;
  readonly grantedTtlSeconds: number;
  /** What is left; 0 or less when it has expired or is unknown to the store. */
  readonly remainingTtlSeconds: number;
  /** When the store was asked, ISO 8601. */
  readonly askedAt: string;
}

/** What a connection test found. */
export interface StoreProbe {
  /** The endpoint that answered. */
  readonly endpoint: string;
  /** The store and its version, e.g. `etcd 3.4.23`. */
  readonly version: string;
  /** Scopes below the namespace. */
  readonly clusterCount: number;
  /** Keys below the namespace, of Patroni's or not. */
  readonly keyCount: number;
  readonly elapsedMs: number;
}

export type StoreFailureKind =
  | 'refused'
  | 'timeout'
  | 'name-not-found'
  | 'unauthenticated'
  | 'permission-denied'
  | 'ca-rejected'
  | 'certificate-expired'
  | 'hostname-mismatch'
  | 'client-certificate'
  | 'plaintext-server'
  | 'tls-server'
  | 'not-grpc'
  | 'file-unreadable'
  | 'no-quorum'
  | 'too-old'
  | 'unavailable'
  /** The way to it through a bastion does not stand. */
  | 'bastion'
  | 'other';

/** A failure of a store that a person can act on. */
export interface StoreFailure {
  readonly kind: StoreFailureKind;
  /** The endpoint it happened on, or all of them, comma-separated. */
  readonly endpoint: string;
  /** One sentence: what failed, where, and why. Never holds a secret. */
  readonly message: string;
  /** One sentence: what to try. */
  readonly advice: string;
  /** The words of the library or the system, for a bug report. */
  readonly detail: string;
  /** The key of a bastion that nobody knows yet: a person may accept it. */
  readonly hostKey?: HostKey;
  /** A program that a kubeconfig names and that nobody allowed to be run: a person may allow it. */
  readonly program?: NamedProgram;
}

/** A program that is to be run, for a person to judge. */
export interface NamedProgram {
  readonly id: string;
  /** Environment, program and arguments, as one would type them. */
  readonly line: string;
}

/** A key by which an SSH server is known. */
export interface HostKey {
  readonly host: string;
  readonly port: number;
  /** e.g. `ssh-ed25519` */
  readonly type: string;
  /** `SHA256:…`, as ssh-keygen -l shows it. */
  readonly fingerprint: string;
}

export interface StoreWatch {
  /** Ends the watch; the listener hears nothing more. */
  close(): void;
}

/**
 * What Patroni can keep its state in, each named as the section of its configuration that tells of it; `rest` is none of them:
 * there the members' REST API stands for a store that cannot be reached.
 */
export type StoreKind = 'etcd3' | 'etcd' | 'consul' | 'zookeeper' | 'exhibitor' | 'kubernetes' | 'rest' | 'raft';

/** The verbs of a store that inspection needs. None of them writes. Every call has a deadline of its own. */
export interface ReadableStore {
  readonly kind: StoreKind | 'memory';
  /** How it is reached now where that is not its usual way, for a person, e.g. `etcd’s HTTP gateway`. */
  readonly way?: string | null;
  /**
   * Set where the keys are put together from what others say of the store (the members' REST API): what they do not say, so that
   * it is shown as not known. Such keys are not stored as they are shown.
   */
  readonly untold?: readonly Untold[];
  /** What is odd in how a scope's keys came about, e.g. members that contradict each other. Told anew with a change of a key of it. */
  findings?(scope: string): readonly Finding[];
  snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>>;
  /** Every change of a key below `prefix` from `fromRevision` on (inclusive), in the store's order, none left out, none twice. */
  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch;
  sessions(ids: readonly string[]): Promise<Result<readonly SessionState[], StoreFailure>>;
  probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>>;
  /** Drops dead connections after the laptop woke; running watches end with `failed` or go on. */
  wake(): void;
  close(): void;
}

/** What became of a write of one key, or of all keys below a prefix. */
export type Written =
  /** It is done. `revision` is the store's revision of it: of a key that was set, its `modRevision`. */
  | { readonly kind: 'done'; readonly revision: string }
  /** The condition did not hold and nothing changed. `found` is the key as it was then; null when there was none. */
  | { readonly kind: 'refused'; readonly found: StoreNode | null }
  /** The session that the key was to live with is over, and nothing changed. */
  | { readonly kind: 'no-session' }
  /** The store did not do it, and says why. */
  | { readonly kind: 'failed'; readonly failure: StoreFailure }
  /** The answer was lost: it may have been done or not. Look before you try again. */
  | { readonly kind: 'unknown'; readonly failure: StoreFailure };

/** When a key may be set: always, or only while its last change is the one that was read; `0` where it must not exist. */
export type SetCondition = 'any' | { readonly modRevision: string };

/**
 * A session that a writer holds: its keys live as long as it does. Patroni has one for each member, for its own key and, while it
 * leads, the leader's.
 */
export interface StoreSession {
  readonly id: string;
  /** What the store granted, which may be more than was asked for. */
  readonly ttlSeconds: number;
  /** Gives it its whole TTL again; false when the store no longer has it. */
  keepAlive(): Promise<Result<boolean, StoreFailure>>;
  /** Ends it, and with it its keys; false when it was over already. */
  close(): Promise<Result<boolean, StoreFailure>>;
}

/**
 * The verbs of a store that can be written to. Each is one request, done whole or not at all, with a deadline of its own. None is
 * repeated after its answer was lost.
 */
export interface WritableStore extends ReadableStore {
  /** Sets a key that must not exist. Of those who race for it one wins. */
  create(key: string, value: string, session: StoreSession | null): Promise<Written>;
  /** Sets a key. Without a session it leaves the one that it had, and stays until it is removed. */
  set(key: string, value: string, condition: SetCondition, session: StoreSession | null): Promise<Written>;
  /** Removes a key whose last change was at `modRevision`, or (null) whatever it is; then it is also done when there was none. */
  remove(key: string, modRevision: string | null): Promise<Written>;
  /** Removes every key below a prefix, which is taken as `snapshot` takes it. */
  removeAll(prefix: string): Promise<Written>;
  openSession(ttlSeconds: number): Promise<Result<StoreSession, StoreFailure>>;
}
