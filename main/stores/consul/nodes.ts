import { z } from 'zod';
import type { StoreNode } from '../../../app/dcs/node';

/** A key as Consul tells of it; values as bytes. */
const entry = z.object({
  Key: z.string(),
  Value: z.union([z.instanceof(Buffer), z.string(), z.null()]).optional(),
  CreateIndex: z.number().int().nonnegative(),
  ModifyIndex: z.number().int().nonnegative(),
  Session: z.string().optional(),
});
const entries = z.array(entry);

/** The keys of an answer to a read with `recurse`; none where there was none. Throws when it is no such answer. */
export function readEntries(data: unknown): readonly StoreNode[] {
  if (data === undefined || data === null) return [];
  return entries.parse(data).map(toNode);
}

function toNode(found: z.infer<typeof entry>): StoreNode {
  const value = typeof found.Value === 'string' ? Buffer.from(found.Value, 'base64') : (found.Value ?? Buffer.alloc(0));
  return {
    // Patroni's base path has no leading slash in Consul (`patroni/dcs/consul.py: Consul.__init__`).
    key: `/${found.Key}`,
    value: value.toString('utf8'),
    bytes: value.length,
    createRevision: String(found.CreateIndex),
    modRevision: String(found.ModifyIndex),
    // Consul does not count them.
    version: '0',
    session: found.Session === undefined || found.Session === '' ? null : found.Session,
  };
}

const results = z.object({ Results: z.array(z.object({ KV: entry.optional() })).nullable() });

/** The keys that a transaction gives. Throws when it is no such answer. */
export function readResults(data: unknown): readonly StoreNode[] {
  return (results.parse(data).Results ?? []).flatMap(({ KV }) => (KV === undefined ? [] : [toNode(KV)]));
}

/** A key as Consul has it, without the slash that every key of ours begins with. */
export function consulKey(key: string): string {
  return key.startsWith('/') ? key.slice(1) : key;
}
