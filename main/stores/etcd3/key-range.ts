import { namespacePrefix } from '../../../app/dcs/keys';

/** A range of keys as etcd takes it: from `key` up to, but not including, `range_end`. */
export interface KeyRange {
  readonly key: Buffer;
  readonly range_end: Buffer;
}

const ZERO = Buffer.from([0]);

/** All keys below a namespace: `/service` means those that begin with `/service/`; an empty one or `/` means every key. */
export function keyRange(namespace: string): KeyRange {
  const prefix = namespacePrefix(namespace);
  // etcd's way to say "everything": from the smallest key to no end.
  if (prefix === '/') return { key: ZERO, range_end: ZERO };
  const key = Buffer.from(prefix);
  const range_end = Buffer.from(key);
  // A prefix ends in a slash, so its last byte can always be raised by one.
  range_end[range_end.length - 1] = (range_end[range_end.length - 1] ?? 0) + 1;
  return { key, range_end };
}

/** What remains of a range above a key: for reading it page by page. */
export function above(range: KeyRange, lastKey: Buffer): KeyRange {
  return { key: Buffer.concat([lastKey, ZERO]), range_end: range.range_end };
}
