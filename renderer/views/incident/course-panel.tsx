import { useId, useMemo, useState } from 'react';
import { courseOf, type CourseLine, type JoinedLog } from '../../../app/incident/incident';
import type { Story } from '../../../app/incident/story';
import { Button } from '../../components/button';
import { Name, Seen } from '../../components/name';
import { Panel } from '../../components/panel';
import { Segments } from '../../components/segments';
import { cx } from '../../lib/cx';
import { formatClock, instantHint, plural } from '../../lib/format';
import { useVirtualRows } from '../../lib/use-virtual-rows';
import { showInstant } from '../../stores/time';
import { target } from '../keys/key-list';
import lists from '../../components/list-and-detail.module.css';
import styles from './course-panel.module.css';

export interface CoursePanelProps {
  readonly story: Story;
  readonly logs: readonly JoinedLog[];
}

const kinds = [
  { id: 'notable', label: 'Worth reading' },
  { id: 'all', label: 'All lines' },
] as const;

/** The time of a line, with milliseconds. */
const timeOf = (ms: number): string =>
  `${formatClock(new Date(ms))}.${String(((Math.floor(ms) % 1000) + 1000) % 1000).padStart(3, '0')}`;

/** What the store tells and what the logs tell, in one order of time. */
export function CoursePanel({ story, logs }: CoursePanelProps): React.ReactNode {
  const id = useId();
  const [kind, setKind] = useState<'notable' | 'all'>('notable');
  const [chosen, setChosen] = useState<number | null>(null);
  const course = useMemo(() => courseOf(story, logs, kind === 'all'), [story, logs, kind]);
  const at = chosen === null || chosen >= course.length ? -1 : chosen;
  const { scroller, items, height } = useVirtualRows(course.length, String, at < 0 ? null : String(at), at);
  const line = course[at];
  return (
    <Panel
      title="Course"
      className={styles.panel}
      caption={
        <span className={styles.tools}>
          {logs.length > 0 && (
            <Segments label="Lines of the logs" hideLabel small options={kinds} value={kind} onChange={setKind} />
          )}
          {plural(course.length, 'line')}
        </span>
      }
    >
      {course.length === 0 ? (
        <p className="dim">Nothing happened in this span: no leader, member, state or setting changed.</p>
      ) : (
        <div
          ref={scroller}
          role="listbox"
          tabIndex={0}
          aria-label="Course of the incident"
          aria-activedescendant={items.some((item) => item.index === at) ? `${id}-${at}` : undefined}
          className={cx(lists.list, styles.list)}
          onKeyDown={(event) => {
            const to = target(event.key, at, course.length);
            if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            setChosen(to);
          }}
        >
          <div role="presentation" className={lists.space} style={{ height }}>
            {items.map((item) => {
              const one = course[item.index];
              if (one === undefined) return null;
              return (
                <div
                  key={item.index}
                  id={`${id}-${item.index}`}
                  role="option"
                  aria-selected={item.index === at}
                  aria-posinset={item.index + 1}
                  aria-setsize={course.length}
                  className={cx(lists.row, styles.row)}
                  style={{ transform: `translateY(${item.start}px)` }}
                  onClick={() => setChosen(item.index)}
                >
                  <Line line={one} />
                </div>
              );
            })}
          </div>
        </div>
      )}
      {line !== undefined && <Chosen line={line} />}
    </Panel>
  );
}

const important: ReadonlySet<string> = new Set(['leader-lost', 'leader-changed', 'leader-elected']);

function Line({ line }: { readonly line: CourseLine }): React.ReactNode {
  const isStore = line.kind === 'store';
  const isAlarming = !isStore && /^(?:ERROR|CRITICAL|FATAL|PANIC)$/.test(line.line.level);
  const words = isStore ? line.moment.words : line.line.text;
  return (
    <>
      <span className="mono dim">{timeOf(line.atMs)}</span>
      <span className={styles.from}>{isStore ? 'store' : <Name text={line.log} />}</span>
      <span className={cx('ellipsis', isStore && important.has(line.moment.kind) && styles.important)}>
        {!isStore && <span className={cx(styles.level, isAlarming && styles.alarming)}>{line.line.level}</span>}
        <bdi>
          <Seen text={firstLine(words)} />
        </bdi>
      </span>
    </>
  );
}

const firstLine = (text: string): string => (text.includes('\n') ? `${text.slice(0, text.indexOf('\n'))} …` : text);

/** The whole of the chosen line. */
function Chosen({ line }: { readonly line: CourseLine }): React.ReactNode {
  const words = line.kind === 'store' ? line.moment.words : line.line.text;
  return (
    <div className={styles.chosen} role="region" aria-label="The chosen line">
      <pre className="selectable">
        <Seen text={words} />
      </pre>
      <p>
        <span className="dim" data-hint={instantHint(new Date(line.atMs).toISOString())}>
          {line.kind === 'store'
            ? `At ${timeOf(line.atMs)}, as the store told it`
            : `At ${timeOf(line.atMs)} by the recording’s clock, ${timeOf(line.line.atMs)} by its own`}
        </span>
        <Button
          small
          hint="All views show the cluster as it was then, until you go back to now."
          onPress={() => void showInstant(line.atMs)}
        >
          Show this moment
        </Button>
      </p>
    </div>
  );
}
