import type { IEvent, IKeyValue } from 'etcd3';
import type { StoreNode } from '../../../app/dcs/node';
import type { NodeChange } from '../../../app/dcs/store';

/** etcd's key and value as a node. */
export function toNode(kv: IKeyValue): StoreNode {
  return {
    key: decodeKey(kv.key),
    value: kv.value.toString('utf8'),
    bytes: kv.value.length,
    createRevision: kv.create_revision,
    modRevision: kv.mod_revision,
    version: kv.version,
    session: kv.lease === '0' ? null : kv.lease,
  };
}

/** etcd's event as a change. */
export function toChange(event: IEvent): NodeChange {
  if (event.type === 'Delete') {
    return { kind: 'delete', key: decodeKey(event.kv.key), modRevision: event.kv.mod_revision };
  }
  return { kind: 'put', node: toNode(event.kv) };
}

/**
 * A key's text. Two keys of bytes that are no UTF-8 must not become one: such a key is shown byte by byte, with `\xNN`
 * for what is not ASCII.
 */
export function decodeKey(key: Buffer): string {
  const text = key.toString('utf8');
  if (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(key)) return text;
  return key
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
