import { assertNever } from '../assert-never';
import type { Bar, Candidacy } from './candidacy';
import type { Forecast } from './forecast';
import { listNames } from '../text';
import type { Mark } from '../findings/mark';
import { formatBytes } from '../format';

/** The answer in a sentence, with what it rests on. */
export interface ForecastWords {
  readonly mark: Mark;
  readonly title: string;
  readonly meaning: string;
}

/** Who would lead, in words. */
export function forecastWords({ candidates, outcome, isStandbyCluster }: Forecast): ForecastWords {
  const role = isStandbyCluster ? 'standby leader' : 'leader';
  switch (outcome.kind) {
    case 'winner':
      return {
        mark: 'ok',
        title: `${outcome.member} would become ${role}`,
        meaning: outcome.certain
          ? 'Nobody else may, whatever their positions.'
          : candidates.some(({ bars }) => bars.some(({ kind }) => kind === 'gives-way'))
            ? 'It was asked for. The others give way while it can be reached; where it cannot, one of them takes the lock.'
            : 'By the positions as last reported. They move between two reports: another could be ahead when it counts.',
      };
    case 'any-of':
      return {
        mark: 'ok',
        title: `One of ${listNames(outcome.members)} would become ${role}`,
        meaning: 'As far as the store tells they are equal: it is whoever comes first to the lock.',
      };
    case 'cannot-tell':
      return {
        mark: 'unknown',
        title: 'The store does not tell',
        meaning: `It has no position of ${listNames(outcome.members)}, who could be ahead of the others.`,
      };
    case 'nobody':
      return nobodyWords[outcome.why];
    default:
      return assertNever(outcome);
  }
}

const nobodyWords: Readonly<Record<'paused' | 'alone' | 'all-out', ForecastWords>> = {
  paused: {
    mark: 'warning',
    title: 'Nobody would lead: the cluster is paused',
    meaning: 'In maintenance mode Patroni promotes nobody by itself. Resume it, or ask for a failover to a member.',
  },
  alone: {
    mark: 'critical',
    title: 'Nobody would lead: there is no other member',
    meaning: 'The cluster has no leader until this one is back.',
  },
  'all-out': {
    mark: 'critical',
    title: 'Nobody would lead',
    meaning: 'Something keeps each member out. The cluster has no leader until that changes or the leader is back.',
  },
};

/** What would be lost with the leader, in a sentence. */
export function riskWords(leader: string, atRiskBytes: number, keepsSyncCommits: boolean): string {
  const isWhole = atRiskBytes === 0;
  const reported = isWhole
    ? `By the last reports it has all of the WAL of ${leader}.`
    : `By the last reports ${formatBytes(atRiskBytes)} of the WAL of ${leader} are not there.`;
  if (keepsSyncCommits)
    return `${reported} A commit that waited for the standbys is there all the same; what did not wait may be lost.`;
  return `${reported} ${isWhole ? 'What was written since' : 'They, and what was written since,'} may be lost.`;
}

/** Why a member would not lead, in a sentence, by Patroni's rules. */
export function barWords(bar: Bar): string {
  switch (bar.kind) {
    case 'nofailover':
      return 'its tags keep it from ever leading (nofailover, or a failover_priority of 0)';
    case 'not-running':
      return `its PostgreSQL does not run (${bar.state === '' ? 'no state told' : bar.state})`;
    case 'paused':
      return 'the cluster is paused';
    case 'not-in-failsafe':
      return 'failsafe_mode is on and /failsafe does not list it';
    case 'not-synchronous':
      return 'synchronous mode is on and /sync does not name it';
    case 'lag':
      return `it is ${formatBytes(bar.lagBytes)} behind, more than maximum_lag_on_failover (${formatBytes(bar.limitBytes)})`;
    case 'timeline':
      return bar.own === null
        ? 'check_timeline is on and it does not tell its timeline'
        : `it is on timeline ${bar.own}, the cluster on ${bar.cluster}`;
    case 'behind':
      return `${bar.member} is ${formatBytes(bar.bytes)} ahead of it`;
    case 'priority':
      return `${bar.member} is as far, and its failover_priority is higher (${bar.theirs} against ${bar.own})`;
    case 'votes':
      return `it would get ${bar.votes} of the ${bar.needed} votes that the quorum asks for`;
    case 'primary-alive':
      return `${bar.member} runs as primary without the lock`;
    case 'requested':
      return bar.candidate === null
        ? 'the switchover that was asked for leads away from it'
        : `a failover to ${bar.candidate} was asked for`;
    case 'gives-way':
      return `it gives way to ${bar.candidate}, who was asked for, while that one can be reached`;
    default:
      return assertNever(bar);
  }
}

/** What is said of a member in the last column. */
export function candidacyWords({ verdict, bars }: Candidacy): string {
  if (verdict === 'could-win') return 'nothing speaks against it';
  if (verdict === 'unknown') return 'nothing speaks against it, but the store has no position of it';
  return bars.map(barWords).join('; ');
}

/** The same on every cluster: what only the members themselves could tell. */
export const notTold: readonly string[] = [
  'Whether a member can be reached: one that has a key and whose PostgreSQL runs counts as reachable.',
  'Where each member is at this moment: positions are as of its last report, up to loop_wait ago.',
  'Whether its watchdog is usable: it counts as usable.',
];
