import * as Cluster from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import { rulesOf } from '../cluster/rules-of';
import { compareText } from '../text';
import { type Candidacy, isOfTheMoment } from './candidacy';
import { isSyncActive, race } from './race';

/** How the race would end. */
export type Outcome =
  /** `certain`: everyone else is kept out by something that does not move between two reports, whoever can be reached. */
  | { readonly kind: 'winner'; readonly member: string; readonly certain: boolean }
  /** Nothing tells them apart: whoever is first at the lock. By name. */
  | { readonly kind: 'any-of'; readonly members: readonly string[] }
  | {
      readonly kind: 'nobody';
      readonly why: 'paused' | 'alone' | 'all-out';
    }
  /** Some could win, but the store does not tell the position of these. By name. */
  | { readonly kind: 'cannot-tell'; readonly members: readonly string[] };

/** Who would lead if the leader died now, as far as the store tells. */
export interface Forecast {
  /** The leader that is taken for dead; null when there is none, and the race runs already. */
  readonly leader: string | null;
  readonly outcome: Outcome;
  /** Those who could win first, then those whose position is not known, then the others; each by position, the furthest first. */
  readonly candidates: readonly Candidacy[];
  /** WAL that the leader has reported and the one who would lead has not, in bytes; null when not known. */
  readonly atRiskBytes: number | null;
  /** Synchronous mode is in force: who may lead has each commit that waited for its standbys, whatever it last reported. */
  readonly keepsSyncCommits: boolean;
  readonly isStandbyCluster: boolean;
}

/**
 * The forecast for a cluster or one group of it. By the rules of the version that the leader reports. It asks nobody: whether
 * a member can be reached, and whether its watchdog is usable, only its REST API tells.
 */
export function forecast(cluster: Cluster.Cluster): Forecast {
  const order = { 'could-win': 0, unknown: 1, out: 2 } as const;
  const rules = rulesOf(cluster);
  const candidates = [...race(cluster, rules)].sort(
    (a, b) =>
      order[a.verdict] - order[b.verdict] || (b.position ?? 0) - (a.position ?? 0) || compareText(a.name, b.name),
  );
  const outcome = outcomeOf(candidates, GlobalConfig.isPaused(cluster.config));
  return {
    leader: Cluster.leaderName(cluster),
    outcome,
    candidates,
    atRiskBytes: atRisk(cluster, outcome, candidates),
    keepsSyncCommits: isSyncActive(cluster, rules),
    isStandbyCluster: GlobalConfig.isStandbyCluster(cluster.config),
  };
}

function outcomeOf(candidates: readonly Candidacy[], isPaused: boolean): Outcome {
  const named = (verdict: Candidacy['verdict']): readonly string[] =>
    candidates.filter((one) => one.verdict === verdict).map(({ name }) => name);
  const unknown = named('unknown');
  if (unknown.length > 0) return { kind: 'cannot-tell', members: [...unknown].sort(compareText) };
  const able = named('could-win');
  const [winner] = able;
  if (winner === undefined)
    return { kind: 'nobody', why: isPaused ? 'paused' : candidates.length === 0 ? 'alone' : 'all-out' };
  if (able.length > 1) return { kind: 'any-of', members: [...able].sort(compareText) };
  const others = candidates.filter(({ name }) => name !== winner);
  return { kind: 'winner', member: winner, certain: others.every(({ bars }) => !bars.every(isOfTheMoment)) };
}

/** From the one who would lead; of several the one who is furthest behind, for it could be that one. */
function atRisk(cluster: Cluster.Cluster, outcome: Outcome, candidates: readonly Candidacy[]): number | null {
  const names = outcome.kind === 'winner' ? [outcome.member] : outcome.kind === 'any-of' ? outcome.members : [];
  const positions = candidates.filter(({ name }) => names.includes(name)).map(({ position }) => position);
  const known = positions.filter((position) => position !== null);
  const reported = Cluster.leaderLsn(cluster);
  if (reported === null || known.length === 0 || known.length < positions.length) return null;
  return Math.max(0, reported - Math.min(...known));
}
