import type { SlotOutcome, Takeover } from '../../../app/slots/takeover';
import type { Mark } from '../../components/state-mark';
import { formatBytes, plural } from '../../lib/format';

/** A sentence about some slots, and what it means. */
export interface Answer {
  readonly mark: Mark;
  readonly title: string;
  readonly meaning: string;
}

/** Says in words which slots survive a takeover and which readers lose data, the worst first. */
export function takeoverWords({ candidate, barred, outcomes }: Takeover): readonly Answer[] {
  const of = (kind: SlotOutcome['fate']['kind']) => outcomes.filter(({ fate }) => fate.kind === kind);
  const [continuing, created, lost] = [of('continues'), of('created'), of('lost')];
  const repeating = continuing.filter(
    ({ type, fate }) => type === 'logical' && fate.kind === 'continues' && fate.repeatedBytes !== 0,
  );
  const answers: Answer[] = [];
  if (barred !== null) {
    answers.push({
      mark: 'critical',
      title: `${candidate} has the tag ${barred}`,
      meaning: 'Patroni does not make it leader. What follows is what would become of the slots all the same.',
    });
  }
  for (const { slot, type, members, fate } of lost) {
    answers.push({
      mark: 'critical',
      title: `${slot} would be gone`,
      meaning: `${candidate} does not have it, and Patroni does not make it there. ${readers(members)} ${missed(fate, type)}`,
    });
  }
  for (const { slot, type, members, fate } of created) {
    answers.push({
      mark: 'warning',
      title: `${slot} would be made anew`,
      meaning:
        type === 'logical'
          ? `A new logical slot begins with the promotion: what its reader has not read by then it never gets. ${missed(fate, type)}`
          : `A new slot keeps no WAL from before it. ${readers(members)} ${missed(fate, type)} It goes on only while ${candidate} or the archive still has that WAL.`,
    });
  }
  for (const { slot, fate } of repeating) {
    const bytes = fate.kind === 'continues' ? fate.repeatedBytes : null;
    answers.push({
      mark: 'warning',
      title:
        bytes === null
          ? `${slot} may send changes twice`
          : `${slot} would send up to ${formatBytes(bytes)} of WAL twice`,
      meaning: `Its copy on ${candidate} is moved along once a round and may be behind. A reader that cannot stand repeats must be told.`,
    });
  }
  if (continuing.length > 0) {
    const names = continuing.map(({ slot }) => slot).join(', ');
    answers.push({
      mark: 'ok',
      title:
        continuing.length === outcomes.length
          ? outcomes.length === 1
            ? 'The only slot continues where it is'
            : `All ${outcomes.length} slots continue where they are`
          : `${continuing.length} of ${plural(outcomes.length, 'slot')} ${continuing.length === 1 ? 'continues where it is' : 'continue where they are'}`,
      meaning: `By the rules ${candidate} keeps ${continuing.length === 1 ? 'it' : 'them'} already: ${names}. Whether ${continuing.length === 1 ? 'it is' : 'they are'} really there, the store does not tell.`,
    });
  }
  if (outcomes.length === 0) {
    answers.push({
      mark: 'ok',
      title: 'There is no slot to lose',
      meaning: 'The leader tells of none, and Patroni’s rules want none.',
    });
  }
  return answers;
}

function readers(members: readonly string[]): string {
  return members.length === 0 ? 'Whoever reads from it loses its place.' : `Its reader is ${members.join(', ')}.`;
}

/** Of a logical slot, or one that may be, the store tells no more than what its reader has confirmed. */
function missed(fate: SlotOutcome['fate'], type: SlotOutcome['type']): string {
  if (fate.kind === 'continues') return '';
  if (fate.missedBytes === null) return 'How much it has not read yet is not known.';
  return fate.missedBytes === 0
    ? 'It has read all that the candidate has.'
    : `It has ${type === 'physical' ? '' : 'at least '}${formatBytes(fate.missedBytes)} of WAL still to read.`;
}
