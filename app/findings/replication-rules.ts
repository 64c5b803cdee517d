import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import * as Lsn from '../cluster/lsn';
import * as Member from '../cluster/member';
import { getText } from '../cluster/parsed';
import * as SyncState from '../cluster/sync-state';
import { topology } from '../topology/topology';
import { listNames } from '../text';
import { type Draft, member, type RuleContext, wholeCluster } from './rule';

const NONE: readonly Draft[] = [];

/** A running replica further behind than maximum_lag_on_failover (`patroni/ha.py: is_lagging`). */
export function lagOverMaximum({ cluster, leaderName, rows, key }: RuleContext): readonly Draft[] {
  const maximum = GlobalConfig.maximumLagOnFailover(cluster.config);
  return rows.flatMap((row): readonly Draft[] => {
    const received = row.position ?? row.receive;
    const behind = received !== null && received.lagBytes > maximum;
    if (!behind && (row.replay === null || row.replay.lagBytes <= maximum)) return NONE;
    const one = cluster.members.find(({ name }) => name === row.name);
    if (one === undefined || row.name === leaderName || !Member.isRunning(one)) return NONE;
    const lag = behind ? received.lagBytes : (row.replay?.lagBytes ?? 0);
    const memberKey = key(`members/${row.name}`);
    return [
      {
        code: behind ? 'lag-over-maximum' : 'replay-lag-over-maximum',
        severity: Member.nofailover(one) ? 'info' : 'warning',
        subject: member(row.name),
        title: `${row.name} is ${Lsn.formatBytes(lag)} behind${behind ? '' : ' in replay'}`,
        meaning: behind
          ? `A replica that lacks more than ${Lsn.formatBytes(maximum)} of WAL does not become leader.`
          : 'It has the WAL, but has not replayed it: reads on it are old, and a promotion waits until the replay is done.',
        advice: behind
          ? `Check the network and the disk of ${row.name}, and whether its upstream still has the WAL that it needs.`
          : `Look for long queries on ${row.name} that hold up replay (max_standby_streaming_delay), and for a slow disk.`,
        evidence: [
          ...(row.receive === null
            ? []
            : [{ label: 'receive lag', value: Lsn.formatBytes(row.receive.lagBytes), key: memberKey }]),
          ...(row.replay === null
            ? []
            : [{ label: 'replay lag', value: Lsn.formatBytes(row.replay.lagBytes), key: memberKey }]),
          { label: "leader's position", value: Lsn.format(cluster.status.lastLsn), key: key('status') },
          { label: 'maximum_lag_on_failover', value: Lsn.formatBytes(maximum), key: key('config') },
        ],
      },
    ];
  });
}

/** A running replica that says that it does not stream (Patroni 3.0.4 on), though it should. */
export function notStreaming({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  const source = GlobalConfig.standbyCluster(cluster.config);
  return cluster.members.flatMap((one): Draft[] => {
    const state = Member.replicationState(one);
    const knows = Member.isAtLeast(one, [3, 0, 4]) === true || state !== null;
    // While it is busy, e.g. copying data, a member says neither its position nor its replication state.
    const tells = knows && Member.lsn(one) !== null;
    if (!Member.isRunning(one) || !tells || state === 'streaming' || Member.nostream(one)) return [];
    // A standby leader is to stream only when its section names a host; without a leader there is nobody to stream from.
    const follows = one.name === leaderName ? source !== null && getText(source, 'host') !== null : leaderName !== null;
    if (!follows || (one.name !== leaderName && Member.role(one) === 'primary')) return [];
    const archive = state === 'in archive recovery';
    return [
      {
        code: archive ? 'in-archive-recovery' : 'not-streaming',
        severity: 'warning',
        subject: member(one.name),
        title: archive ? `${one.name} recovers from the archive` : `${one.name} does not stream`,
        meaning: archive
          ? 'It takes its WAL from the archive with restore_command, one finished file at a time, and so stays behind.'
          : 'It runs, but gets no WAL from its upstream, and falls behind.',
        advice: `Look in the PostgreSQL log of ${one.name} for why it cannot connect: pg_hba.conf, password, slot, or WAL that is gone.`,
        evidence: [{ label: 'replication_state', value: state ?? 'not there', key: key(`members/${one.name}`) }],
      },
    ];
  });
}

/** A running member on another timeline than the leader's. */
export function timelineMismatch({ leaderName, rows, key }: RuleContext): readonly Draft[] {
  const leaderTimeline = rows.find(({ name }) => name === leaderName)?.timeline ?? null;
  if (leaderTimeline === null) return [];
  return rows.flatMap((row): Draft[] => {
    if (row.timeline === null || row.timeline === leaderTimeline || row.name === leaderName) return [];
    const ahead = row.timeline > leaderTimeline;
    return [
      {
        code: 'timeline-mismatch',
        severity: 'warning',
        subject: member(row.name),
        title: `${row.name} is on timeline ${row.timeline}, the leader on ${leaderTimeline}`,
        meaning: ahead
          ? 'It was a primary later than the leader: the two have parted, and what was written to it is not on the leader.'
          : 'It has not followed the last failover yet. If it had WAL beyond the point where the timelines part, it needs pg_rewind.',
        advice: `If it does not follow within a minute, look for pg_rewind in the Patroni log of ${row.name}; reinit it when rewinding is not possible.`,
        evidence: [
          { label: `timeline of ${row.name}`, value: String(row.timeline), key: key(`members/${row.name}`) },
          {
            label: `timeline of ${leaderName ?? ''}`,
            value: String(leaderTimeline),
            key: key(`members/${leaderName ?? ''}`),
          },
        ],
      },
    ];
  });
}

/** /history leads to another timeline than the leader is on. */
export function historyMismatch({ cluster, leaderName, rows, key }: RuleContext): readonly Draft[] {
  const written = Cluster.timeline(cluster);
  const actual = rows.find(({ name }) => name === leaderName)?.timeline ?? null;
  if (written === 0 || actual === null || written === actual) return [];
  return [
    {
      code: 'history-mismatch',
      severity: 'info',
      subject: { kind: 'key', key: key('history') },
      title: `The history leads to timeline ${written}, the leader is on ${actual}`,
      meaning:
        'The leader writes the history some seconds after its promotion. If the difference stays, the last failover is missing in it.',
      advice: 'Nothing, unless it stays: then compare the .history files in the pg_wal of the leader.',
      evidence: [
        { label: 'timeline by history', value: String(written), key: key('history') },
        { label: `timeline of ${leaderName ?? ''}`, value: String(actual), key: key(`members/${leaderName ?? ''}`) },
      ],
    },
  ];
}

/** Synchronous mode is on, and nobody is synchronous. */
export function noSyncStandby({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  if (leaderName === null || !GlobalConfig.isSynchronousMode(cluster.config)) return [];
  const voters = SyncState.voters(cluster.sync);
  const present = voters.filter((name) => cluster.members.some((one) => one.name.toLowerCase() === name.toLowerCase()));
  if (present.length > 0) return [];
  const strict = GlobalConfig.isSynchronousModeStrict(cluster.config);
  return [
    {
      code: 'no-sync-standby',
      severity: strict ? 'critical' : 'warning',
      subject: wholeCluster,
      title: strict ? 'No standby is synchronous: writes wait' : 'No standby is synchronous',
      meaning: strict
        ? 'synchronous_mode_strict is on, so the leader does not confirm a commit until a standby is synchronous.'
        : 'The leader confirms commits alone: what it has not replicated is lost if it dies, and nobody takes over by itself.',
      advice: 'Check that at least one replica streams and is not tagged nosync.',
      evidence: [
        {
          label: 'sync_standby',
          value: voters.length === 0 ? 'nobody' : `${listNames(voters)} (gone)`,
          key: key('sync'),
        },
        { label: 'mode', value: GlobalConfig.syncMode(cluster.config), key: key('config') },
      ],
    },
  ];
}

/** replicatefrom that cannot be followed: nobody of that name, the member itself, or a circle. */
export function replicatefromUnusable({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  if (!cluster.members.some((one) => Member.replicatefrom(one) !== null)) return NONE;
  const names = new Set(cluster.members.map(({ name }) => name));
  const drafts = cluster.members.flatMap((one): Draft[] => {
    const named = Member.replicatefrom(one);
    if (named === null || one.name === leaderName) return [];
    const self = named === one.name;
    if (!self && (named === leaderName || names.has(named))) return [];
    return [
      {
        code: self ? 'replicatefrom-itself' : 'replicatefrom-missing',
        severity: self ? 'info' : 'warning',
        subject: member(one.name),
        title: self
          ? `${one.name} is to replicate from itself`
          : `${one.name} is to replicate from ${named}, which is not there`,
        meaning: 'Patroni makes it follow the leader instead.',
        advice: `Correct the tag replicatefrom in the patroni.yml of ${one.name}${self ? '' : `, or bring ${named} back`}.`,
        evidence: [{ label: 'replicatefrom', value: named, key: key(`members/${one.name}`) }],
      },
    ];
  });
  // A circle needs members that name each other.
  if (!cluster.members.some((one) => names.has(Member.replicatefrom(one) ?? ''))) return drafts;
  for (const { upstream } of topology(cluster).nodes) {
    if (upstream.kind !== 'loop') continue;
    const [first = ''] = upstream.members;
    drafts.push({
      code: 'replicatefrom-loop',
      severity: 'warning',
      subject: member(first),
      title: `${listNames(upstream.members)} replicate from each other`,
      meaning: 'Their tags replicatefrom lead round in a circle, so none of them gets WAL from the leader.',
      advice: 'Take the tag replicatefrom from one of them.',
      evidence: upstream.members.slice(0, 10).map((name, i) => ({
        label: `replicatefrom of ${name}`,
        value: upstream.members[i + 1] ?? first,
        key: key(`members/${name}`),
      })),
    });
  }
  return drafts;
}
