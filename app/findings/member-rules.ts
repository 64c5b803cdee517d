import * as Member from '../cluster/member';
import * as SyncState from '../cluster/sync-state';
import type { Evidence, Severity } from './finding';
import { listNames } from '../text';
import { aboutMembers, type Draft, member, MOST_NAMED, type RuleContext, wholeCluster } from './rule';

/** A member that was here, or that others count on, and that has no key any more. */
export function memberGone({ cluster, leaderName, observed, key }: RuleContext): readonly Draft[] {
  const present = new Set(cluster.members.map(({ name }) => name.toLowerCase()));
  const gone = new Map<string, Evidence[]>();
  const note = (name: string, evidence: Evidence): void => {
    if (name === leaderName || present.has(name.toLowerCase())) return;
    const before = gone.get(name);
    if (before === undefined) gone.set(name, [evidence]);
    else before.push(evidence);
  };
  for (const [name, lastSeen] of observed.seenMembers) note(name, { label: 'last seen', value: lastSeen });
  for (const name of SyncState.members(cluster.sync))
    note(name, { label: 'named in sync', value: name, key: key('sync') });
  for (const [name] of cluster.failsafe ?? [])
    note(name, { label: 'named in failsafe', value: name, key: key('failsafe') });
  return [...gone].map(([name, evidence]) => ({
    code: 'member-gone',
    severity: 'warning',
    subject: member(name),
    title: `${name} is gone`,
    meaning: 'Its member key went away: its Patroni was stopped, or could not reach the store for longer than the TTL.',
    advice: `Check Patroni on the host of ${name} and its way to the store. If it was removed for good, nothing is to be done.`,
    evidence: [...evidence, { label: 'member key', value: 'not there', key: key(`members/${name}`) }],
  }));
}

interface StateWords {
  readonly severity: Severity;
  readonly meaning: string;
  readonly advice: string;
}

const FAILED: Omit<StateWords, 'meaning'> = {
  severity: 'warning',
  advice: 'Read the logs of Patroni and PostgreSQL on that host for the reason.',
};
const PASSING: Omit<StateWords, 'meaning'> = {
  severity: 'info',
  advice: 'Wait. If it does not end, read the logs of Patroni and PostgreSQL on that host.',
};

/** `patroni/postgresql/misc.py: PostgresqlState`, all but `running`. */
const STATES: ReadonlyMap<string, StateWords> = new Map<string, StateWords>([
  ['initializing new cluster', { ...PASSING, meaning: 'initdb makes the data directory of a new cluster.' }],
  ['initdb failed', { ...FAILED, meaning: 'initdb could not make the data directory.' }],
  [
    'running custom bootstrap script',
    { ...PASSING, meaning: 'The configured script makes the cluster, e.g. from a backup.' },
  ],
  ['custom bootstrap failed', { ...FAILED, meaning: 'The configured bootstrap script did not succeed.' }],
  [
    'creating replica',
    { ...PASSING, meaning: 'The member copies its data from another one; until then it cannot take over.' },
  ],
  [
    'starting',
    { ...PASSING, meaning: 'PostgreSQL starts and does not take connections yet; it may be replaying WAL.' },
  ],
  [
    'starting after custom bootstrap',
    { ...PASSING, meaning: 'PostgreSQL starts on the data that the bootstrap script made.' },
  ],
  ['start failed', { ...FAILED, meaning: 'PostgreSQL did not start; Patroni tries again.' }],
  ['restarting', { ...PASSING, meaning: 'PostgreSQL restarts; clients are cut off meanwhile.' }],
  ['restart failed', { ...FAILED, meaning: 'PostgreSQL did not come back from a restart.' }],
  ['stopping', { ...PASSING, meaning: 'PostgreSQL shuts down; it waits for WAL senders and the archiver.' }],
  ['stopped', { ...FAILED, meaning: 'PostgreSQL does not run, while its Patroni does.' }],
  ['stop failed', { ...FAILED, meaning: 'PostgreSQL could not be stopped.' }],
  ['crashed', { ...FAILED, meaning: 'PostgreSQL went down by itself.' }],
]);

/** A member that is not simply running. The lock's holder has a rule of its own. */
export function memberState({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  return cluster.members.flatMap((one): Draft[] => {
    const state = Member.state(one);
    if (state === 'running' || one.name === leaderName || Object.keys(one.data).length === 0) return [];
    // Patroni before 4.1 appends the state before: `restart failed (stopped)`.
    const words = STATES.get(state.replace(/ \(.*\)$/, '')) ?? {
      ...FAILED,
      meaning: 'This is no state that this program knows; only a running member can take over.',
    };
    return [
      {
        code: 'member-not-running',
        severity: words.severity,
        subject: member(one.name),
        title: state === 'unknown' ? `${one.name} does not say its state` : `${one.name} is not running: ${state}`,
        meaning: words.meaning,
        advice: words.advice,
        evidence: [{ label: 'state', value: state, key: key(`members/${one.name}`) }],
      },
    ];
  });
}

/** Member keys that no session holds stay when their Patroni dies. */
export function memberWithoutSession({ cluster, observed, key }: RuleContext): readonly Draft[] {
  const names = cluster.members.filter(({ session }) => session === null).map(({ name }) => name);
  if (!observed.storeHasSessions || names.length === 0) return [];
  const listed = listNames(names, MOST_NAMED);
  const isOne = names.length === 1;
  return [
    {
      code: 'member-without-session',
      severity: 'warning',
      ...aboutMembers(names),
      title: isOne
        ? `The member key of ${listed} belongs to no session`
        : `The member keys of ${listed} belong to no session`,
      meaning: `Patroni writes member keys with its session, so that they go away when it dies. ${isOne ? 'This one stays: someone wrote it by hand, or restored it.' : 'These stay: someone wrote them by hand, or restored them.'}`,
      advice: isOne
        ? `Check whether Patroni on ${listed} runs. If it does, it writes the key anew; if not, delete the key.`
        : 'Check on which of them Patroni runs. Where it does, it writes its key anew; where not, delete the key.',
      evidence: names.slice(0, MOST_NAMED).map((name) => ({
        label: isOne ? 'session' : `session of ${name}`,
        value: 'none',
        key: key(`members/${name}`),
      })),
    },
  ];
}

/** A member that does not say where it can be reached. */
export function memberWithoutAddress({ cluster, key }: RuleContext): readonly Draft[] {
  return cluster.members.flatMap((one): Draft[] => {
    const missing = [
      ...(Member.connUrl(one) === null ? ['conn_url'] : []),
      ...(Member.apiUrl(one) === null ? ['api_url'] : []),
    ];
    if (missing.length === 0 || Object.keys(one.data).length === 0) return [];
    return [
      {
        code: 'member-without-address',
        severity: 'warning',
        subject: member(one.name),
        title: `${one.name} does not say where it can be reached`,
        meaning: missing.includes('conn_url')
          ? 'Without conn_url no replica can follow it.'
          : 'Without api_url the others cannot ask it before a failover, and patronictl cannot reach it.',
        advice: 'Set connect_address below postgresql and restapi in its patroni.yml.',
        evidence: missing.map((field) => ({ label: field, value: 'not there', key: key(`members/${one.name}`) })),
      },
    ];
  });
}

/** Members run different versions of Patroni. */
export function mixedVersions({ cluster }: RuleContext): readonly Draft[] {
  const byVersion = new Map<string, number>();
  for (const one of cluster.members) {
    const version = Member.version(one);
    if (version !== null) byVersion.set(version, (byVersion.get(version) ?? 0) + 1);
  }
  if (byVersion.size < 2) return [];
  return [
    {
      code: 'mixed-versions',
      severity: 'info',
      subject: wholeCluster,
      title: 'The members run different versions of Patroni',
      meaning: 'Patroni works so during an upgrade, with the features that the oldest of them has.',
      advice: 'Upgrade the rest, member by member.',
      evidence: [...byVersion].slice(0, 10).map(([version, count]) => ({
        label: `Patroni ${version}`,
        value: count === 1 ? '1 member' : `${count} members`,
      })),
    },
  ];
}
