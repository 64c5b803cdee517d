import { useMemo, useState } from 'react';
import { historyCsv, type HistoryOfGroup } from '../../../app/history/csv';
import { timelines } from '../../../app/history/timelines';
import type { GroupDetail } from '../../../app/ipc/detail';
import { Button } from '../../components/button';
import { copyText } from '../../components/copy-button';
import { EmptyState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { Segments } from '../../components/segments';
import { plural } from '../../lib/format';
import { useDetail } from '../../stores/hooks';
import { openKey, toast } from '../../stores/ui';
import { usePictureTime } from '../../stores/last-heard';
import { HistoryTable } from './history-table';
import { Picture } from './picture';
import { firstInstant, type PictureScale, timelineId } from '../../../app/history/picture-model';
import { TimelineFacts } from './timeline-facts';
import styles from './history.module.css';

const none: readonly never[] = [];

/** The changes of leader that /history remembers: in time, and line by line. */
export function HistoryView(): React.ReactNode {
  const groups = useDetail((d) => d.groups, none);
  const histories = useMemo(
    () => groups.map(({ group, cluster }): HistoryOfGroup => ({ group, timelines: timelines(cluster) })),
    [groups],
  );
  const lines = histories.reduce((sum, each) => sum + each.timelines.filter(({ line }) => line !== null).length, 0);
  if (histories.every((each) => each.timelines.length === 0)) return <NoHistory groups={groups} />;
  return <Histories histories={histories} lines={lines} />;
}

function NoHistory({ groups }: { readonly groups: readonly GroupDetail[] }): React.ReactNode {
  const key = useDetail((d) => d.keys.find((each) => each.key.endsWith('/history'))?.key ?? null, null);
  const unreadable = groups.some(({ cluster }) => cluster.history !== null);
  return unreadable ? (
    <EmptyState
      title="The history cannot be read"
      actions={key !== null && <Button onPress={() => openKey(key)}>Show the key</Button>}
    >
      The value of /history is not what Patroni writes. The leader writes it anew after the next promotion.
    </EmptyState>
  ) : (
    <EmptyState title="No history yet">
      The store has no /history for this cluster, and no member says which timeline it is on. The leader writes the
      first line when a timeline ends: at the first switchover or failover.
    </EmptyState>
  );
}

const DAY = 86_400_000;
const ranges: readonly { readonly id: string; readonly label: string; readonly scale: PictureScale }[] = [
  { id: 'all', label: 'All', scale: 'all' },
  { id: '30d', label: '30 days', scale: 30 * DAY },
  { id: '7d', label: '7 days', scale: 7 * DAY },
  { id: '24h', label: '24 hours', scale: DAY },
  { id: '1h', label: '1 hour', scale: DAY / 24 },
  { id: 'even', label: 'One by one', scale: 'even' },
];

interface HistoriesProps {
  readonly histories: readonly HistoryOfGroup[];
  readonly lines: number;
}

function Histories({ histories, lines }: HistoriesProps): React.ReactNode {
  const [range, setRange] = useState('all');
  const [chosen, setChosen] = useState<string | null>(null);
  const now = usePictureTime();
  const first = firstInstant(histories);
  const span = first === null ? 0 : now - first;
  const offered = ranges.filter(({ scale }) => typeof scale !== 'number' || scale < span);
  const scale = first === null ? 'even' : (offered.find(({ id }) => id === range)?.scale ?? 'all');
  const entries = useMemo(
    () =>
      histories.flatMap(({ group, timelines: list }) =>
        list.map((timeline, i) => ({ id: timelineId(group, timeline, i), group, timeline })),
      ),
    [histories],
  );
  const fallback = entries.find(({ timeline }) => timeline.isCurrent) ?? entries.at(-1);
  const entry = entries.find(({ id }) => id === chosen) ?? fallback;
  const selected = entry?.id ?? null;
  // The end of the last box moves only when that is a pixel or more.
  const step = Math.max(1000, Math.ceil(span / 2000));
  const until = Math.ceil(now / step) * step;
  const copy = (): void => {
    void copyText(historyCsv(histories)).then((done) => done && toast(`Copied ${plural(lines, 'line')} as CSV.`));
  };
  return (
    <div className={styles.view}>
      <Panel
        title="Timelines"
        className={styles.timelines}
        caption={
          <span className={styles.tools}>
            <span data-hint="What /history does not tell is hatched. The times are those of the machines that were promoted.">
              from /history{first === null && lines > 0 ? ', which has no time: drawn in order only' : ''}
            </span>
            {first !== null && (
              <Segments
                label="How much of the time to draw"
                hideLabel
                small
                options={offered}
                value={offered.some(({ id }) => id === range) ? range : 'all'}
                onChange={setRange}
              />
            )}
          </span>
        }
      >
        <Picture histories={histories} now={until} scale={scale} selected={selected} onSelect={setChosen} />
        {entry !== undefined && <TimelineFacts timeline={entry.timeline} group={entry.group} now={now} />}
      </Panel>
      <Panel
        title="Switches"
        className={styles.switches}
        caption={
          <span className={styles.tools}>
            <Button
              small
              variant="quiet"
              hint="The lines of /history, the oldest first: what patronictl history prints, duration and WAL."
              onPress={copy}
              isDisabled={lines === 0}
            >
              Copy as CSV
            </Button>
            {lines}
          </span>
        }
      >
        <HistoryTable entries={entries} selected={selected} onSelect={setChosen} />
      </Panel>
    </div>
  );
}
