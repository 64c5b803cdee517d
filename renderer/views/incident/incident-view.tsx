import { useEffect, useMemo } from 'react';
import { LONGEST_SPAN_MS } from '../../../app/ipc/incident';
import type { ObservedEvent } from '../../../app/ipc/contract';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { InlineName } from '../../components/name';
import { Panel } from '../../components/panel';
import { Select } from '../../components/select';
import { TextField } from '../../components/text-field';
import { formatDuration, formatInstant, zoneName } from '../../lib/format';
import { useNow } from '../../lib/now';
import { dropTakerStore } from '../../stores/drop-taker';
import { useUi } from '../../stores/hooks';
import { closeIncident, markSpan, read } from '../../stores/incident-acts';
import { joinFiles, joinText } from '../../stores/incident-logs';
import { changeIncident, type Incident, useIncidents } from '../../stores/incidents';
import { keepIncident, refreshKept } from '../../stores/kept-incidents';
import { useTime } from '../../stores/time';
import { merged } from '../../time-bar/marks';
import { recordedUpTo, type Stretch } from '../../time-bar/recorded';
import { CoursePanel } from './course-panel';
import { ExportButtons } from './export-buttons';
import { KeptPanel } from './kept-panel';
import { KeptWords } from './kept-words';
import { LogsPanel } from './logs-panel';
import { SpanPicture } from './span-picture';
import { failovers, fieldOf, instantOf, spanOfFailover } from './spans';
import { StoryPanel } from './story-panel';
import styles from './incident.module.css';

/** What happened in a marked span, in words, with what the logs tell of it and what a person notes about it. */
export function IncidentView(): React.ReactNode {
  const clusterId = useUi((s) => s.clusterId) ?? '';
  const incident = useIncidents((s) => s.open.get(clusterId));
  useEffect(() => {
    void refreshKept();
    dropTakerStore.setState({
      taker: {
        words: 'Drop to join the logs to the incident',
        about: 'Patroni’s and PostgreSQL’s logs, packed with gzip or not, of one or several members',
        files: (files) => void joinFiles(clusterId, files),
        text: (text) => void joinText(clusterId, text),
      },
    });
    return () => dropTakerStore.setState({ taker: null });
  }, [clusterId]);
  if (incident === undefined) return null;
  return (
    <div className={styles.view}>
      <Head incident={incident} />
      <SpanPanel incident={incident} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Told incident={incident} />
        </div>
        <div className={styles.column}>
          <NotesPanel incident={incident} />
          <LogsPanel incident={incident} />
          <KeptPanel incident={incident} />
        </div>
      </div>
    </div>
  );
}

interface PartProps {
  readonly incident: Incident;
}

function Head({ incident }: PartProps): React.ReactNode {
  const { clusterId, title } = incident;
  return (
    <div className={styles.head}>
      <TextField
        label="Title"
        value={title}
        maxLength={300}
        onChange={(words) => {
          changeIncident(clusterId, { title: words });
          keepIncident(clusterId);
        }}
      />
      <KeptWords incident={incident} />
      <ExportButtons incident={incident} />
      <Button variant="quiet" onPress={() => closeIncident(clusterId)}>
        Close incident
      </Button>
    </div>
  );
}

const MINUTE = 60_000;
const noEvents: readonly ObservedEvent[] = [];

function SpanPanel({ incident }: PartProps): React.ReactNode {
  const { clusterId, connectionId, fromMs, toMs } = incident;
  const nowMs = useNow();
  const extent = useTime((s) => s.extent);
  const live = useTime((s) => s.live);
  const connection = extent?.connections.find(({ id }) => id === connectionId);
  const logged = connection?.events ?? noEvents;
  const events = useMemo(
    () => merged(logged, live).filter((event) => event.clusterId === clusterId),
    [logged, live, clusterId],
  );
  const recorded =
    connection === undefined || extent === null ? { spans: [], lost: [] } : recordedUpTo(connection, extent, nowMs);
  const presets = useMemo(() => failovers(events, 20), [events]);
  const span: Stretch = { fromMs, toMs };
  const change = (to: Stretch): void => markSpan(clusterId, to.fromMs, to.toMs);
  const options = [
    { id: 'own', label: 'As it is marked' },
    ...presets.map((one, i) => ({
      id: `failover ${i}`,
      label: `${formatInstant(new Date(one.lostMs).toISOString(), nowMs)} ${one.words.slice(0, 80)}`,
    })),
    { id: '10', label: 'The last 10 minutes' },
    { id: '60', label: 'The last hour' },
  ];
  const choose = (id: string): void => {
    const failover = presets[Number(/^failover (\d+)$/.exec(id)?.[1])];
    if (failover !== undefined) change(spanOfFailover(failover, nowMs));
    else if (id !== 'own') change({ fromMs: nowMs - Number(id) * MINUTE, toMs: nowMs });
  };
  return (
    <Panel
      title="Span"
      caption={
        <>
          {formatDuration(toMs - fromMs)}, times in {zoneName(new Date(fromMs))}. Drag its ends, move them with the
          arrow keys, or mark another one.
        </>
      }
    >
      <SpanPicture span={span} events={events} recorded={recorded} onChange={change} />
      <div className={styles.fields}>
        <Instant label="From" ms={fromMs} onChange={(ms) => change({ fromMs: ms, toMs: fitting(ms, toMs) })} />
        <Instant
          label="To"
          ms={toMs}
          onChange={(ms) => change({ fromMs: ms - Math.min(LONGEST_SPAN_MS, Math.max(1000, ms - fromMs)), toMs: ms })}
        />
        <Select label="Around" options={options} value="own" onChange={choose} />
        <Button
          hint="What was recorded in it may have grown, or another log may tell more."
          onPress={() => void read(clusterId)}
        >
          Read again
        </Button>
      </div>
    </Panel>
  );
}

/** The end that goes with a beginning: the one there is, if it comes after it and not much later. */
const fitting = (fromMs: number, toMs: number): number =>
  toMs > fromMs && toMs - fromMs <= LONGEST_SPAN_MS ? toMs : fromMs + 2 * MINUTE;

interface InstantProps {
  readonly label: string;
  readonly ms: number;
  readonly onChange: (ms: number) => void;
}

function Instant({ label, ms, onChange }: InstantProps): React.ReactNode {
  return (
    <label className={styles.instant}>
      <span>{label}</span>
      <input
        type="datetime-local"
        step={1}
        // Another key for another instant: what is half typed is left alone until it is one.
        key={ms}
        defaultValue={fieldOf(ms)}
        onBlur={(event) => {
          const typed = instantOf(event.target.value);
          if (typed !== null && event.target.value !== fieldOf(ms)) onChange(typed);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </label>
  );
}

function Told({ incident }: PartProps): React.ReactNode {
  const { clusterId, reading, story, logs } = incident;
  // While another span is read, what was told of the one before stays, so that nothing jumps.
  if (reading.kind === 'failed')
    return (
      <EmptyState
        title="The span could not be read"
        actions={<Button onPress={() => void read(clusterId)}>Try again</Button>}
      >
        <InlineName text={reading.message} />
      </EmptyState>
    );
  if (reading.kind === 'nothing')
    return (
      <EmptyState title="Nothing was recorded in this span">
        The cluster’s connection was not recorded then, or the cluster had no keys. The lighter stretches in the picture
        above are what was recorded.
        {logs.length > 0 && ' The logs that are joined can be told only beside what the store tells.'}
      </EmptyState>
    );
  if (story === null) return <div className={styles.waiting} aria-busy="true" />;
  return (
    <>
      <StoryPanel story={story} isBusy={reading.kind === 'reading'} />
      <CoursePanel story={story} logs={logs} />
    </>
  );
}

function NotesPanel({ incident }: PartProps): React.ReactNode {
  const { clusterId, notes } = incident;
  return (
    <Panel title="Notes" caption="Kept on this machine as they are typed">
      <TextField
        label="What was found and done"
        rows={6}
        value={notes}
        maxLength={100_000}
        onChange={(words) => {
          changeIncident(clusterId, { notes: words });
          keepIncident(clusterId, true);
        }}
      />
    </Panel>
  );
}
