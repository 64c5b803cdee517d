import type { StoreNode } from '../../app/dcs/node';

// etcdctl's JSON: keys and values in base64, 64-bit numbers as bare numbers that JSON.parse would round.

/** A change as etcdctl reports it. */
export type ReferenceEvent =
  | { readonly kind: 'put'; readonly revision: number; readonly node: StoreNode }
  | { readonly kind: 'delete'; readonly revision: number; readonly key: string };

interface JsonNode {
  readonly key: string;
  readonly value?: string;
  readonly create_revision?: string;
  readonly mod_revision?: string;
  readonly version?: string;
  readonly lease?: string;
}

function parse(text: string): unknown {
  return JSON.parse(text.replace(/"(create_revision|mod_revision|version|lease|Lease)":(\d+)/g, '"$1":"$2"'));
}

function toNode(json: JsonNode): StoreNode {
  const value = Buffer.from(json.value ?? '', 'base64');
  return {
    key: Buffer.from(json.key, 'base64').toString('utf8'),
    value: value.toString('utf8'),
    bytes: value.length,
    createRevision: json.create_revision ?? '0',
    modRevision: json.mod_revision ?? '0',
    version: json.version ?? '0',
    session: json.lease === undefined || json.lease === '0' ? null : json.lease,
  };
}

/** Reads a line of `etcdctl watch -w json`. */
export function readWatchLine(line: string): readonly ReferenceEvent[] {
  const message = parse(line) as { readonly Events?: readonly { readonly type?: number; readonly kv: JsonNode }[] };
  return (message.Events ?? []).map((event): ReferenceEvent => {
    const node = toNode(event.kv);
    const revision = Number(node.modRevision);
    // Protobuf leaves a 0 out, and 0 is "put".
    return event.type === 1 ? { kind: 'delete', revision, key: node.key } : { kind: 'put', revision, node };
  });
}

/** Reads what `etcdctl get -w json` printed. */
export function readGet(text: string): ReadonlyMap<string, StoreNode> {
  const answer = parse(text) as { readonly kvs?: readonly JsonNode[] };
  return new Map((answer.kvs ?? []).map((json) => toNode(json)).map((node) => [node.key, node]));
}
