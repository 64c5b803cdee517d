import type { Bridge } from '../app/ipc/contract';

declare global {
  interface Window {
    /** What the preload gives to the page. */
    readonly herdscope: Bridge;
  }
}
