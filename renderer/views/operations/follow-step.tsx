import { useEffect, useRef } from 'react';
import type { Outcome, Phase } from '../../../app/operations/phase';
import { isWaiting, type OperationView } from '../../../app/operations/record';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { InlineName } from '../../components/name';
import { StateMark, type Mark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { formatClock, formatDuration } from '../../lib/format';
import { localInstants } from '../../../app/local-instants';
import { useNow } from '../../lib/now';
import { endFollowing, openWizard } from '../../stores/operations';
import styles from './operations.module.css';

export const outcomeMarks: Readonly<Record<Outcome['kind'], Mark>> = {
  done: 'ok',
  'done-otherwise': 'warning',
  refused: 'critical',
  failed: 'critical',
  cancelled: 'info',
};

/** How far it has come, each step with its time. */
export function FollowStep({ view }: { readonly view: OperationView }): React.ReactNode {
  const { record, phases, outcome, outage } = view;
  const begun = Date.parse(record.startedAt);
  const end = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (outcome !== null) end.current?.scrollIntoView({ block: 'nearest' });
  }, [outcome]);
  return (
    <>
      <header className={styles.head}>
        <h3>
          <InlineName text={record.plan.title} />
        </h3>
        <p>
          {outcome === null ? (
            <Since at={begun} />
          ) : (
            `ended ${formatClock(new Date(record.endedAt ?? record.startedAt))}`
          )}
        </p>
      </header>
      <ol className={styles.phases} aria-label="Phases">
        {phases.map((phase) => (
          <PhaseItem key={phase.id} phase={phase} begun={begun} />
        ))}
      </ol>
      {outage !== null && (
        <p className={styles.measured} data-outage={outage.ms}>
          Nobody took writes for <b>{(outage.ms / 1000).toFixed(2)} s</b>{' '}
          <span className="dim">
            (± {outage.withinMs} ms, from {formatClock(new Date(outage.stoppedAt))})
          </span>
        </p>
      )}
      {outcome !== null && <OutcomeLine ref={end} outcome={outcome} />}
      {record.warnings.length > 0 && outcome === null && (
        <ul className={styles.notes}>
          {record.warnings.map(({ id, title, words, state }) => (
            <li key={id}>
              <StateMark mark={state === 'stop' ? 'critical' : 'warning'} />{' '}
              <b>
                <InlineName text={title} />
              </b>{' '}
              <InlineName text={localInstants(words)} />
            </li>
          ))}
        </ul>
      )}
      <Notes view={view} />
      {outcome === null && (
        <div className={styles.acts}>
          {isWaiting(record) && (
            <Button
              small
              onPress={() =>
                openWizard(record.clusterId, { kind: 'cancel-switchover', group: record.intent.group }, true)
              }
            >
              Cancel the switchover…
            </Button>
          )}
          <Button
            small
            hint="What was sent stays sent. The report then says what was seen until now."
            onPress={() => void endFollowing(record.id)}
          >
            Stop following
          </Button>
        </div>
      )}
    </>
  );
}

function Since({ at }: { readonly at: number }): React.ReactNode {
  const now = useNow();
  return <>for {formatDuration(now - at)}</>;
}

interface OutcomeLineProps {
  readonly outcome: Outcome;
  readonly ref?: React.Ref<HTMLParagraphElement>;
}

export function OutcomeLine({ outcome, ref }: OutcomeLineProps): React.ReactNode {
  return (
    <p className={styles.outcome} role="status" data-outcome={outcome.kind} ref={ref}>
      <StateMark mark={outcomeMarks[outcome.kind]} label="" size={14} />
      <span>
        <b>
          <InlineName text={outcome.title} />
        </b>{' '}
        <InlineName text={outcome.words} />
        {outcome.advice !== null && (
          <>
            {' '}
            <span className={styles.advice}>
              <InlineName text={outcome.advice} />
            </span>
          </>
        )}
      </span>
    </p>
  );
}

export function Notes({ view }: { readonly view: OperationView }): React.ReactNode {
  const { notes } = view.record;
  if (notes.length === 0) return null;
  return (
    <ul className={styles.notes}>
      {notes.map(({ at, words }) => (
        <li key={at + words}>
          <span className="mono">{formatClock(new Date(at))}</span> <InlineName text={localInstants(words)} />
        </li>
      ))}
    </ul>
  );
}

function PhaseItem({ phase, begun }: { readonly phase: Phase; readonly begun: number }): React.ReactNode {
  const { state, title, at, words, id } = phase;
  return (
    <li className={cx(styles.phase, styles[state])} data-phase={id} data-state={state}>
      <span className={styles.bullet} aria-label={stateWords[state]} role="img">
        {state === 'done' && <Icon name="check" size={12} />}
        {state === 'failed' && <Icon name="close" size={12} />}
      </span>
      <h4>
        <InlineName text={title} />
      </h4>
      <span className={styles.at}>
        {at === null ? '' : `${formatClock(new Date(at))}`}
        {at !== null && <b>+{((Date.parse(at) - begun) / 1000).toFixed(1)} s</b>}
      </span>
      <p>
        <InlineName text={state === 'running' ? `waits ${words}` : words} />
      </p>
    </li>
  );
}

const stateWords: Readonly<Record<Phase['state'], string>> = {
  waiting: 'not yet',
  running: 'now',
  done: 'done',
  failed: 'did not come',
  skipped: 'not reached',
};
