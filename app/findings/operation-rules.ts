import * as Failover from '../cluster/failover';
import * as GlobalConfig from '../cluster/global-config';
import * as Member from '../cluster/member';
import { listNames } from '../text';
import { aboutMembers, alike, type Draft, member, MOST_NAMED, type RuleContext, wholeCluster } from './rule';

/** Parameters that take effect with a restart only; members that wait for the same ones are restarted in one go. */
export function pendingRestart({ cluster, key, patronictl }: RuleContext): readonly Draft[] {
  const waiting = cluster.members.filter(Member.pendingRestart).map((one) => {
    const reasons = Member.pendingRestartReason(one);
    return { one, reasons, names: listNames(reasons.map(({ parameter }) => parameter)) };
  });
  return alike(waiting, ({ names }) => names).map((same): Draft => {
    const members = same.map(({ one }) => one.name);
    const names = same[0]?.names ?? '';
    return {
      code: 'pending-restart',
      severity: 'info',
      ...aboutMembers(members, names),
      title: `${listNames(members, MOST_NAMED)} ${members.length === 1 ? 'waits' : 'wait'} for a restart`,
      meaning:
        names === ''
          ? 'A parameter was changed that takes effect only when PostgreSQL restarts.'
          : `The new value of ${names} takes effect only when PostgreSQL restarts.`,
      advice: `Restart ${members.length === 1 ? 'it' : 'them, the leader last,'} at a quiet time: ${patronictl('restart', '--pending')}.`,
      evidence: same
        .flatMap(({ one, reasons }) => {
          const of = members.length === 1 ? '' : ` of ${one.name}`;
          const memberKey = key(`members/${one.name}`);
          if (reasons.length === 0) return [{ label: `pending_restart${of}`, value: 'true', key: memberKey }];
          return reasons.map(({ parameter, oldValue, newValue }) => ({
            label: `${parameter}${of}`,
            value: `${oldValue ?? '?'} → ${newValue ?? '?'}`,
            key: memberKey,
          }));
        })
        .slice(0, 20),
    };
  });
}

/** A restart that was asked for at a time. */
export function scheduledRestart({ cluster, key, patronictl }: RuleContext): readonly Draft[] {
  return cluster.members.flatMap((one): Draft[] => {
    const restart = Member.scheduledRestart(one);
    if (restart === null) return [];
    const only = restart.postgresVersion === null ? '' : ` if PostgreSQL is older than ${restart.postgresVersion}`;
    return [
      {
        code: 'scheduled-restart',
        severity: 'info',
        subject: member(one.name),
        title: `${one.name} is to restart at ${restart.at}${only}`,
        meaning: 'PostgreSQL restarts at that time, and clients are cut off.',
        advice: `To call it off: ${patronictl('flush', one.name, 'restart')}.`,
        evidence: [{ label: 'scheduled_restart', value: restart.at, key: key(`members/${one.name}`) }],
      },
    ];
  });
}

/** Maintenance mode. */
export function paused({ cluster, key, patronictl }: RuleContext): readonly Draft[] {
  if (!GlobalConfig.isPaused(cluster.config)) return [];
  return [
    {
      code: 'paused',
      severity: 'warning',
      subject: wholeCluster,
      title: 'The cluster is paused',
      meaning: 'Patroni watches, but does not act: if the leader dies, nobody takes over.',
      advice: `Resume it when the maintenance is done: ${patronictl('resume')}.`,
      evidence: [{ label: 'pause', value: 'true', key: key('config') }],
    },
  ];
}

/** A switchover or failover that was asked for and has not happened. */
export function failoverRequest({ cluster, leaderName, now, key, patronictl }: RuleContext): readonly Draft[] {
  const request = cluster.failover;
  if (request === null || Failover.isEmpty(request)) return [];
  const { leader, candidate, scheduledAt } = request;
  const word = leader === null ? 'failover' : 'switchover';
  const evidence = [
    { label: 'leader', value: leader ?? 'any', key: key('failover') },
    { label: 'candidate', value: candidate ?? 'any', key: key('failover') },
    ...(scheduledAt === null ? [] : [{ label: 'scheduled_at', value: scheduledAt, key: key('failover') }]),
  ];
  const lost =
    candidate !== null && !cluster.members.some(({ name }) => name === candidate)
      ? ` ${candidate} has no member key: Patroni will not do it.`
      : leader !== null && leaderName !== null && leader !== leaderName
        ? ` ${leader} is not the leader: Patroni will not do it.`
        : '';
  const base = { subject: wholeCluster, evidence, severity: lost === '' ? 'info' : 'warning' } as const;
  const path = `${leader === null ? '' : ` from ${leader}`}${candidate === null ? '' : ` to ${candidate}`}`;
  if (scheduledAt === null) {
    return [
      {
        ...base,
        code: `${word}-requested`,
        title: `A ${word}${path} was asked for`,
        meaning: `The members do it in their next round, or clear the key if they cannot.${lost}`,
        advice: 'If the key stays, read the Patroni log of the leader for why it does not act.',
      },
    ];
  }
  const lateSeconds = (Date.parse(now) - Date.parse(scheduledAt)) / 1000;
  const isLate = lateSeconds > GlobalConfig.scheduleGraceSeconds(cluster.config);
  const isPaused = GlobalConfig.isPaused(cluster.config);
  return [
    {
      ...base,
      severity: isLate ? 'warning' : base.severity,
      code: `scheduled-${word}`,
      title: isLate ? `A scheduled ${word}${path} did not happen` : `A ${word}${path} is scheduled for ${scheduledAt}`,
      meaning: isPaused
        ? `It does not happen while the cluster is paused.${lost}`
        : isLate
          ? `Its time is past, and no leader has done or cleared it.${lost}`
          : `The leader does it at that time.${lost}`,
      advice: `To call it off: ${patronictl('flush', 'switchover')}.`,
    },
  ];
}

/** Timings that break ttl ≥ loop_wait + 2 × retry_timeout (`patroni/config.py: _validate_and_adjust_timeouts`). */
export function timings({ cluster, key, patronictl }: RuleContext): readonly Draft[] {
  const ttl = GlobalConfig.ttlSeconds(cluster.config);
  const loopWait = GlobalConfig.loopWaitSeconds(cluster.config);
  const retryTimeout = GlobalConfig.retryTimeoutSeconds(cluster.config);
  const needed = loopWait + 2 * retryTimeout;
  const least = [
    { name: 'ttl', value: ttl, minimum: 20 },
    { name: 'loop_wait', value: loopWait, minimum: 1 },
    { name: 'retry_timeout', value: retryTimeout, minimum: 3 },
  ];
  const small = least.filter(({ value, minimum }) => value < minimum);
  if (ttl >= needed && small.length === 0) return [];
  const rule =
    small.length === 0 ? '' : ` The least is ${listNames(small.map(({ name, minimum }) => `${name} ${minimum} s`))}.`;
  return [
    {
      code: 'timings',
      severity: 'warning',
      subject: { kind: 'key', key: key('config') },
      title:
        ttl < needed
          ? `ttl is ${ttl} s, less than loop_wait + 2 × retry_timeout = ${needed} s`
          : `${listNames(small.map(({ name }) => name))} is less than Patroni allows`,
      meaning: `With these timings a leader could lose its lock while it only waits for the store. Patroni 4 puts others in their place and says so in its log.${rule}`,
      advice: `Set ttl to at least loop_wait + 2 × retry_timeout with ${patronictl('edit-config')}.`,
      evidence: least.map(({ name, value }) => ({ label: name, value: `${value} s`, key: key('config') })),
    },
  ];
}
