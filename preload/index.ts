import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, EventName, RequestName } from '../app/ipc/contract';

// The names are written out, because the contract's schemas would bring the whole schema library into the preload. The
// types hold both lists to the contract: a name that is missing or too many does not compile.
const requests: Readonly<Record<RequestName, true>> = {
  'session.start': true,
  'cluster.open': true,
  'cluster.value': true,
  'connection.test': true,
  'connection.save': true,
  'connection.remove': true,
  'connection.retry': true,
  'connection.import': true,
  'settings.update': true,
  'file.choose': true,
  'link.open': true,
};
const events: Readonly<Record<EventName, true>> = { feed: true, menu: true, settings: true, 'show-cluster': true };

const bridge: Bridge = {
  request: (name, argument) => {
    if (!Object.hasOwn(requests, name)) return Promise.reject(new Error('no such request'));
    return ipcRenderer.invoke(name, argument);
  },
  on: (name, listen) => {
    if (!Object.hasOwn(events, name)) throw new Error('no such event');
    // The event itself stays here: through its `sender` a page could reach all of ipcRenderer.
    const hear = (_event: unknown, value: Parameters<typeof listen>[0]) => {
      listen(value);
    };
    ipcRenderer.on(name, hear);
    return () => {
      ipcRenderer.off(name, hear);
    };
  },
};

contextBridge.exposeInMainWorld('herdscope', bridge);
