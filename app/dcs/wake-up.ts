import type { Clock } from '../clock';
import { nextRevision } from './revision';
import type { NodeChange, ReadableStore, StoreSnapshot } from './store';

/** The keys whose change makes the next round due. */
export interface WakingKeys {
  readonly leader: string;
  readonly config: string;
  /** /status and /optime/leader: these count for those who do not lead. */
  readonly positions: readonly string[];
}

/** Something that ends a wait from outside. */
export interface Wait {
  readonly done: Promise<boolean>;
  /** Ends it with true. */
  wake(): void;
}

/**
 * Waits for the next round of a member's loop: until one of these keys has another value than in the snapshot, at most `seconds`
 * (`patroni/dcs/etcd3.py: KVCache._process_event`). True when something changed, or when the store can no longer tell.
 */
export function waitForChange(
  store: ReadableStore,
  clock: Clock,
  from: { readonly prefix: string; readonly snapshot: StoreSnapshot } | null,
  keys: WakingKeys,
  name: string,
  seconds: number,
): Wait {
  let settle: (woken: boolean) => void = () => undefined;
  let stop = (): void => undefined;
  const done = new Promise<boolean>((resolve) => {
    settle = (woken) => {
      stop();
      resolve(woken);
    };
  });
  const stopTimer = clock.after(seconds * 1000, () => settle(false));
  stop = stopTimer;
  if (from !== null) {
    const values = new Map(from.snapshot.nodes.map(({ key, value }) => [key, value]));
    const watch = store.watch(from.prefix, nextRevision(from.snapshot.revision), {
      onReady: () => undefined,
      onBatch: ({ changes }) => {
        if (changes.filter((change) => wakes(change, values, keys, name)).length > 0) settle(true);
      },
      onEnd: (end) => {
        // Without a connection the wait goes on; where changes are lost, only another look can tell.
        if (end.kind !== 'failed') settle(true);
      },
    });
    stop = () => {
      stopTimer();
      watch.close();
    };
  }
  return { done, wake: () => settle(true) };
}

/** Whether a change counts; remembers the new value. */
function wakes(change: NodeChange, values: Map<string, string>, keys: WakingKeys, name: string): boolean {
  const key = change.kind === 'put' ? change.node.key : change.key;
  const before = values.get(key);
  const now = change.kind === 'put' ? change.node.value : undefined;
  if (now === undefined) values.delete(key);
  else values.set(key, now);
  if (before === now) return false;
  if (key === keys.leader) return true;
  if (key === keys.config) return before !== undefined && now !== undefined;
  return keys.positions.includes(key) && now !== undefined && values.get(keys.leader) !== name;
}
