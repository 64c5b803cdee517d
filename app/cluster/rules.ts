/** What changed in Patroni between 3.0 and 4.1 and can be seen in what it makes of a cluster's keys. */
export type RuleName = keyof typeof TABLE;

/** Which of Patroni's rules apply to a cluster. Plain data. Ask with `applies(rules, 'nostream')`. */
export interface Rules {
  /** The version of Patroni whose rules these are, e.g. `4.1.5`. */
  readonly version: string;
  /** Whether the leader itself said the version; otherwise the newest known one is taken. */
  readonly known: boolean;
  readonly applying: readonly RuleName[];
  /** Each rule in a sentence, as it applies. */
  readonly words: readonly string[];
}

interface Change {
  /** The first version of each line of releases that has the change, in order: a later line may lack it at first. */
  readonly since: readonly string[];
  readonly now: string;
  readonly before: string;
}

/** The newest Patroni that these rules were compared with. */
const NEWEST = '4.1.5';

const TABLE = {
  'failover-priority': {
    since: ['3.2.0'],
    now: 'A failover_priority of 0 or less counts as nofailover.',
    before: 'Only the tag nofailover keeps a member from becoming leader.',
  },
  'sync-priority': {
    since: ['4.1.0'],
    now: 'A sync_priority of 0 or less counts as nosync.',
    before: 'Only the tag nosync keeps a member from becoming synchronous.',
  },
  'status-number': {
    since: ['3.2.0'],
    now: '/status may be a plain number, and its lists may be text.',
    before: '/status is an object.',
  },
  'clone-not-from-itself': {
    since: ['3.0.3'],
    now: 'A new replica is never a copy of itself.',
    before: 'Without a leader a new replica may be a copy of itself.',
  },
  'loose-lag': {
    since: ['3.2.0'],
    now: 'A position that is text counts too.',
    before: 'A position is a number.',
  },
  'zero-is-unknown': {
    since: ['4.1.0'],
    now: 'A position of 0 is not known.',
    before: 'A position of 0 is the beginning of the WAL.',
  },
  'standby-never-synchronous': {
    since: ['3.1.0'],
    now: 'A standby cluster has no synchronous mode.',
    before: 'A standby cluster may have synchronous mode.',
  },
  'config-is-object': {
    since: ['3.0.3'],
    now: 'A configuration that is not an object is not valid.',
    before: 'A configuration that is JSON of any type is valid; one that is not an object is empty.',
  },
  nostream: {
    since: ['3.3.0'],
    now: 'A member with the tag nostream has no slot anywhere, and no logical slots.',
    before: 'The tag nostream is not known.',
  },
  'slots-need-no-config': {
    since: ['3.3.0'],
    now: 'Without a configuration, members have slots.',
    before: 'Without a configuration, nobody has slots.',
  },
  'loose-use-slots': {
    since: ['3.3.0'],
    now: 'use_slots is read as on, true, yes or 1.',
    before: 'Any use_slots that is not empty, 0 or false is on, even the text "off".',
  },
  'no-slots-no-permanent': {
    since: ['3.1.0'],
    now: 'With use_slots off there are no permanent slots.',
    before: 'With use_slots off, a leader still has the permanent physical slots.',
  },
  'permanent-on-replicas': {
    since: ['3.2.0'],
    now: 'A member that may become leader has the permanent slots too, from PostgreSQL 11 on.',
    before: 'A replica has only the permanent logical slots; a leader has all of them.',
  },
  'position-in-slot': {
    since: ['3.2.0'],
    now: 'A permanent slot is moved to the position that /status or its member tells.',
    before: 'The position of a permanent slot is not taken from the store.',
  },
  'cascading-position-only': {
    since: ['3.3.3', '4.0.0'],
    now: 'Of the members, only those with replicatefrom tell the position of a permanent slot.',
    before: 'Every member tells the position of the permanent slot of its name.',
  },
  'no-slot-for-itself': {
    since: ['3.2.0'],
    now: 'No server has a slot for itself.',
    before: 'A replica whose replicatefrom is itself has a slot for itself.',
  },
  'member-slot-first': {
    since: ['3.3.3', '4.0.2'],
    now: "A permanent physical slot does not replace a member's slot of the same name.",
    before: "A permanent physical slot replaces a member's slot of the same name.",
  },
  'expected-active': {
    since: ['3.3.3', '4.0.2'],
    now: 'Patroni says of a physical slot whether somebody should be connected to it.',
    before: 'Patroni does not say whether somebody should be connected to a slot.',
  },
  'logical-is-not-physical': {
    since: ['3.3.1'],
    now: 'A permanent slot with database and plugin and no type is logical.',
    before: 'A permanent slot without a type counts as physical and as logical when it has database and plugin.',
  },
  'loop-guard': {
    since: ['3.3.1'],
    now: 'A member that replicates from itself counts as following the leader; one in a loop has no slot on the primary.',
    before: 'A loop in replicatefrom stops Patroni (its recursion never ends).',
  },
  'member-slots-ttl': {
    since: ['4.0.0'],
    now: 'From PostgreSQL 11 on every member that may become leader has a slot for every other member, and keeps the slots in retain_slots for members that went away.',
    before: 'A member has slots only for members that should replicate from it.',
  },
  'retain-not-for-nofailover': {
    since: ['4.0.2'],
    now: 'A member with nofailover does not keep the slots in retain_slots.',
    before: 'A member with nofailover keeps the slots in retain_slots too.',
  },
  'old-leader-position': {
    since: ['4.0.3'],
    now: 'Under a leader older than Patroni 4.0 the position of a slot is taken from its member too.',
    before: 'The position of a slot is taken from its member only when the member has replicatefrom.',
  },
  'no-master-role': {
    since: ['4.0.0'],
    now: 'The role is called primary.',
    before: 'The role master means primary.',
  },
  quorum: {
    since: ['4.0.0'],
    now: 'synchronous_mode may be quorum.',
    before: 'There is no quorum mode.',
  },
  'cluster-type': {
    since: ['4.1.0'],
    now: 'The key cluster_type leaves a permanent physical slot out of a standby cluster, or out of any other, where only physical slots are kept.',
    before: 'The key cluster_type is not known.',
  },
  'two-positions': {
    since: ['4.1.0'],
    now: 'Members tell what they received and what they replayed.',
    before: 'Members tell one position.',
  },
  'any-case-sync': {
    since: ['3.0.3'],
    now: 'Names in /sync match in any case, and the leader does not count as a synchronous standby.',
    before: 'Names in /sync match exactly, and the leader named there matches too.',
  },
  'sync-only-in-sync-mode': {
    since: ['3.3.1'],
    now: 'A member is shown as synchronous only while synchronous mode is on.',
    before: 'A member in /sync is shown as synchronous whatever the mode.',
  },
  'replication-state': {
    since: ['3.0.4'],
    now: 'A standby is shown as streaming or in archive recovery when it says so.',
    before: "A standby is shown in PostgreSQL's state.",
  },
  'pending-restart-reason': {
    since: ['3.3.0'],
    now: 'What waits for a restart is shown.',
    before: 'Only that something waits for a restart is shown.',
  },
  'auth-without-options': {
    since: ['3.3.11', '4.0.10', '4.1.4'],
    now: 'options and connect_timeout of the authentication are not taken over.',
    before: 'All of the authentication is taken over.',
  },
} as const satisfies Readonly<Record<string, Change>>;

const NAMES = Object.keys(TABLE) as RuleName[];
const made = new Map<string, Rules>();

/** The rules of the newest Patroni that is known here. */
export const newest: Rules = make(NEWEST, false);

/** The rules of a version of Patroni, e.g. `[3, 0, 2]`. Versions before 3.0 get the rules of 3.0. */
export function ofVersion(version: readonly number[]): Rules {
  // A version that was read once is the same list again, and who asks for its rules asks again.
  if (version === last.version) return last.rules;
  last = { version, rules: rulesOfVersion(version) };
  return last.rules;
}

let last: { readonly version: readonly number[] | null; readonly rules: Rules } = { version: null, rules: newest };

function rulesOfVersion(version: readonly number[]): Rules {
  const text = version.slice(0, 3).join('.');
  const before = made.get(text);
  if (before !== undefined) return before;
  const rules = make(text, true);
  // Versions are few in a fleet; ones from a hostile store must not fill the memory.
  if (made.size < 100) made.set(text, rules);
  return rules;
}

/** Whether a rule applies. */
export function applies(rules: Rules, name: RuleName): boolean {
  // Whoever asks once asks again, and mostly by the same rules.
  if (rules !== asked.rules) asked = { rules, names: namesOf(rules) };
  return asked.names.has(name);
}

let asked: { readonly rules: Rules | null; readonly names: ReadonlySet<RuleName> } = { rules: null, names: new Set() };
const sets = new WeakMap<Rules, ReadonlySet<RuleName>>();

function namesOf(rules: Rules): ReadonlySet<RuleName> {
  const before = sets.get(rules);
  if (before !== undefined) return before;
  const names = new Set(rules.applying);
  sets.set(rules, names);
  return names;
}

function make(version: string, known: boolean): Rules {
  const parts = partsOf(version);
  const applying = NAMES.filter((name) => isSince(parts, TABLE[name].since));
  const words = NAMES.map((name) => (applying.includes(name) ? TABLE[name].now : TABLE[name].before));
  return { version, known, applying, words };
}

/** Whether the last line of releases that began before a version, or with it, has the change by then. */
function isSince(version: readonly number[], since: readonly string[]): boolean {
  const line = since
    .map(partsOf)
    .filter((first) => compare(version.slice(0, 2), first.slice(0, 2)) >= 0)
    .at(-1);
  return line !== undefined && compare(version, line) >= 0;
}

function partsOf(version: string): number[] {
  return version.split('.').map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
