import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import type { Evidence } from './finding';
import { listNames } from '../text';
import { type Draft, member, type RuleContext, wholeCluster } from './rule';

/** Nobody holds the leader lock: nothing can be written. */
export function noLeader({ cluster, leaderName, observed, key }: RuleContext): readonly Draft[] {
  if (leaderName !== null || cluster.members.length === 0) return [];
  const bootstrapping = cluster.initialize === null || cluster.initialize === '';
  const paused = GlobalConfig.isPaused(cluster.config);
  const since: Evidence[] =
    observed.unlockedSince === null ? [] : [{ label: 'no leader since', value: observed.unlockedSince }];
  return [
    {
      code: 'no-leader',
      severity: bootstrapping ? 'warning' : 'critical',
      subject: wholeCluster,
      title: bootstrapping ? 'There is no leader yet' : 'There is no leader',
      meaning: bootstrapping
        ? 'The cluster is being bootstrapped: the first member becomes leader when its PostgreSQL runs.'
        : paused
          ? 'Nobody holds the leader lock, and nobody is promoted by itself while the cluster is paused.'
          : 'Nobody holds the leader lock, so nothing can be written. The members elect a new leader when one of them is fit for it.',
      advice: paused
        ? 'Resume the cluster, or fail over to a member by hand.'
        : 'Look at the states and lags of the members and at their Patroni logs for why none of them takes the lock.',
      evidence: [
        ...since,
        { label: 'leader key', value: cluster.leader === null ? 'not there' : 'empty', key: key('leader') },
      ],
    },
  ];
}

/** Keys are there, but no member. */
export function noMembers({ cluster, leaderName, key, patronictl }: RuleContext): readonly Draft[] {
  if (cluster.members.length > 0 || leaderName !== null) return [];
  return [
    {
      code: 'no-members',
      severity: 'warning',
      subject: wholeCluster,
      title: 'No member is registered',
      meaning:
        'The cluster has keys in the store, but no Patroni reports to it: all are stopped or cut off from the store, or the cluster was given up.',
      advice: `Start Patroni on its hosts, or remove the cluster from the store with ${patronictl('remove')} if it is gone for good.`,
      evidence: [{ label: 'initialize', value: cluster.initialize ?? 'not there', key: key('initialize') }],
    },
  ];
}

/** The leader key names a member that has no key. */
export function leaderWithoutMember({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  if (leaderName === null || cluster.members.some(({ name }) => name === leaderName)) return [];
  return [
    {
      code: 'leader-without-member',
      severity: 'critical',
      subject: member(leaderName),
      title: `${leaderName} holds the leader lock, but has no member key`,
      meaning: 'The other members do not know where to reach the leader, and no one can follow it.',
      advice: `Check whether Patroni on ${leaderName} runs and reaches the store. The lock goes away with its session when it does not.`,
      evidence: [
        { label: 'leader', value: leaderName, key: key('leader') },
        { label: 'member key', value: 'not there', key: key(`members/${leaderName}`) },
      ],
    },
  ];
}

/** The lock's holder is not a running primary, or standby leader: it leads in name only. */
export function leaderNotWritable({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  const holder = cluster.members.find(({ name }) => name === leaderName);
  if (holder === undefined || Object.keys(holder.data).length === 0) return [];
  const role = Member.role(holder);
  const state = Member.state(holder);
  const leads = role === 'primary' || role === 'standby_leader';
  if (leads && state === 'running') return [];
  return [
    {
      code: 'leader-not-writable',
      severity: 'critical',
      subject: member(holder.name),
      title: leads
        ? `The leader ${holder.name} is not running: ${state}`
        : `${holder.name} holds the leader lock, but its PostgreSQL is not a primary`,
      meaning:
        'patronictl shows it as leader because it holds the lock, but it takes no writes. This is normal for some seconds after a failover, while it is promoted.',
      advice: `If it lasts, read the logs of Patroni and PostgreSQL on ${holder.name} for what its start or promotion waits for.`,
      evidence: [
        { label: 'role', value: role ?? 'not said', key: key(`members/${holder.name}`) },
        { label: 'state', value: state, key: key(`members/${holder.name}`) },
      ],
    },
  ];
}

/** A member without the lock says that it is a primary. */
export function secondPrimary({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  return cluster.members
    .filter((other) => other.name !== leaderName && Member.role(other) === 'primary' && Member.isRunning(other))
    .map((other) => ({
      code: 'primary-without-lock',
      severity: 'critical',
      subject: member(other.name),
      title: `${other.name} runs as a primary without the leader lock`,
      meaning:
        leaderName === null
          ? 'It may take writes though nobody holds the lock. While the cluster is paused or in failsafe mode that is meant to be.'
          : `It may take writes beside the leader ${leaderName}, and what is written to it is lost when it follows again. This is normal for some seconds while it is demoted.`,
      advice: `If it lasts, stop clients from writing to ${other.name} and look at why its Patroni does not demote it.`,
      evidence: [
        { label: 'role', value: 'primary', key: key(`members/${other.name}`) },
        { label: 'leader', value: leaderName ?? 'nobody', key: key('leader') },
      ],
    }));
}

/** The lock and the holder's member key live with different sessions: they will not go away together. */
export function leaderSessionDiffers({ cluster, leaderName, observed, key }: RuleContext): readonly Draft[] {
  const lock = cluster.leader?.session ?? null;
  const own = cluster.members.find(({ name }) => name === leaderName)?.session ?? null;
  if (!observed.storeHasSessions || leaderName === null || lock === null || own === null || lock === own) return [];
  return [
    {
      code: 'leader-session-differs',
      severity: 'warning',
      subject: member(leaderName),
      title: `The leader lock is not in the session of ${leaderName}`,
      meaning:
        'Patroni keeps the lock and the member key of a leader in one session. Here the lock runs out at another time: someone wrote it by hand, or the leader has lost it and not noticed yet.',
      advice: `Look for "I am the leader but not owner of the lease" in the Patroni log of ${leaderName}. It takes the lock again in its next round if it can.`,
      evidence: [
        { label: 'session of the lock', value: lock, key: key('leader') },
        { label: 'session of the member', value: own, key: key(`members/${leaderName}`) },
      ],
    },
  ];
}

/** No PostgreSQL runs at all. */
export function noRunningMember({ cluster, key }: RuleContext): readonly Draft[] {
  const { members } = cluster;
  if (members.length === 0 || members.some(Member.isRunning)) return [];
  return [
    {
      code: 'no-running-member',
      severity: 'critical',
      subject: wholeCluster,
      title: 'No member is running',
      meaning: 'No PostgreSQL of this cluster takes connections.',
      advice: 'Look at the state of each member and at the logs of the one that led last.',
      evidence: members
        .slice(0, 5)
        .map((one) => ({ label: one.name, value: Member.state(one), key: key(`members/${one.name}`) })),
    },
  ];
}

/** What /initialize says while it is empty: a bootstrap that goes on, or one that was cut off. */
export function emptyInitialize({ cluster, key }: RuleContext): readonly Draft[] {
  if (cluster.initialize !== '') return [];
  const members = cluster.members.map(({ name }) => name);
  return [
    {
      code: 'empty-initialize',
      severity: 'info',
      subject: { kind: 'key', key: key('initialize') },
      title: 'The cluster is being initialized',
      meaning: 'A member has taken on to bootstrap the cluster and has not finished: the others wait for it.',
      advice:
        'If no member is initializing any more, the key is left over from a bootstrap that died: remove it, so that another member can try.',
      evidence: [
        { label: 'initialize', value: 'empty', key: key('initialize') },
        { label: 'members', value: members.length === 0 ? 'none' : listNames(members) },
      ],
    },
  ];
}
