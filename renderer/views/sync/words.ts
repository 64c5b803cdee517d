import type { Confirms } from '../../../app/sync/standby';
import { type SyncStandby, whyNotWords } from '../../../app/sync/standby';
import type { SyncReport } from '../../../app/sync/sync-report';
import type { WritesKind } from '../../../app/sync/writes';
import type { Mark } from '../../components/state-mark';
import { plural } from '../../lib/format';

/** The answer to "would a write wait now?". */
export const writesWords: Readonly<Record<WritesKind, { readonly title: string; readonly mark: Mark }>> = {
  'nobody-takes-them': { title: 'Nobody takes writes here', mark: 'info' },
  'never-wait': { title: 'No: by the store, commits wait for no standby', mark: 'ok' },
  'go-on': { title: 'No: commits go on', mark: 'ok' },
  'wait-for-a-round': { title: 'Yes, until Patroni’s next round', mark: 'warning' },
  wait: { title: 'Yes: commits wait until a standby comes back', mark: 'critical' },
  'not-known': { title: 'The store does not tell', mark: 'unknown' },
};

/** Each figure with what it means for this cluster. */
export function numberFacts(
  report: SyncReport,
): readonly { readonly label: string; readonly value: string; readonly words: string; readonly bad: boolean }[] {
  const { numbers, mode, wanted } = report;
  const isQuorum = mode === 'quorum' || mode === 'quorum-strict';
  const { named, mustConfirm, canConfirm, mayStop, votesNeeded, mayBeLost } = numbers;
  const of = named === 0 ? '' : ` of ${named}`;
  return [
    {
      label: 'wanted',
      value: String(wanted),
      words: `synchronous_node_count. Patroni makes do with fewer where fewer are there.`,
      bad: false,
    },
    {
      label: 'must confirm',
      value: `${mustConfirm}${of}`,
      words: isQuorum
        ? 'Any of the named, whichever is fastest: their number less the votes that a candidate needs.'
        : 'All that are named: synchronous_standby_names holds each of them.',
      bad: false,
    },
    {
      label: 'can confirm now',
      value: `${canConfirm}${of}`,
      words: 'Named, running, and streaming from the leader, as they last said.',
      bad: canConfirm < mustConfirm,
    },
    {
      label: 'may stop before commits wait',
      value: mayStop < 0 ? `${-mayStop} missing` : String(mayStop),
      words:
        mayStop < 0
          ? `${plural(-mayStop, 'standby', 'standbys')} more must come back, or be replaced in Patroni’s next round.`
          : 'At once. Patroni puts others in their place, or does with fewer, in its next round (loop_wait).',
      bad: mayStop < 0,
    },
    {
      label: 'votes a candidate needs',
      value: isQuorum ? `${votesNeeded}${of}` : 'none',
      words: isQuorum
        ? 'The key’s quorum: so many other named members must say that they are not ahead, before one takes over.'
        : 'Each named member has every confirmed commit, so any of them may take over alone.',
      bad: false,
    },
    {
      label: 'may be lost with the leader',
      value: named === 0 ? 'none' : String(mayBeLost),
      words:
        named === 0
          ? 'Nobody else is known to have every commit: nobody takes over by itself, and the leader must come back.'
          : mayBeLost === 0
            ? 'The leader and one of the named together: then nobody left is sure to have every commit, and nobody takes over by itself.'
            : 'Of the named. One of the rest still takes over, and nothing that was confirmed is lost.',
      bad: named === 0,
    },
  ];
}

export function confirmsWords(confirms: Confirms): string {
  switch (confirms.kind) {
    case 'yes':
      return 'yes, it streams';
    case 'no':
      return 'no';
    case 'unknown':
      return 'not said';
  }
}

/** Why a standby is not named, or, for a named one, why it will not stay. */
export function standbyWords(standby: SyncStandby): string {
  const { eligible, confirms, named } = standby;
  if (eligible !== null) return `${whyNotWords(eligible)}${named ? '; the leader takes it out in its next round' : ''}`;
  if (confirms.kind === 'unknown') return 'does not say whether it streams (Patroni before 3.0.4)';
  return 'stays, while it streams';
}
