import { useMemo } from 'react';
import type { Story } from '../../../app/incident/story';
import { gapWords, summaryWords } from '../../../app/incident/story-words';
import { InlineName } from '../../components/name';
import { Panel } from '../../components/panel';
import { StateMark } from '../../components/state-mark';
import { formatClock } from '../../lib/format';
import styles from './incident.module.css';

/** More changes of leader nobody reads in words; the course has them all. */
const MOST_GAPS = 30;

const clock = (iso: string): string => formatClock(new Date(iso));

export interface StoryPanelProps {
  readonly story: Story;
  readonly isBusy: boolean;
}

/** The span in words: who lost the lock, who won and why, how long nobody led, what lagged. */
export function StoryPanel({ story, isBusy }: StoryPanelProps): React.ReactNode {
  const told = useMemo(() => story.leaderGaps.slice(0, MOST_GAPS).map((gap) => gapWords(gap, clock)), [story]);
  const more = story.leaderGaps.length - told.length;
  const uncertain = [
    ...story.gaps.map(({ from, to }) => `Nothing was recorded from ${clock(from)} to ${clock(to)}.`),
    ...story.guessed.map(
      ({ from, to }) =>
        `From ${clock(from)} to ${clock(to)} nobody watched: the store’s own past was read later, and the times are guessed.`,
    ),
  ];
  return (
    <Panel title="Story" caption="From the keys as they were recorded">
      <div className={styles.story} aria-busy={isBusy} data-testid="incident-story">
        <p className={styles.summary}>
          <InlineName text={summaryWords(story)} />
        </p>
        {uncertain.slice(0, 10).map((words) => (
          <p key={words} className={styles.uncertain}>
            <StateMark mark="warning" label="" size={11} /> {words}
          </p>
        ))}
        {told.map(({ title, sentences }, i) => (
          <section key={i}>
            <h3>
              <InlineName text={title} />
            </h3>
            {sentences.map((sentence, at) => (
              <p key={at}>
                <InlineName text={sentence} />
              </p>
            ))}
          </section>
        ))}
        {more > 0 && <p className="dim">And {more} more, in the course below.</p>}
      </div>
    </Panel>
  );
}
