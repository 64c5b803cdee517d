import type { StoreNode } from '../../../app/dcs/node';
import { compareRevisions } from '../../../app/dcs/revision';
import type { Connection } from './connection';
import { childOf, isFolder, isOwn, parentOf, toNode } from './nodes';
import type { Stat } from './protocol';

/** A znode as it was when it was read. */
export interface Entry {
  readonly stat: Stat;
  /** Null where it is only there to have others below it. */
  readonly node: StoreNode | null;
  /** As far as they were listed. */
  readonly children: ReadonlySet<string>;
}

/** What a look at a znode found. */
export interface Look {
  /** Null: there is none. */
  readonly entry: Entry | null;
  /** The server's last transaction when it looked. */
  readonly zxid: string;
}

/** Reads znodes of a tree, many at a time. */
export class TreeWalk {
  constructor(
    private readonly connection: Connection,
    private readonly root: string,
    /** Whether each read leaves a watch, as servers before 3.6 need it. */
    private readonly watchEach: boolean,
  ) {}

  /**
   * Reads a znode. What is known already is not sent again if it has not changed. With `children` the names below it are listed, too.
   * What it has itself is asked for last: the answer is not older than that of any look that ended before.
   */
  async look(path: string, known: StoreNode | null, children: boolean): Promise<Look> {
    const names = children ? ((await this.connection.children(path, this.watchEach))?.names ?? []) : [];
    if (known !== null) {
      const { stat, zxid } = await this.connection.exists(path, this.watchEach);
      if (stat === null) return { entry: null, zxid };
      if (isUnchanged(known, stat)) return { entry: { stat, node: known, children: new Set(names) }, zxid };
    }
    const { found, zxid } = await this.connection.read(path, this.watchEach);
    if (found === null) return this.watchEach && path === this.root ? this.#awaitRoot(children) : { entry: null, zxid };
    return {
      entry: { stat: found.stat, node: toNode(path, found.data, found.stat), children: new Set(names) },
      zxid,
    };
  }

  /** Reading leaves no watch where nothing is; only asking whether it is there does. */
  async #awaitRoot(children: boolean): Promise<Look> {
    const { stat, zxid } = await this.connection.exists(this.root, true);
    return stat === null ? { entry: null, zxid } : this.look(this.root, null, children);
  }

  /** Reads everything below the root. `known` gives what was known of a key. */
  async all(known: (path: string) => StoreNode | null): Promise<Map<string, Entry>> {
    const found = new Map<string, Entry>();
    const visit = async (path: string): Promise<void> => {
      if (isOwn(path)) return;
      // Most znodes have nothing below them: their names are asked for only where there are any, or where each is watched.
      let { entry } = await this.look(path, known(path), this.watchEach);
      if (entry !== null && !this.watchEach && entry.stat.childCount > 0) {
        ({ entry } = await this.look(path, entry.node, true));
      }
      if (entry === null) return;
      found.set(path, entry);
      await Promise.all([...entry.children].map((name) => visit(childOf(path, name))));
    };
    await visit(this.root);
    return found;
  }

  /**
   * The last time that a znode came or went in what was read. Before it nothing is known of what there was; from then on only values
   * changed.
   */
  async lastComingOrGoing(entries: ReadonlyMap<string, Entry>): Promise<string | null> {
    let last = '0';
    for (const { stat } of entries.values()) if (compareRevisions(stat.childZxid, last) > 0) last = stat.childZxid;
    if (entries.size > 0) return last;
    // Where there is no root, its nearest parent knows when one of its children went.
    for (let path = this.root; path !== '/';) {
      path = parentOf(path);
      const { stat } = await this.connection.exists(path);
      if (stat !== null) return stat.childZxid;
    }
    return null;
  }
}

function isUnchanged(known: StoreNode, stat: Stat): boolean {
  return known.modRevision === stat.modifyZxid && known.createRevision === stat.createZxid && !isFolder(stat);
}
