import type { ConnectionKind } from '../../../app/ipc/connections/settings';

/** What the form says of one kind of store. */
export interface StoreWords {
  /** In the list of stores. */
  readonly label: string;
  /** Below it. */
  readonly description: string;
  /** What a connection of this kind goes to, e.g. `To an etcd v3.` */
  readonly to: string;
  /** The field of its addresses; null where there is none. */
  readonly addresses: { readonly label: string; readonly port: number | null; readonly example: string } | null;
  /** What its secret is called. */
  readonly password: string;
  /** What it calls those who ask, in a sentence about a user. */
  readonly name: string;
}

const endpoints = (port: number) => ({
  label: 'Endpoints',
  port,
  example: `10.0.0.1:${port}\n10.0.0.2:${port}`,
});
const members = { label: 'Members', port: 8008, example: '10.0.0.1:8008\n10.0.0.2:8008' };

/** The stores, in the words of those who run them. */
export const storeFormWords: Readonly<Record<ConnectionKind, StoreWords>> = {
  etcd3: {
    label: 'etcd v3',
    description: 'Section etcd3 of patroni.yml',
    to: 'To an etcd v3.',
    addresses: endpoints(2379),
    password: 'Password',
    name: 'etcd',
  },
  etcd: {
    label: 'etcd v2',
    description: 'Section etcd: the older API, up to etcd 3.5 with --enable-v2',
    to: 'To an etcd by its v2 API.',
    addresses: endpoints(2379),
    password: 'Password',
    name: 'etcd',
  },
  consul: {
    label: 'Consul',
    description: 'Section consul',
    to: 'To Consul.',
    addresses: endpoints(8500),
    password: 'ACL token',
    name: 'Consul',
  },
  zookeeper: {
    label: 'ZooKeeper',
    description: 'Section zookeeper',
    to: 'To ZooKeeper.',
    addresses: { label: 'Hosts', port: 2181, example: 'zk1:2181\nzk2:2181\nzk3:2181' },
    password: 'Credentials',
    name: 'ZooKeeper',
  },
  exhibitor: {
    label: 'Exhibitor',
    description: 'Section exhibitor: it names the servers of a ZooKeeper',
    to: 'To the ZooKeeper that Exhibitor names.',
    addresses: { label: 'Exhibitors', port: null, example: 'exhibitor1\nexhibitor2' },
    password: 'Credentials',
    name: 'ZooKeeper',
  },
  kubernetes: {
    label: 'Kubernetes',
    description: 'Section kubernetes: its API server holds the state',
    to: 'To the API server of Kubernetes.',
    addresses: null,
    password: 'Bearer token',
    name: 'Kubernetes',
  },
  rest: {
    label: 'REST API only',
    description: 'Where this machine reaches the members but not their store',
    to: 'To the members’ REST API, without their store.',
    addresses: members,
    password: 'Password',
    name: 'the REST API',
  },
  raft: {
    label: 'Raft',
    description: 'Section raft: read through the members’ REST API, for who joins has a vote',
    to: 'To members on Raft, by their REST API.',
    addresses: members,
    password: 'Password',
    name: 'the REST API',
  },
};
