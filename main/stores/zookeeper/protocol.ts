import type { JuteReader, JuteWriter } from './jute';

/** What is asked for (`org.apache.zookeeper.ZooDefs.OpCode`). */
export const Op = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getAcl: 6,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  removeWatches: 18,
  auth: 100,
  addWatch: 106,
  closeSession: -11,
  error: -1,
} as const;

/** Numbers that stand where a request's own would (`ClientCnxn`). */
export const Xid = { event: -1, ping: -2, auth: -4 } as const;

/** What ZooKeeper answers instead of a result (`KeeperException.Code`). */
export const Code = {
  ok: 0,
  runtimeInconsistency: -2,
  connectionLoss: -4,
  unimplemented: -6,
  badArguments: -8,
  noNode: -101,
  noAuth: -102,
  badVersion: -103,
  noChildrenForEphemerals: -108,
  nodeExists: -110,
  notEmpty: -111,
  sessionExpired: -112,
  invalidAcl: -114,
  authFailed: -115,
  sessionMoved: -118,
  notReadOnly: -119,
  quotaExceeded: -125,
  throttled: -127,
  saslRequired: -124,
} as const;

const NAMES = new Map<number, string>(Object.entries(Code).map(([name, code]) => [code, name]));

/** An error that ZooKeeper itself answered. */
export class KeeperError extends Error {
  override readonly name = 'KeeperError';

  constructor(
    readonly code: number,
    /** The znode it is about, as the connection names it; empty where it is about none. */
    readonly path: string,
  ) {
    super(`${NAMES.get(code) ?? 'error'} (${String(code)})${path === '' ? '' : ` at ${path}`}`);
  }
}

/** What ZooKeeper knows of a znode (`org.apache.zookeeper.data.Stat`); zxids and the owner as decimal text. */
export interface Stat {
  readonly createZxid: string;
  readonly modifyZxid: string;
  /** How many times the data was set. */
  readonly version: number;
  /** How many times a child came or went. */
  readonly childVersion: number;
  /** The session that an ephemeral znode lives with; 0 for others. */
  readonly owner: bigint;
  readonly dataBytes: number;
  readonly childCount: number;
  /** The last coming or going of a child. */
  readonly childZxid: string;
}

export function readStat(reader: JuteReader): Stat {
  const createZxid = reader.long().toString();
  const modifyZxid = reader.long().toString();
  reader.long();
  reader.long();
  const version = reader.int();
  const childVersion = reader.int();
  reader.int();
  const owner = reader.long();
  const dataBytes = reader.int();
  const childCount = reader.int();
  return {
    createZxid,
    modifyZxid,
    version,
    childVersion,
    owner,
    dataBytes,
    childCount,
    childZxid: reader.long().toString(),
  };
}

/** What a watch reports (`Watcher.Event.EventType`). */
export const EventKind = { created: 1, deleted: 2, dataChanged: 3, childrenChanged: 4 } as const;

export interface WatchEvent {
  readonly type: number;
  readonly path: string;
}

export function readEvent(reader: JuteReader): WatchEvent {
  const type = reader.int();
  reader.int();
  return { type, path: reader.text() };
}

/** Who may do what with a znode. */
export interface Acl {
  readonly permissions: number;
  readonly scheme: string;
  readonly id: string;
}

export const Permission = { read: 1, write: 2, create: 4, delete: 8, admin: 16, all: 31 } as const;

/** What kazoo, and so Patroni, gives a znode unless it is told otherwise. */
export const OPEN_ACL: readonly Acl[] = [{ permissions: Permission.all, scheme: 'world', id: 'anyone' }];

export function readAcl(reader: JuteReader): Acl[] {
  const count = reader.int();
  const found: Acl[] = [];
  for (let i = 0; i < count; i += 1) {
    found.push({ permissions: reader.int(), scheme: reader.text(), id: reader.text() });
  }
  return found;
}

/** One write, alone or as a part of several that are done together. Paths are whole, with the chroot before them. */
export type WriteOp =
  | {
      readonly op: 'create';
      readonly path: string;
      readonly data: Buffer;
      readonly acl: readonly Acl[];
      readonly ephemeral: boolean;
    }
  | { readonly op: 'set'; readonly path: string; readonly data: Buffer; readonly version: number }
  | { readonly op: 'delete'; readonly path: string; readonly version: number };

export function opCode(write: WriteOp): number {
  return { create: Op.create, set: Op.setData, delete: Op.delete }[write.op];
}

export function writeOp(writer: JuteWriter, write: WriteOp): JuteWriter {
  writer.text(write.path);
  if (write.op === 'delete') return writer.int(write.version);
  writer.buffer(write.data);
  if (write.op === 'set') return writer.int(write.version);
  writer.int(write.acl.length);
  for (const { permissions, scheme, id } of write.acl) writer.int(permissions).text(scheme).text(id);
  return writer.int(write.ephemeral ? 1 : 0);
}

export function writeMulti(writer: JuteWriter, writes: readonly WriteOp[]): JuteWriter {
  for (const write of writes) writeOp(writer.int(opCode(write)).bool(false).int(-1), write);
  return writer.int(-1).bool(true).int(-1);
}

/** Reads the answer to several writes: the first that failed and why, or null when all were done. */
export function readMulti(reader: JuteReader): { readonly index: number; readonly code: number } | null {
  for (let index = 0; ; index += 1) {
    const type = reader.int();
    const isEnd = reader.bool();
    reader.int();
    if (isEnd) return null;
    if (type === Op.error) {
      const code = reader.int();
      // Those before the one that failed say ok, those after it that they were not looked at.
      if (code !== Code.ok && code !== Code.runtimeInconsistency) return { index, code };
    } else if (type === Op.create) reader.text();
    else if (type === Op.setData) readStat(reader);
  }
}
