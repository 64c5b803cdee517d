import type { Timeline } from '../../../app/history/timelines';
import { Button } from '../../components/button';
import { Fact } from '../../components/fact';
import { Flash } from '../../components/flash';
import { InlineName, Name } from '../../components/name';
import { StateMark } from '../../components/state-mark';
import { exactBytes, formatInstant, instantHint } from '../../lib/format';
import { historyWords, lastedWords, lsnWords, noteWords, walWords } from '../../../app/history/words';
import { useUi } from '../../stores/hooks';
import { openIncidentAround } from '../incident/open-incident';
import styles from './history.module.css';

export interface TimelineFactsProps {
  readonly timeline: Timeline;
  readonly group: number | null;
  readonly now: number;
}

/** All that is known of the chosen timeline. As high for each of them, so that nothing below moves. */
export function TimelineFacts({ timeline, group, now }: TimelineFactsProps): React.ReactNode {
  const { number, leader, beganAt, endedAt, beganLsn, endedLsn, line, notes, isCurrent, walBytes } = timeline;
  const clusterId = useUi((s) => s.clusterId);
  // The change of leader: what ended it, and of the one that goes on what began it.
  const switchedAt = isCurrent ? beganAt : endedAt;
  return (
    <div className={styles.facts} role="region" aria-label="The chosen timeline">
      {clusterId !== null && switchedAt !== null && (
        <span className={styles.incident}>
          <Button
            small
            hint={`What happened around ${formatInstant(switchedAt, now)}, as far as it was recorded: in words, with logs and notes.`}
            onPress={() => openIncidentAround(clusterId, Date.parse(switchedAt))}
          >
            Incident
          </Button>
        </span>
      )}
      <dl className={styles.list}>
        <Fact label="timeline" hint="The chosen one, in the picture or in the table.">
          <b>{number ?? 'not known'}</b>
          {group !== null && <span className="dim"> in group {group}</span>}
        </Fact>
        <Fact label="leader" hint="Who was promoted at its start; of the current one, who leads now.">
          {leader === null ? <span className="dim">not recorded</span> : <Name text={leader} className="mono" />}
        </Fact>
        <Fact label="began" hint={beganAt === null ? 'No line of /history tells when it began.' : instantHint(beganAt)}>
          {beganAt === null ? <span className="dim">not known</span> : formatInstant(beganAt, now)}
          {beganLsn !== null && <span className="mono dim"> at {lsnWords(beganLsn)}</span>}
        </Fact>
        <Fact label={isCurrent ? 'now' : 'ended'} hint={endedAt === null ? historyWords.lsn : instantHint(endedAt)}>
          {isCurrent ? '' : endedAt === null ? <span className="dim">not known</span> : formatInstant(endedAt, now)}
          {endedLsn !== null && (
            <span className="mono dim">
              {' '}
              at <Flash value={endedLsn}>{lsnWords(endedLsn)}</Flash>
            </span>
          )}
        </Fact>
        <Fact label="lasted" hint={historyWords.lasted}>
          {lastedWords(timeline, now)}
        </Fact>
        <Fact label="WAL" hint={walBytes === null ? historyWords.wal : `${exactBytes(walBytes)}. ${historyWords.wal}`}>
          {walWords(timeline)}
        </Fact>
        {line !== null && line.reason !== '' && (
          <Fact label="ended by" hint={historyWords.reason}>
            <InlineName text={line.reason} />
          </Fact>
        )}
      </dl>
      {notes.map((note) => (
        <p key={note.kind} className={styles.note}>
          <StateMark mark="info" label="" size={10} /> {noteWords(note)}
        </p>
      ))}
    </div>
  );
}
