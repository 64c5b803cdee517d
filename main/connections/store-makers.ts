import type { Clock } from '../../app/clock';
import type { StoreMakers } from './connections';

/** The real stores. What each needs is loaded when the first of its kind is opened: the window should not wait for it. */
export function storeMakers(clock: Clock): StoreMakers {
  return {
    etcd3: async (settings, password) => {
      const { Etcd3Store } = await import('../stores/etcd3/etcd3-store');
      const { endpoints, username, caFile, certFile, keyFile } = settings;
      return new Etcd3Store({ endpoints, username, password, caFile, certFile, keyFile });
    },
    practice: async () => {
      const { openPractice } = await import('./practice');
      return openPractice(clock);
    },
  };
}
