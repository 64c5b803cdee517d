import type { StoreNode } from '../../../app/dcs/node';
import type { SetCondition, StoreFailure, Written } from '../../../app/dcs/store';
import { type Connection, LostError } from './connection';
import { isFolder, parentOf, rootOf, toNode } from './nodes';
import { type Acl, Code, KeeperError, type Stat, type WriteOp } from './protocol';
import { TreeWalk } from './tree-walk';

/** How often a write begins again because somebody else was quicker in between. */
const MOST_ATTEMPTS = 12;

/** Several writes that are done together must fit into one request; ZooKeeper takes 1 MB by default. */
const MOST_BYTES_AT_ONCE = 400_000;

/** What writes are done with. */
export interface Writer {
  readonly connection: Connection;
  /** The session that the key is to live with, which is this connection's; null for none. */
  readonly session: string | null;
  readonly acl: readonly Acl[];
  describe(error: unknown): StoreFailure;
}

/** What an attempt came to; `again`: somebody else was quicker, nothing was done. */
type Attempt = Written | { readonly kind: 'again' };

const AGAIN: Attempt = { kind: 'again' };

/** Sets a key under a condition. */
export function setKey(writer: Writer, key: string, value: string, condition: SetCondition): Promise<Written> {
  const data = Buffer.from(value, 'utf8');
  return repeat(writer, async () => {
    const { found, node } = await readFresh(writer, key, condition === 'any' ? null : condition.modRevision);
    if (condition !== 'any' && (node?.modRevision ?? '0') !== condition.modRevision) {
      return { kind: 'refused', found: node };
    }
    if (found === null) return createZnode(writer, key, data);
    const version = node !== null && condition === 'any' ? -1 : found.stat.version;
    if (node === null ? writer.session === null : node.session === writer.session) {
      return one(writer, { op: 'set', path: key, data, version });
    }
    return replaceZnode(writer, key, data, found.stat);
  });
}

/** Sets a key that must not exist, in one request where its parents are there already. */
export function createKey(writer: Writer, key: string, value: string): Promise<Written> {
  const data = Buffer.from(value, 'utf8');
  return repeat(writer, async () => {
    const created = await createZnode(writer, key, data);
    return created.kind === 'again' ? setKey(writer, key, value, { modRevision: '0' }) : created;
  });
}

export function removeKey(writer: Writer, key: string, modRevision: string | null): Promise<Written> {
  return repeat(writer, async () => {
    const { found, node, zxid } = await readFresh(writer, key, modRevision);
    if (modRevision !== null && node?.modRevision !== modRevision) return { kind: 'refused', found: node };
    if (found === null || node === null) return { kind: 'done', revision: zxid };
    const version = modRevision === null ? -1 : found.stat.version;
    // A znode with others below it cannot go: without a value it is no key any more.
    if (found.stat.childCount > 0) return one(writer, { op: 'set', path: key, data: Buffer.alloc(0), version });
    return one(writer, { op: 'delete', path: key, version });
  });
}

/** Removes everything below a prefix, and the folder itself; more than fits into one request is not done at once. */
export function removeBelow(writer: Writer, prefix: string): Promise<Written> {
  const root = rootOf(prefix);
  return repeat(writer, async () => {
    let revision = await writer.connection.sync();
    const entries = await new TreeWalk(writer.connection, root, false).all(() => null);
    const paths = [...entries].flatMap(([path, { node }]) =>
      path === '/' || (path === root && node !== null) ? [] : [path],
    );
    // What lies deeper has the longer path.
    paths.sort((a, b) => b.length - a.length);
    for (const part of inParts(paths)) {
      const { zxid, refused } = await writer.connection.writeAll(
        part.map((path) => ({ op: 'delete', path, version: -1 })),
      );
      if (refused !== null) return orAgain(refused.code, part[refused.index] ?? root);
      revision = zxid;
    }
    return { kind: 'done', revision };
  });
}

function inParts(paths: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let bytes = MOST_BYTES_AT_ONCE;
  for (const path of paths) {
    bytes += Buffer.byteLength(path) + 32;
    if (bytes > MOST_BYTES_AT_ONCE) {
      parts.push([]);
      bytes = Buffer.byteLength(path) + 32;
    }
    parts.at(-1)?.push(path);
  }
  return parts;
}

interface Read {
  readonly found: { readonly data: Buffer; readonly stat: Stat } | null;
  readonly node: StoreNode | null;
  readonly zxid: string;
}

/** Reads a key. Where it is not as it should be, the server may lag behind: then once more, up to date with its leader. */
async function readFresh(writer: Writer, key: string, expected: string | null): Promise<Read> {
  const read = async (): Promise<Read> => {
    const { found, zxid } = await writer.connection.read(key);
    return { found, node: found === null ? null : toNode(key, found.data, found.stat), zxid };
  };
  const first = await read();
  if (expected === null || (first.node?.modRevision ?? '0') === expected) return first;
  await writer.connection.sync();
  return read();
}

/** Makes a znode, and its parents where they are missing. */
async function createZnode(writer: Writer, path: string, data: Buffer): Promise<Attempt> {
  const create = znode(writer, path, data);
  try {
    return { kind: 'done', revision: (await writer.connection.write(create)).zxid };
  } catch (error) {
    if (!(error instanceof KeeperError)) throw error;
    if (error.code === Code.nodeExists) return AGAIN;
    if (error.code !== Code.noNode) throw error;
  }
  const missing: string[] = [];
  for (let parent = parentOf(path); parent !== '/'; parent = parentOf(parent)) {
    if ((await writer.connection.exists(parent)).stat !== null) break;
    missing.unshift(parent);
  }
  if (missing.length > 0 && (await writer.connection.exists('/')).stat === null)
    throw new KeeperError(Code.noNode, '/');
  // In one go: a parent without a child would be taken for a key with an empty value.
  const folders = missing.map((folder) => ({ ...znode(writer, folder, Buffer.alloc(0)), ephemeral: false }));
  return together(writer, [...folders, create]);
}

/** Gives a znode to another session, or to none: ZooKeeper can only make it anew. Who may do what with it stays. */
async function replaceZnode(writer: Writer, path: string, data: Buffer, stat: Stat): Promise<Attempt> {
  if (writer.session !== null && (stat.childCount > 0 || isFolder(stat))) {
    return { kind: 'failed', failure: cannotLive(writer, path) };
  }
  const acl = await writer.connection.acl(path);
  return together(writer, [
    { op: 'delete', path, version: stat.version },
    { ...znode(writer, path, data), acl },
  ]);
}

function cannotLive(writer: Writer, path: string): StoreFailure {
  return {
    ...writer.describe(new KeeperError(Code.noChildrenForEphemerals, path)),
    message: `${path} cannot live with a session: in ZooKeeper such a znode has none below it, and this one has.`,
    advice: 'Remove what lies below it first.',
  };
}

function znode(writer: Writer, path: string, data: Buffer): Extract<WriteOp, { op: 'create' }> {
  return { op: 'create', path, data, acl: writer.acl, ephemeral: writer.session !== null };
}

async function one(writer: Writer, write: WriteOp): Promise<Attempt> {
  try {
    return { kind: 'done', revision: (await writer.connection.write(write)).zxid };
  } catch (error) {
    if (error instanceof KeeperError) return orAgain(error.code, write.path);
    throw error;
  }
}

async function together(writer: Writer, writes: readonly WriteOp[]): Promise<Attempt> {
  const { zxid, refused } = await writer.connection.writeAll(writes);
  if (refused === null) return { kind: 'done', revision: zxid };
  return orAgain(refused.code, writes[refused.index]?.path ?? '');
}

/** Whether a refusal only means that somebody else was quicker. Throws when it does not. */
function orAgain(code: number, path: string): Attempt {
  const isRace = code === Code.nodeExists || code === Code.noNode || code === Code.badVersion || code === Code.notEmpty;
  if (isRace) return AGAIN;
  throw new KeeperError(code, path);
}

/** Attempts until one comes to something, and makes words of what went wrong. */
async function repeat(writer: Writer, attempt: () => Promise<Attempt>): Promise<Written> {
  try {
    for (let i = 0; i < MOST_ATTEMPTS; i += 1) {
      const outcome = await attempt();
      if (outcome.kind !== 'again') return outcome;
    }
    return { kind: 'failed', failure: writer.describe(new KeeperError(Code.badVersion, '')) };
  } catch (error) {
    if (error instanceof KeeperError) {
      if (error.code === Code.sessionExpired && writer.session !== null) return { kind: 'no-session' };
      return { kind: 'failed', failure: writer.describe(error) };
    }
    if (error instanceof LostError && error.mayBeDone) return { kind: 'unknown', failure: error.failure };
    return { kind: 'failed', failure: writer.describe(error) };
  }
}
