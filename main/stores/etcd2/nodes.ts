import { z } from 'zod';
import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreNode } from '../../../app/dcs/node';

/** A node of etcd v2 as its API tells it: a key with a value, or a directory of others. */
const apiNode = z.object({
  key: z.string().optional(),
  dir: z.boolean().optional(),
  value: z.string().optional(),
  /** What is left of it when it was asked, in seconds; of an event what it was given. */
  ttl: z.number().optional(),
  createdIndex: z.number().int().nonnegative().optional(),
  modifiedIndex: z.number().int().nonnegative().optional(),
  nodes: z.array(z.unknown()).optional(),
});
export type ApiNode = z.infer<typeof apiNode>;

const apiEvent = z.object({ action: z.string(), node: apiNode });
/** One answer about keys: what was read, what was done, or what a watch heard. */
export type ApiEvent = z.infer<typeof apiEvent>;

/** Why etcd did not do it (https://etcd.io/docs/v2.3/errorcode/). */
const apiError = z.object({ errorCode: z.number(), message: z.string(), cause: z.string().optional() });
export type ApiError = z.infer<typeof apiError>;

/** The codes that mean something of their own here. */
export const errorCodes = {
  keyNotFound: 100,
  compareFailed: 101,
  notAFile: 102,
  notADirectory: 104,
  exists: 105,
  insufficientCredentials: 110,
  eventsCleared: 401,
} as const;

export function readEvent(body: string): ApiEvent | null {
  return apiEvent.safeParse(parse(body)).data ?? null;
}

export function readError(body: string): ApiError | null {
  return apiError.safeParse(parse(body)).data ?? null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** A key below the keys of the API, each name in it encoded by itself. */
export function apiPath(key: string): string {
  const names = key.split('/').filter((name) => name !== '');
  return `/v2/keys/${names.map(encodeURIComponent).join('/')}`;
}

/** The session that a key lives with which somebody else gave a TTL: in this API each key has a TTL of its own. */
export const sessionOf = (key: string): string => `ttl:${key}`;
export const keyOfSession = (id: string): string | null => (id.startsWith('ttl:') ? id.slice(4) : null);

/** A key as the store's verbs tell it; null for a directory. */
export function toStoreNode(node: ApiNode): StoreNode | null {
  const { key, value, ttl, createdIndex, modifiedIndex } = node;
  if (node.dir === true || key === undefined || modifiedIndex === undefined) return null;
  return {
    key,
    value: value ?? '',
    bytes: Buffer.byteLength(value ?? ''),
    createRevision: String(createdIndex ?? modifiedIndex),
    modRevision: String(modifiedIndex),
    // It is not counted.
    version: '0',
    session: ttl === undefined ? null : sessionOf(key),
  };
}

/** All keys in a directory that was read with all that is below it, in the order of their names; `ttls` is told what is left of each. */
export function keysBelow(prefix: string, root: ApiNode, ttls: (key: string, seconds: number) => void): StoreNode[] {
  const found: StoreNode[] = [];
  const start = namespacePrefix(prefix);
  const pending: ApiNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const child of node.nodes ?? []) {
      const read = apiNode.safeParse(child);
      if (read.success) pending.push(read.data);
    }
    const key = toStoreNode(node);
    if (key === null || !key.key.startsWith(start)) continue;
    if (node.ttl !== undefined) ttls(key.key, node.ttl);
    found.push(key);
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Why this API cannot hold a key; null when it can. A name with an underscore before it is hidden from everybody who lists. */
export function whyNotHeld(key: string): string | null {
  const names = key.split('/').slice(1);
  if (names.some((name) => name === '.' || name === '..' || name === ''))
    return 'it has an empty name, “.” or “..” in it';
  const hidden = names.find((name) => name.startsWith('_'));
  return hidden === undefined ? null : `etcd v2 hides what begins with an underscore (“${hidden.slice(0, 60)}”)`;
}
