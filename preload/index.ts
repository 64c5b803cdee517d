import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../app/ipc/contract';
import { isEventName, isRequestName } from '../app/ipc/names';

const bridge: Bridge = {
  request: (name, argument) => {
    if (!isRequestName(name)) return Promise.reject(new Error('no such request'));
    return ipcRenderer.invoke(name, argument);
  },
  on: (name, listen) => {
    if (!isEventName(name)) throw new Error('no such event');
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
