import type { Clock } from '../../app/clock';
import { MemoryStore } from '../../app/dcs/memory-store';
import { StoreLink } from '../../app/dcs/store-link';
import type { GroupDetail } from '../../app/ipc/detail';
import type { FaultChange, PracticeFaults } from '../../app/ipc/practice';
import { assertNever } from '../../app/assert-never';
import { PRACTICE_NAMESPACE } from '../../app/practice/cluster-keys';
import { PracticeHerd } from '../../app/practice/herd';
import { Random } from '../../app/practice/random';
import { storeAway } from '../../app/practice/store-away';
import type { Opened } from './connection-entry';

/** What a person can do to the practice herd beside what Patroni offers. */
export interface PracticeControl {
  /** Null for a scope that is not of the herd. */
  faults(scope: string): Omit<PracticeFaults, 'clusterId'> | null;
  /** False for a member or scope that is not there. */
  inject(scope: string, change: FaultChange): boolean;
  /** Clones a cluster into the herd as it is; the answer is the clone's scope. */
  rehearse(scope: string, groups: readonly GroupDetail[]): string;
}

/** The practice herd on a store in memory, until the store is closed: another life in each run. */
export function openPractice(clock: Clock): Opened & { readonly practice: PracticeControl } {
  const store = new MemoryStore(clock, { storeId: 'practice', version: 'practice herd' });
  const herd = new PracticeHerd(store, clock, new Random(clock.now()));
  herd.start();
  // The way of the window to the store: what the herd itself does with it goes on when it is cut.
  const link = new StoreLink(
    store,
    () => !herd.isStoreAway,
    storeAway,
    () => {
      herd.stop();
      store.close();
    },
  );
  const practice: PracticeControl = {
    faults: (scope) => {
      const groups = herd.faults(scope);
      return groups.length === 0 ? null : { isStoreAway: herd.isStoreAway, groups };
    },
    inject: (scope, change) => {
      switch (change.kind) {
        case 'member':
          return herd.inject(scope, change.member, change.fault, change.on);
        case 'slot':
          herd.holdSlot(scope, change.group, change.on);
          return true;
        case 'store':
          herd.setStoreAway(change.on);
          if (change.on) link.cut();
          return true;
        default:
          return assertNever(change);
      }
    },
    rehearse: (scope, groups) => herd.rehearse(scope, groups),
  };
  return { store: link, namespace: PRACTICE_NAMESPACE, members: herd.api, practice };
}
