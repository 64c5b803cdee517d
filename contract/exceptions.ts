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
];

export function exceptionTo(store: string, rule: string): Exception | null {
  return exceptions.find((one) => one.store === store && one.rule === rule) ?? null;
}
