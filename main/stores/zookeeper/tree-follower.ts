import { difference } from '../../../app/dcs/difference';
import type { StoreNode } from '../../../app/dcs/node';
import { compareRevisions } from '../../../app/dcs/revision';
import type { NodeChange } from '../../../app/dcs/store';
import { ChangeLog } from './change-log';
import type { Connection } from './connection';
import { childOf, isOwn, parentOf, rootOf } from './nodes';
import { EventKind, type WatchEvent } from './protocol';
import { type Entry, type Look, TreeWalk } from './tree-walk';

export interface FollowOptions {
  /** One watch on the whole tree; else one on each znode, armed again after each event. */
  readonly treeWatches: boolean;
  readonly pollMs: number;
  /** The revision that somebody wants to go on from, where nothing is known of the past. */
  readonly since: string | null;
}

/** Something that was reported and not read to its end yet. */
interface Pending {
  /** The last transaction that was known of when it was reported: all that happened up to it was reported before. */
  readonly bound: string;
}

/**
 * Follows the znodes below a prefix over one connection and keeps their log. A watch only says that something changed: the znode is
 * then read at once. What changed twice before it was read is told once.
 *
 * How the order is kept: ZooKeeper sends every event before the first answer that knows of its change. So when an event comes, all
 * that happened up to the last answer before it has been heard of. What was read is told once nothing older can be missing.
 */
export class TreeFollower {
  readonly #walk: TreeWalk;
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they were reported. */
  readonly #pending = new Set<Pending>();
  /** What was read and could not be told yet, in the order in which it was read. */
  #staged: NodeChange[] = [];
  /** Events that came before the first picture was whole. */
  #early: WatchEvent[] | null = [];
  /** The last transaction that was known of when the first of them came. */
  #earlyBound = '0';
  #closed = false;
  #pollTimer: NodeJS.Timeout | undefined;
  readonly #stops: (() => void)[] = [];
  readonly #waiting = new Set<{ readonly resolve: () => void; readonly reject: (error: unknown) => void }>();
  readonly #failListeners = new Set<(error: unknown) => void>();
  #log: ChangeLog | null = null;

  private constructor(
    private readonly connection: Connection,
    private readonly root: string,
    private readonly options: FollowOptions,
  ) {
    this.#walk = new TreeWalk(connection, root, !options.treeWatches);
  }

  /**
   * Reads everything and follows it from then on. With a log of the past it goes on with it, or answers null when that is not the past
   * of this store: it was wiped, or restored from a backup. Rejects as connections do.
   */
  static async start(
    connection: Connection,
    prefix: string,
    past: ChangeLog | null,
    options: FollowOptions,
  ): Promise<TreeFollower | null> {
    const follower = new TreeFollower(connection, rootOf(prefix), options);
    try {
      if (await follower.#begin(past)) return follower;
      follower.close();
      return null;
    } catch (error) {
      follower.close();
      throw error;
    }
  }

  get log(): ChangeLog {
    if (this.#log === null) throw new Error('a follower without a log was given away');
    return this.#log;
  }

  /** Waits until the log has everything that was done by now, by whomever. Rejects when the follower fails. */
  async settled(): Promise<void> {
    const zxid = await this.connection.sync();
    while (compareRevisions(this.log.revision, zxid) < 0) {
      if (this.#closed) throw new Error('it was closed');
      if (this.#isIdle()) this.log.append({ revision: this.connection.lastZxid, changes: [] });
      else await new Promise<void>((resolve, reject) => this.#waiting.add({ resolve, reject }));
    }
  }

  /** Nothing has changed up to now as far as the server was heard. */
  touch(): void {
    if (this.#isIdle()) this.log.append({ revision: this.connection.lastZxid, changes: [] });
  }

  /** Hears why it ended by itself. */
  onFail(listener: (error: unknown) => void): () => void {
    this.#failListeners.add(listener);
    return () => this.#failListeners.delete(listener);
  }

  /** Stops following. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#pollTimer);
    for (const stop of this.#stops) stop();
    if (this.options.treeWatches && this.connection.lost === null) {
      void this.connection.unwatchTree(this.root).catch(() => undefined);
    }
  }

  async #begin(past: ChangeLog | null): Promise<boolean> {
    this.#stops.push(
      this.connection.onEvent((event) => this.#heard(event)),
      this.connection.onLost(() => this.#fail(new Error('the connection was lost'))),
    );
    if (this.options.treeWatches) await this.connection.watchTree(this.root);
    const found = await this.#walk.all((path) => past?.nodes.get(path) ?? null);
    for (const [path, entry] of found) this.#entries.set(path, entry);
    const structure = await this.#walk.lastComingOrGoing(found);
    const early = await this.#readEarly();
    const nodes = this.#nodes();
    // What came in the meantime and was read may be newer than this: it is in the picture, and is not told again.
    const revision = early.length > 0 ? this.#earlyBound : this.connection.lastZxid;
    if (past === null) this.#beginLog(revision, nodes, structure);
    else if (!continues(past, revision, nodes)) return false;
    else {
      past.append({ revision, changes: inOrder(difference(past.nodes, { revision, nodes })) });
      this.#log = past;
    }
    this.#early = null;
    for (const event of early) this.#heard(event);
    this.#poll();
    return true;
  }

  /** Reads what was reported while the first picture was made; gives what was reported meanwhile, for later. */
  async #readEarly(): Promise<readonly WatchEvent[]> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const events = this.#early ?? [];
      if (events.length === 0) return [];
      this.#early = [];
      await Promise.all(events.map((event) => this.#refresh(event.path, this.#wantsChildren(event))));
      this.#staged = [];
    }
    return this.#early ?? [];
  }

  #beginLog(revision: string, nodes: readonly StoreNode[], structure: string | null): void {
    const log = new ChangeLog(revision, nodes);
    this.#log = log;
    const { since } = this.options;
    if (since === null || compareRevisions(since, revision) > 0) return;
    // Since nothing came or went, only values can be different from what they were.
    if (structure === null || compareRevisions(structure, since) > 0) return;
    const changed = nodes.filter((node) => compareRevisions(node.modRevision, since) > 0);
    log.lookBack(since, inOrder(changed.map((node) => ({ kind: 'put', node }))));
  }

  #nodes(): readonly StoreNode[] {
    return [...this.#entries].flatMap(([path, { node }]) => (node === null || path === this.root ? [] : [node]));
  }

  /** Up to here nothing is missing in what was read. */
  #reached(): string {
    for (const { bound } of this.#pending) return bound;
    return this.connection.lastZxid;
  }

  #isIdle(): boolean {
    return this.#early === null && this.#pending.size === 0 && this.connection.lost === null;
  }

  #heard(event: WatchEvent): void {
    const { type, path } = event;
    const isBelow = this.root === '/' || path === this.root || path.startsWith(`${this.root}/`);
    if (!isBelow || isOwn(path)) return;
    if (type < EventKind.created || type > EventKind.childrenChanged) return;
    if (this.#early !== null) {
      if (this.#early.length === 0) this.#earlyBound = this.connection.lastZxid;
      this.#early.push(event);
      return;
    }
    void this.#settle(() => this.#refresh(path, this.#wantsChildren(event)));
  }

  /** Where each znode is watched by itself, what appears below it is found by listing. */
  #wantsChildren({ type }: WatchEvent): boolean {
    return !this.options.treeWatches && type !== EventKind.deleted;
  }

  /** Reads something that was reported, and tells what can be told then. */
  async #settle(read: () => Promise<void>): Promise<void> {
    const pending = { bound: this.connection.lastZxid };
    this.#pending.add(pending);
    try {
      await read();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#pending.delete(pending);
    }
    if (!this.#closed) this.#tell();
  }

  #poll(): void {
    clearTimeout(this.#pollTimer);
    if (this.#closed) return;
    this.#pollTimer = setTimeout(() => void this.#compare(), this.options.pollMs);
    this.#pollTimer.unref();
  }

  /** Looks at everything once more, whatever watches said: one that was lost would never be noticed otherwise. */
  async #compare(): Promise<void> {
    await this.#settle(async () => {
      const found = await this.#walk.all((path) => this.#entries.get(path)?.node ?? null);
      const paths = new Set([...this.#entries.keys(), ...found.keys()]);
      // What was read a while ago may be outdated by now: what looks different is read again.
      const different = [...paths].filter(
        (path) => !isSame(this.#entries.get(path)?.node ?? null, found.get(path)?.node ?? null),
      );
      await Promise.all(different.map((path) => this.#refresh(path, !this.options.treeWatches)));
    });
    this.#poll();
  }

  async #refresh(path: string, children: boolean): Promise<void> {
    const look = await this.#walk.look(path, null, children);
    const before = this.#entries.get(path) ?? null;
    this.#stage(path, before, look);
    if (look.entry === null) {
      if (before !== null && before.node !== null) await this.#dateDeletion(path);
      return;
    }
    const names = [...look.entry.children].map((name) => childOf(path, name));
    await Promise.all(names.filter((child) => !this.#entries.has(child)).map((child) => this.#refresh(child, true)));
    // A key with an empty value turns into a mere folder with its first child, and nothing tells of it.
    const parent = path === this.root ? undefined : this.#entries.get(parentOf(path));
    if (before === null && parent?.node?.bytes === 0) await this.#refresh(parentOf(path), false);
  }

  #stage(path: string, before: Entry | null, { entry, zxid }: Look): void {
    if (entry === null) this.#entries.delete(path);
    else this.#entries.set(path, entry);
    const [was, is] = [before?.node ?? null, entry?.node ?? null];
    if (path === this.root || isSame(was, is)) return;
    this.#staged.push(is === null ? { kind: 'delete', key: path, modRevision: zxid } : { kind: 'put', node: is });
  }

  /** A deletion leaves its transaction only in its parent, as long as no other child came or went after it. */
  async #dateDeletion(path: string): Promise<void> {
    const { stat } = await this.connection.exists(parentOf(path));
    const change = this.#staged.filter((one) => one.kind === 'delete' && one.key === path).at(-1);
    if (stat === null || change?.kind !== 'delete') return;
    const at = stat.childZxid;
    if (compareRevisions(at, change.modRevision) >= 0 || compareRevisions(at, this.log.revision) <= 0) return;
    const isCreation = this.#staged.some((other) => other.kind === 'put' && other.node.createRevision === at);
    if (!isCreation) this.#staged[this.#staged.indexOf(change)] = { ...change, modRevision: at };
  }

  /** Tells what nothing older can come after any more. */
  #tell(): void {
    const revision = this.#reached();
    const isDue = (change: NodeChange): boolean => compareRevisions(revisionOf(change), revision) <= 0;
    const due = this.#staged.filter(isDue);
    if (due.length > 0) this.#staged = this.#staged.filter((change) => !isDue(change));
    this.log.append({ revision, changes: inOrder(due) });
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.close();
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
    for (const listener of [...this.#failListeners]) listener(error);
  }
}

/** After so many rounds a first picture is taken as it is, though the store never stood still. */
const MOST_ROUNDS = 20;

function isSame(a: StoreNode | null, b: StoreNode | null): boolean {
  return a?.modRevision === b?.modRevision && a?.createRevision === b?.createRevision;
}

function revisionOf(change: NodeChange): string {
  return change.kind === 'put' ? change.node.modRevision : change.modRevision;
}

function inOrder(changes: readonly NodeChange[]): readonly NodeChange[] {
  return [...changes].sort((a, b) => compareRevisions(revisionOf(a), revisionOf(b)));
}

/**
 * Whether a store with these keys can have the log's past: what was last changed by then is as it was then. zxids may have passed the
 * log's since, so that they alone do not tell.
 */
function continues(past: ChangeLog, revision: string, nodes: readonly StoreNode[]): boolean {
  if (compareRevisions(revision, past.revision) < 0) return false;
  return nodes.every((node) => {
    if (compareRevisions(node.modRevision, past.revision) > 0) return true;
    const known = past.nodes.get(node.key);
    return known?.modRevision === node.modRevision && known.createRevision === node.createRevision;
  });
}
