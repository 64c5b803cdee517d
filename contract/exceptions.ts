/** A rule that a store cannot keep as it stands. */
export interface Exception {
  /** As in `subjects.ts`. */
  readonly store: string;
  /** The rule's name; what is tried instead stands beside the rule. */
  readonly rule: string;
  readonly reason: string;
  /** What the user is told, or what the program does so that nobody need be told. */
  readonly told: string;
}

/** Its rules are tried on a double of the API server, with the keys that have a place there (`kubernetes.test.ts`). */
export const KUBERNETES = 'Kubernetes';

/** Every rule that a store cannot keep. One entry for each store and rule. */
export const exceptions: readonly Exception[] = [
  {
    store: 'ZooKeeper',
    rule: 'names and values of any Unicode, and empty values, come back as they were',
    reason: 'ZooKeeper takes no control characters and nothing beyond U+FFFF, such as emoji, in the name of a znode.',
    told: 'The write is refused before anything is done, and the failure names the characters.',
  },
  {
    store: 'ZooKeeper',
    rule: 'a key with an empty value stays when another is made below it',
    reason: 'An empty znode with others below it cannot be told from one that is only there to hold them.',
    told: 'Nothing: none of Patroni’s keys has others below it.',
  },
  {
    store: 'ZooKeeper',
    rule: 'others are told what is left of a session, and that it is over',
    reason: 'ZooKeeper tells nobody how long a session of somebody else still has.',
    told: '“Reported” says that the store does not tell about the session, and counts from the key’s last change.',
  },
  {
    store: 'ZooKeeper',
    rule: 'a watch hears each change once and in order',
    reason: 'A watch says that a znode changed; what changed twice before it is read is one change.',
    told: 'Nothing: what is shown is what the store has; values that stood for less than a round trip are in no log.',
  },
  {
    store: 'ZooKeeper',
    rule: 'all who watch hear the same, whoever writes',
    reason: 'As above: each reads at its own moment.',
    told: 'Nothing: all come to show the same.',
  },
  {
    store: 'ZooKeeper',
    rule: 'a watch goes on from a revision that another client read',
    reason: 'ZooKeeper keeps no past: a client that has not seen it cannot know what went away.',
    told: 'The watch ends as compacted; the program reads everything anew and shows the difference at once.',
  },
  {
    store: 'Consul',
    rule: 'a watch from an older revision hears what has happened since',
    reason: 'Consul holds current values only: of what happened since, the difference is told.',
    told: 'Nothing: what is shown is what the store has; values that came and went meanwhile are in no log.',
  },
  {
    store: 'Consul',
    rule: 'a watch hears each change once and in order',
    reason: 'What changes again before it is read is one change to a blocking query.',
    told: 'Nothing: what is shown is what the store has; values that stood for less than a round trip are in no log.',
  },
  {
    store: 'Consul',
    rule: 'all who watch hear the same, whoever writes',
    reason: 'As above: each reads at its own moment.',
    told: 'Nothing: all come to show the same.',
  },
  {
    store: 'Consul',
    rule: 'a watch goes on from a revision that another client read',
    reason: 'Consul keeps no past: a client that has not seen it cannot know what went away.',
    told: 'The watch ends as compacted; the program reads everything anew and shows the difference at once.',
  },
  {
    store: 'Consul',
    rule: 'others are told what is left of a session, and that it is over',
    reason: 'Consul tells for how long a session was made, not what is left of it.',
    told: '“Reported” says that the store does not tell about the session, and counts from the key’s last change.',
  },
  {
    store: 'etcd v2',
    rule: 'what was written is read',
    reason: 'etcd v2 has no sessions: each key has a TTL of its own.',
    told: 'The lock’s and the member’s TTL are shown each by itself, as etcd tells it.',
  },
  {
    store: 'etcd v2',
    rule: 'others are told what is left of a session, and that it is over',
    reason: 'As above: what a Herdscope calls a session is in that Herdscope alone.',
    told: 'Nothing: others see the TTL of each of its keys.',
  },
  {
    store: 'etcd v2',
    rule: 'names and values of any Unicode, and empty values, come back as they were',
    reason: 'etcd v2 hides a key from who lists when a name in it begins with an underscore.',
    told: 'The write is refused before anything is done, and the failure says so. Such keys of others are not shown.',
  },
  {
    store: 'etcd v2',
    rule: 'a key with an empty value stays when another is made below it',
    reason: 'A key of etcd v2 has a value or others below it, never both.',
    told: 'The write is refused, and the failure names what stands in the way. None of Patroni’s keys has others below it.',
  },
  {
    store: 'etcd v2',
    rule: 'what is removed below a prefix is all of it and nothing beside it',
    reason: 'As above: there cannot be a key of the prefix’s own name.',
    told: 'Nothing: all else is tried.',
  },
  {
    store: 'etcd v2',
    rule: 'keys are told in order, and the snapshot is not older than the last write',
    reason: 'As above: one of the keys would have another below it.',
    told: 'Nothing: all else is tried.',
  },
  {
    store: 'etcd v2',
    rule: 'a watch hears nothing of what lies beside its prefix, of refused writes and of removing nothing',
    reason: 'As above: there cannot be a key of the prefix’s own name.',
    told: 'Nothing: all else is tried.',
  },
  {
    store: KUBERNETES,
    rule: 'what is removed below a prefix is all of it and nothing beside it',
    reason:
      'A member is a pod, which Kubernetes removes and not Patroni; objects are removed by the labels of a cluster or group, one after the other.',
    told: 'Removing a cluster says that its pods stay; another prefix is refused in words.',
  },
  {
    store: KUBERNETES,
    rule: 'a value of 1 MB comes back as it was',
    reason: 'All annotations of an object have room for 256 KiB together.',
    told: 'The write is refused, with the API server’s words about the limit.',
  },
  {
    store: KUBERNETES,
    rule: 'names and values of any Unicode, and empty values, come back as they were',
    reason: 'An object’s name is a DNS name, and only Patroni’s own keys have an object.',
    told: 'The write is refused before anything is sent, and the failure names the key.',
  },
  {
    store: KUBERNETES,
    rule: 'a key with an empty value stays when another is made below it',
    reason: 'None of Patroni’s keys has others below it, and others have no place.',
    told: 'As above.',
  },
  {
    store: KUBERNETES,
    rule: 'keys are told in order, and the snapshot is not older than the last write',
    reason: 'As above: the names are others. The order holds.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'a key tells the session that it lives with',
    reason: 'Kubernetes has no sessions: the lock’s record holds a TTL and when it was renewed.',
    told: 'The lock’s TTL is counted from when its record was last seen to change.',
  },
  {
    store: KUBERNETES,
    rule: 'a session that expires takes exactly its keys with it',
    reason:
      'The server removes nothing: whoever looks counts the TTL by his own clock, as Patroni does, and a member stays as long as its pod.',
    told: 'The lock is shown as run out when its record stood still for its TTL; a pod is shown until it is gone.',
  },
  {
    store: KUBERNETES,
    rule: 'a session that is kept alive outlives its TTL many times',
    reason: 'As above: a lock is kept by writing its record again.',
    told: 'Nothing: Patroni does so too.',
  },
  {
    store: KUBERNETES,
    rule: 'a session that is closed takes its keys with it at once',
    reason: 'As above: the lock is given up; a member stays as long as its pod.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'a key that is set with another session lives with that one',
    reason: 'As above: the lock is its holder’s by name.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'a key that is set without a session stays when the session that it had ends',
    reason: 'As above: a lock always has a TTL.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'others are told what is left of a session, and that it is over',
    reason: 'As above: there is nothing to be asked.',
    told: '“Reported” counts from the last change of the lock’s record.',
  },
  {
    store: KUBERNETES,
    rule: 'a watch hears a session end as the deletion of each of its keys',
    reason: 'As above: of a lock that was given up.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'a watch goes on from a revision that another client read',
    reason: 'A watch of Kubernetes tells whole objects: which keys went away is known only to who has seen them.',
    told: 'The watch ends as compacted; the program reads everything anew and shows the difference at once.',
  },
  {
    store: KUBERNETES,
    rule: 'what is written is, key for key and value for value, what Patroni 4.1 writes',
    reason: 'Patroni writes annotations of four objects, not keys. They are compared, each with its value.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'what was written is read',
    reason: 'As above: without sessions; a member’s data has its pod’s labels.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'a leader that comes back with another session keeps its lock, unless somebody else has taken it',
    reason: 'As above: without sessions. Who closes gives up the lock of his name.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'a member that dies loses its key and the lock, and nothing else goes',
    reason: 'As above: it loses the lock; its pod is Kubernetes’ own.',
    told: 'As above.',
  },
  {
    store: KUBERNETES,
    rule: 'for members before Patroni 2.1 the position is in /optime/leader too',
    reason: 'The position has always been one annotation, which old and new members read.',
    told: 'Nothing.',
  },
  {
    store: KUBERNETES,
    rule: 'a cluster that is deleted takes nothing of another with it',
    reason: 'As above: its own pods stay too.',
    told: 'As above.',
  },
];

export function exceptionTo(store: string, rule: string): Exception | null {
  return exceptions.find((one) => one.store === store && one.rule === rule) ?? null;
}
