import type { Random } from '../../app/practice/random';
import type { LagKind } from '../../lab/member';
import type { MemberTags, SyncMode } from '../../lab/patroni-config';

/** What is made of one replica before the leader is killed. */
export interface ReplicaSituation {
  readonly tags: MemberTags;
  /** What of its WAL is held up; null for nothing. */
  readonly lag: LagKind | null;
  /** How it was ended; null while it runs. */
  readonly ended: 'stopped' | 'killed' | null;
}

/** A cluster as it is made before its leader is killed. The replicas are those that do not lead, by name. */
export interface Situation {
  readonly sync: SyncMode;
  readonly syncNodes: number;
  readonly strict: boolean;
  readonly paused: boolean;
  readonly failsafe: boolean;
  readonly checkTimeline: boolean;
  readonly limitBytes: number;
  /** Written after the lag began. */
  readonly writtenKib: number;
  /** A switchover an hour from now: to a replica (its number), to any, or none. */
  readonly scheduled: number | 'any' | null;
  readonly replicas: readonly ReplicaSituation[];
}

const TAGS: readonly MemberTags[] = [
  { nofailover: true },
  { failover_priority: 0 },
  { failover_priority: 2 },
  { failover_priority: 3 },
  { nosync: true },
  { nofailover: false, failover_priority: 2 },
];

/** Makes one up; `quorum` where the version knows that mode. */
export function makeSituation(random: Random, replicas: number, quorum: boolean): Situation {
  const sync = random.pick<SyncMode>(quorum ? ['off', 'off', 'on', 'on', 'quorum', 'quorum'] : ['off', 'off', 'on']);
  return {
    sync: sync ?? 'off',
    syncNodes: random.integer(1, 2),
    strict: random.chance(0.2),
    paused: random.chance(0.1),
    failsafe: random.chance(0.2),
    checkTimeline: random.chance(0.3),
    limitBytes: random.chance(0.3) ? 65_536 : 1_048_576,
    writtenKib: random.pick([0, 40, 300, 3_000]) ?? 0,
    scheduled: random.chance(0.1) ? (random.chance(0.5) ? 'any' : random.integer(0, replicas - 1)) : null,
    replicas: Array.from({ length: replicas }, () => makeReplica(random)),
  };
}

function makeReplica(random: Random): ReplicaSituation {
  const tags = random.chance(0.45) ? (random.pick(TAGS) ?? {}) : {};
  if (random.chance(0.15)) return { tags, lag: null, ended: random.chance(0.5) ? 'stopped' : 'killed' };
  return { tags, lag: random.chance(0.45) ? (random.chance(0.75) ? 'receive' : 'replay') : null, ended: null };
}

/** In a line, with the replicas' names. */
export function situationWords(situation: Situation, names: readonly string[]): string {
  const { checkTimeline, failsafe, limitBytes, paused, replicas, scheduled, strict, sync, syncNodes, writtenKib } =
    situation;
  const mode = { off: 'asynchronous', on: `synchronous, ${syncNodes}`, quorum: `quorum, ${syncNodes}` }[sync];
  const settings = [
    strict && sync !== 'off' ? `${mode}, strict` : mode,
    paused ? 'paused' : null,
    failsafe ? 'failsafe mode' : null,
    checkTimeline ? 'check_timeline' : null,
    limitBytes === 1_048_576 ? null : `maximum lag ${limitBytes / 1024} KiB`,
    writtenKib === 0 ? null : `${writtenKib} KiB written`,
    scheduled === null ? null : `switchover scheduled to ${scheduled === 'any' ? 'any' : (names[scheduled] ?? '')}`,
  ].filter((words) => words !== null);
  const each = replicas.flatMap(({ ended, lag, tags }, index) => {
    const words = [
      ...Object.entries(tags).map(([name, value]) => `${name} ${value}`),
      ...(lag === null ? [] : [lag === 'receive' ? 'receives nothing' : 'replays nothing']),
      ...(ended === null ? [] : [ended]),
    ];
    return words.length === 0 ? [] : [`${names[index] ?? ''} ${words.join(' and ')}`];
  });
  return [...settings, ...each].join('; ');
}
