// Records an etcd as the program does, in a process of its own that can be killed: ENDPOINT NAMESPACE FOLDER. Its trouble is a line of JSON each.
import { namespacePrefix } from '../../app/dcs/keys';
import { Mirror } from '../../main/inspection/mirror';
import { Recorder } from '../../main/recorder/recorder';
import { Etcd3Store } from '../../main/stores/etcd3/etcd3-store';
import { systemClock } from '../../main/system-clock';
import { plainEtcd } from '../plain-etcd';

const [endpoint = '', namespace = '', folder = ''] = process.argv.slice(2);
const store = new Etcd3Store(plainEtcd(endpoint));
const recorder = new Recorder({
  folder,
  connection: 'proof',
  kind: 'etcd3',
  namespace,
  mostBytes: 1e9,
  mostDays: 14,
  clock: systemClock,
  onTrouble: (trouble) => console.log(JSON.stringify({ trouble })),
});
const mirror = new Mirror(store, namespacePrefix(namespace), systemClock, {
  onBatch: ({ revision, changes }) => recorder.take(revision, changes, mirror.nodes),
  onStatus: (status) => {
    if (status.kind !== 'connecting') recorder.heard(status.kind === 'live');
  },
});
mirror.start();
process.once('SIGTERM', () => {
  mirror.close();
  store.close();
  void recorder.close().then(() => process.exit(0));
});
