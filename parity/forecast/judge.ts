import { assertNever } from '../../app/assert-never';
import { isOfTheMoment } from '../../app/forecast/candidacy';
import type { Forecast } from '../../app/forecast/forecast';

/** How a forecast compares with what Patroni did. */
export type Judgement =
  | 'same'
  /** The forecast had said that it could be otherwise. */
  | 'was not certain'
  | 'different';

/** `leader`: who took the lock; null for nobody. */
export function judge({ candidates, outcome }: Forecast, leader: string | null): Judgement {
  switch (outcome.kind) {
    case 'winner': {
      if (leader === outcome.member) return 'same';
      if (outcome.certain) return 'different';
      // Who is out for the moment only could be in with the next report.
      const bars = candidates.find(({ name }) => name === leader)?.bars ?? [];
      return leader !== null && bars.length > 0 && bars.every(isOfTheMoment) ? 'was not certain' : 'different';
    }
    case 'any-of':
      return leader !== null && outcome.members.includes(leader) ? 'same' : 'different';
    case 'nobody':
      return leader === null ? 'same' : 'different';
    case 'cannot-tell':
      return 'was not certain';
    default:
      return assertNever(outcome);
  }
}

/** The forecast in a few words. */
export function forecastWords({ outcome }: Forecast): string {
  switch (outcome.kind) {
    case 'winner':
      return `${outcome.member}${outcome.certain ? '' : ', as of now'}`;
    case 'any-of':
      return `any of ${outcome.members.join(', ')}`;
    case 'nobody':
      return 'nobody';
    case 'cannot-tell':
      return `cannot tell: no position of ${outcome.members.join(', ')}`;
    default:
      return assertNever(outcome);
  }
}

/** Why the others are out, in a few words. */
export function reasonsOf({ candidates }: Forecast): string {
  return candidates
    .flatMap(({ bars, name }) => (bars.length === 0 ? [] : [`${name}: ${bars.map(({ kind }) => kind).join(', ')}`]))
    .join('; ');
}
