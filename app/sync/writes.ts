import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import { get, isObject } from '../cluster/parsed';
import type { SyncMode } from '../cluster/summary';
import * as SyncState from '../cluster/sync-state';
import type { JsonObject } from '../json';
import { listNames } from '../text';
import { type SyncStandby, whyNotWords } from './standby';
import type { SyncNumbers } from './sync-report';
import { synchronousCommit, waitsForStandby } from './synchronous-commit';

/** Whether a commit would be held up now. */
export type WritesKind =
  /** Nobody is there to take it. */
  | 'nobody-takes-them'
  /** By what the store says no commit waits for a standby; a member's patroni.yml or a session may say otherwise. */
  | 'never-wait'
  /** Commits wait for standbys, and those are there. */
  | 'go-on'
  /** Commits wait for a standby that is not there, until Patroni names others in its next round. */
  | 'wait-for-a-round'
  /** Commits wait until a standby comes back: strict mode. */
  | 'wait'
  /** The store does not tell enough. */
  | 'not-known';

/** A step of the reasoning, with the place in Patroni that makes it so. */
export interface Reason {
  readonly words: string;
  /** File and function, e.g. `patroni/ha.py: _process_multisync_replication`; null for what was read from the store. */
  readonly source: string | null;
}

export interface Verdict {
  readonly kind: WritesKind;
  readonly reasons: readonly Reason[];
}

const SYNC = 'patroni/ha.py: _process_multisync_replication';
const QUORUM = 'patroni/ha.py: _process_quorum_replication';
const NAMES = 'patroni/postgresql/sync.py: set_synchronous_standby_names';

/** Whether writes would wait now, and the reasoning step by step. */
export function verdict(
  cluster: Cluster.Cluster,
  mode: SyncMode,
  list: readonly SyncStandby[],
  numbers: SyncNumbers,
): Verdict {
  const early = withoutStandbys(cluster, mode);
  if (early !== null) return early;
  const leader = Cluster.leaderName(cluster);
  const strict = mode === 'sync-strict' || mode === 'quorum-strict';
  if (!SyncState.isEmpty(cluster.sync) && !SyncState.leaderMatches(cluster.sync, leader)) {
    return {
      kind: 'not-known',
      reasons: [
        fact(`/sync still names ${cluster.sync.leader ?? ''} as leader, the lock is ${leader ?? ''}’s.`),
        rule('The new leader puts its own name there in its next round.', SYNC),
      ],
    };
  }
  if (numbers.named === 0) return nobodyNamed(cluster, mode, list);
  return named(cluster, mode, strict, list, numbers);
}

/** What needs no look at the standbys. */
function withoutStandbys(cluster: Cluster.Cluster, mode: SyncMode): Verdict | null {
  if (GlobalConfig.isStandbyCluster(cluster.config)) {
    return {
      kind: 'nobody-takes-them',
      reasons: [
        rule(
          'This is a standby cluster: it takes no writes, and synchronous_mode has no effect in it.',
          'patroni/global_config.py: is_synchronous_mode',
        ),
      ],
    };
  }
  if (Cluster.isUnlocked(cluster)) {
    return { kind: 'nobody-takes-them', reasons: [fact('Nobody holds the leader lock, so nobody takes writes.')] };
  }
  if (mode === 'async') {
    const own = get(parametersOf(cluster), 'synchronous_standby_names');
    if (typeof own === 'string' && own.trim() !== '') {
      return {
        kind: 'not-known',
        reasons: [
          fact(`synchronous_mode is off, but the configuration sets synchronous_standby_names = ${own} itself.`),
          rule(
            'Patroni passes it on as it is and does not look after it.',
            'patroni/ha.py: disable_synchronous_replication',
          ),
        ],
      };
    }
    return {
      kind: 'never-wait',
      reasons: [
        fact('synchronous_mode is off, and the dynamic configuration sets no synchronous_standby_names.'),
        rule(
          'Patroni then leaves it as the leader’s own patroni.yml has it, which is not in the store: empty, as a rule.',
          'patroni/ha.py: disable_synchronous_replication',
        ),
      ],
    };
  }
  const commit = synchronousCommit(cluster.config);
  if (commit !== null && !waitsForStandby(commit)) {
    return {
      kind: 'never-wait',
      reasons: [
        fact(
          `synchronous_commit is ${commit} in the dynamic configuration: commits do not wait for a standby whatever the mode is, unless the leader’s patroni.yml, a role, a database or a session sets it otherwise.`,
        ),
      ],
    };
  }
  return null;
}

/** Nobody is named in /sync. */
function nobodyNamed(cluster: Cluster.Cluster, mode: SyncMode, list: readonly SyncStandby[]): Verdict {
  const first = fact(
    SyncState.isEmpty(cluster.sync) ? 'There is no /sync, or it names nobody.' : 'No standby is named in /sync.',
  );
  if (mode !== 'sync-strict' && mode !== 'quorum-strict') {
    return {
      kind: 'go-on',
      reasons: [
        first,
        rule('Without strict mode Patroni then empties synchronous_standby_names: the leader confirms alone.', NAMES),
      ],
    };
  }
  return anybody(list, [
    first,
    mode === 'quorum-strict'
      ? rule(
          'In strict mode one standby must confirm at least: Patroni puts ANY 1 (*) there, or * before anybody was named, and any standby that streams may confirm.',
          QUORUM,
        )
      : rule('In strict mode Patroni puts * there: any standby that streams from the leader may confirm.', SYNC),
  ]);
}

/** synchronous_standby_names is `*`: one standby that streams is enough, whatever its tags. */
function anybody(list: readonly SyncStandby[], before: readonly Reason[]): Verdict {
  const streaming = list.filter(({ confirms }) => confirms.kind === 'yes');
  if (streaming.length > 0) {
    return {
      kind: 'go-on',
      reasons: [
        ...before,
        fact(
          `${listNames(streaming.map(({ name }) => name))} ${streaming.length === 1 ? 'streams' : 'stream'} and can confirm.`,
        ),
      ],
    };
  }
  const unknown = list.filter(({ confirms }) => confirms.kind === 'unknown');
  if (unknown.length > 0) {
    return { kind: 'not-known', reasons: [...before, notSaying(unknown)] };
  }
  return {
    kind: 'wait',
    reasons: [
      ...before,
      fact('No member says that it streams from the leader: commits wait until one does.'),
      ...missing(list),
    ],
  };
}

function named(
  cluster: Cluster.Cluster,
  mode: SyncMode,
  strict: boolean,
  list: readonly SyncStandby[],
  numbers: SyncNumbers,
): Verdict {
  const voters = list.filter((one) => one.named);
  const isQuorum = mode === 'quorum' || mode === 'quorum-strict';
  const sure = voters.filter(({ confirms }) => confirms.kind === 'yes').length;
  const names = listNames(voters.map(({ name }) => name));
  const first = isQuorum
    ? rule(
        `A commit waits for any ${numbers.mustConfirm} of ${numbers.named}: ${names}.`,
        'patroni/quorum.py: QuorumStateResolver',
      )
    : rule(
        `A commit waits for ${voters.length === 1 ? names : `all ${voters.length} that are named: ${names}`}.`,
        NAMES,
      );
  if (sure >= numbers.mustConfirm) {
    return {
      kind: 'go-on',
      reasons: [
        first,
        fact(numbers.named === 1 ? 'It streams.' : sure === 1 ? 'One of them streams.' : `${sure} of them stream.`),
      ],
    };
  }
  const unknown = voters.filter(({ confirms }) => confirms.kind === 'unknown');
  if (sure + unknown.length >= numbers.mustConfirm) return { kind: 'not-known', reasons: [first, notSaying(unknown)] };
  const reasons = [first, ...missing(voters)];
  const others = list.filter(({ confirms }) => confirms.kind !== 'no');
  if (strict && others.every(({ eligible }) => eligible === 'nosync')) {
    // Whoever is left is not for Patroni to choose: it puts `*` there.
    return anybody(list, [
      ...reasons,
      rule(
        `Nobody is left that Patroni could name. In strict mode it then puts ${isQuorum ? 'ANY 1 (*)' : '*'} there, and any standby may confirm.`,
        isQuorum ? QUORUM : SYNC,
      ),
    ]);
  }
  const seconds = GlobalConfig.loopWaitSeconds(cluster.config);
  return {
    kind: 'wait-for-a-round',
    reasons: [
      ...reasons,
      rule(
        `In its next round, within ${seconds} s (loop_wait), the leader names those that are there${strict ? '' : ', or nobody'}, and commits go on.`,
        isQuorum ? QUORUM : SYNC,
      ),
    ],
  };
}

const fact = (words: string): Reason => ({ words, source: null });
const rule = (words: string, source: string): Reason => ({ words, source });

const notSaying = (unknown: readonly SyncStandby[]): Reason =>
  fact(
    `${listNames(unknown.map(({ name }) => name))} ${unknown.length === 1 ? 'does' : 'do'} not say whether WAL is streaming: Patroni writes it since 3.0.4.`,
  );

const missing = (list: readonly SyncStandby[]): readonly Reason[] =>
  list.flatMap(({ name, confirms }) => (confirms.kind === 'no' ? [fact(`${name} ${whyNotWords(confirms.why)}.`)] : []));

function parametersOf(cluster: Cluster.Cluster): JsonObject {
  const postgresql = GlobalConfig.setting(cluster.config, 'postgresql');
  const parameters = isObject(postgresql) ? get(postgresql, 'parameters') : undefined;
  return isObject(parameters) ? parameters : {};
}
