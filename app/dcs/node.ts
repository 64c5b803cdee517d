/**
 * One key with its value, as the store has it. Revisions and session ids are decimal strings: they pass 2^53.
 */
export interface StoreNode {
  /** The absolute key, e.g. `/service/demo/leader`. */
  readonly key: string;
  /** The value decoded as UTF-8; bytes that are no UTF-8 became U+FFFD. */
  readonly value: string;
  /** The value's size in the store, in bytes. */
  readonly bytes: number;
  /** The store's revision when the key was created. */
  readonly createRevision: string;
  /** The store's revision at the key's last change. */
  readonly modRevision: string;
  /** How many times the key was written since it was created; `0` where the store does not count. */
  readonly version: string;
  /** The session (etcd: lease) that the key lives with; null when it stays until it is deleted. */
  readonly session: string | null;
}
