import { putToDom } from './put-to-dom';
import type { Bench } from './result';

export const latency: Bench = {
  name: 'latency',
  what: 'etcd put acknowledged → the new value in the DOM, against a bare etcd3 watch in Node; 500 puts at 20/s, 50 clusters × 5 members',
  needsWindow: true,
  run: (progress) => putToDom('etcd3', 'latency', progress),
};
