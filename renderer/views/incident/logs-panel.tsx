import { useRef, useState } from 'react';
import { offsetOf } from '../../../app/incident/incident';
import { offsetWords } from '../../../app/incident/log-clock';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { IconButton } from '../../components/icon-button';
import { Panel } from '../../components/panel';
import { TextField } from '../../components/text-field';
import { formatDuration, plural } from '../../lib/format';
import { changeLog, joinFiles, joinText, removeLog } from '../../stores/incident-logs';
import type { Incident, IncidentLog } from '../../stores/incidents';
import styles from './incident.module.css';

/** The logs that are joined, each with how its clock stands; and where another one is pasted or chosen. */
export function LogsPanel({ incident }: { readonly incident: Incident }): React.ReactNode {
  const { clusterId, logs } = incident;
  const [isReading, setReading] = useState(false);
  const [typed, setTyped] = useState('');
  const chooser = useRef<HTMLInputElement>(null);
  const join = async (work: Promise<void>): Promise<void> => {
    setReading(true);
    await work;
    setReading(false);
  };
  return (
    <Panel title="Logs" caption="Of Patroni and PostgreSQL, of any member">
      {logs.map((log) => (
        <Log key={log.id} clusterId={clusterId} log={log} incident={incident} />
      ))}
      <div className={styles.paste} aria-busy={isReading}>
        <div
          onPaste={(event) => {
            const files = [...event.clipboardData.files];
            const text = event.clipboardData.getData('text/plain');
            if (files.length === 0 && text.trim() === '') return;
            // A log of many megabytes in a field would stop the window.
            event.preventDefault();
            void join(files.length > 0 ? joinFiles(clusterId, files) : joinText(clusterId, text));
          }}
        >
          <TextField
            label="Paste a log here"
            rows={2}
            mono
            value={typed}
            onChange={setTyped}
            description="Or drop files anywhere in this window. Text: stderr with a time in its prefix, csvlog, jsonlog, the journal. Nothing leaves this machine."
          />
        </div>
        <div className={styles.pasteActs}>
          <Button
            small
            isDisabled={typed.trim() === '' || isReading}
            onPress={() => {
              setTyped('');
              void join(joinText(clusterId, typed));
            }}
          >
            Join
          </Button>
          <Button small isDisabled={isReading} onPress={() => chooser.current?.click()}>
            Choose files…
          </Button>
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            aria-label="Log files"
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              event.target.value = '';
              void join(joinFiles(clusterId, files));
            }}
          />
          <span className="dim" role="status">
            {isReading ? 'Being read…' : ''}
          </span>
        </div>
      </div>
    </Panel>
  );
}

interface LogProps {
  readonly clusterId: string;
  readonly log: IncidentLog;
  readonly incident: Incident;
}

function Log({ clusterId, log, incident }: LogProps): React.ReactNode {
  const { id, name, parsed, remark } = log;
  const offset = offsetOf(log);
  const { fromMs, toMs } = incident;
  const inSpan = parsed.lines.reduce(
    (sum, { atMs }) => (atMs + offset >= fromMs && atMs + offset <= toMs ? sum + 1 : sum),
    0,
  );
  return (
    <section className={styles.log} aria-label={`Log ${name}`}>
      <div className={styles.logHead}>
        <TextField
          label="Log"
          aria-label="Name of the log"
          value={name}
          maxLength={300}
          onChange={(words) => changeLog(clusterId, id, { name: words })}
        />
        <SetByHand log={log} onChange={(byHandMs) => changeLog(clusterId, id, { byHandMs })} />
        <IconButton small label={`Remove ${name.slice(0, 100)}`} onPress={() => removeLog(clusterId, id)}>
          <Icon name="close" size={13} />
        </IconButton>
      </div>
      <p className={styles.clock} data-testid="log-clock">
        {clockWords(log)}
      </p>
      <p className="dim">
        {plural(parsed.lines.length, 'entry', 'entries')}, {inSpan} in the span. {remark}
      </p>
    </section>
  );
}

function clockWords({ clock, byHandMs }: IncidentLog): string {
  const found =
    clock.kind === 'unknown'
      ? 'No line of it says what the store tells too, so how its clock stands is not known; its times are taken as they are.'
      : `Its clock is ${offsetWords(clock.offsetMs, precisely)}: found from ${
          clock.matches === 1 ? 'one line' : `${clock.matches} lines`
        } that the store tells too (the lock taken or released, a timeline begun)${
          clock.matches > 1 ? `, which agree to within ${precisely(clock.spreadMs)}` : ''
        }.`;
  return byHandMs === null ? found : `Set by hand. ${found}`;
}

/** Seconds with a tenth, as far as they are of use. */
const precisely = (ms: number): string => (ms < 600_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms));

interface SetByHandProps {
  readonly log: IncidentLog;
  readonly onChange: (byHandMs: number | null) => void;
}

const WEEK_S = 7 * 86_400;

/** What is added to a log's times, in seconds. Empty takes what was found. */
function SetByHand({ log, onChange }: SetByHandProps): React.ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = (offsetOf(log) / 1000).toFixed(1);
  const apply = (): void => {
    if (typed === null) return;
    const seconds = Number(typed.replace(',', '.').replace('−', '-'));
    setTyped(null);
    if (typed.trim() === '') onChange(null);
    else if (Number.isFinite(seconds) && Math.abs(seconds) <= WEEK_S) onChange(Math.round(seconds * 1000));
  };
  return (
    <span className={styles.byHand} data-hint="Added to each of its times. Empty: what was found.">
      <TextField
        label="Add, s"
        aria-label={`Seconds to add to the times of ${log.name}`}
        mono
        value={typed ?? shown}
        onChange={setTyped}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
        }}
      />
      {log.byHandMs !== null && (
        <Button small variant="quiet" onPress={() => onChange(null)}>
          As found
        </Button>
      )}
    </span>
  );
}
