import { reportMarkdown } from '../../../app/operations/report-markdown';
import type { Picture } from '../../../app/operations/picture';
import { answersOf, type OperationView } from '../../../app/operations/record';
import { requestText } from '../../../app/operations/request-text';
import { Button } from '../../components/button';
import { copyText } from '../../components/copy-button';
import { InlineName, Name } from '../../components/name';
import { formatBytes, formatClock, formatDay, formatDuration, zoneName } from '../../lib/format';
import { request } from '../../bridge';
import { toast } from '../../stores/ui';
import { Notes, OutcomeLine } from './follow-step';
import styles from './operations.module.css';

/** What was done, by whom, when, and how the cluster was before and after. */
export function ReportStep({ view }: { readonly view: OperationView }): React.ReactNode {
  const { record, outcome, outage, phases, tookMs } = view;
  const at = new Date(record.startedAt);
  const answers = answersOf(record.course).flatMap((one) =>
    one.kind === 'answered' ? [`HTTP ${String(one.status)}: ${one.body}`] : [],
  );
  const name = `${record.scope} ${record.intent.kind} ${record.startedAt.slice(0, 16).replace(':', '')}`;
  return (
    <div className={styles.report}>
      <header className={styles.head}>
        <h3>
          <InlineName text={record.plan.title} />
        </h3>
        <p>
          <Button small onPress={() => void save(name, 'md', reportMarkdown(view))}>
            Save as Markdown…
          </Button>{' '}
          <Button small onPress={() => void save(name, 'json', JSON.stringify(view, null, 2))}>
            Save as JSON…
          </Button>{' '}
          <Button small onPress={() => void copyText(reportMarkdown(view))}>
            Copy
          </Button>
        </p>
      </header>
      {outcome !== null && <OutcomeLine outcome={outcome} />}
      <dl className={styles.facts}>
        <dt>cluster</dt>
        <dd>
          <InlineName text={record.scope} /> on <InlineName text={record.connectionName} />
          {record.practice && ', practice: nothing in it is real'}
        </dd>
        <dt>by</dt>
        <dd>
          <InlineName text={`${record.by.user} at ${record.by.host}`} />
        </dd>
        <dt>when</dt>
        <dd>
          {formatDay(at)} {formatClock(at)} {zoneName(at)}
          {tookMs !== null && `, ${formatDuration(tookMs)}`}
        </dd>
        {outage !== null && (
          <>
            <dt>no writes</dt>
            <dd>
              {(outage.ms / 1000).toFixed(2)} s, ± {outage.withinMs} ms
            </dd>
          </>
        )}
        <dt>sent</dt>
        <dd className="mono selectable">{record.plan.requests.map(requestText).join('\n')}</dd>
        {answers.length > 0 && (
          <>
            <dt>answer</dt>
            <dd className="mono selectable">{answers.join('\n')}</dd>
          </>
        )}
      </dl>
      <h3>Phases</h3>
      <table className={styles.table}>
        <tbody>
          {phases.map((phase) => (
            <tr key={phase.id}>
              <td>
                <InlineName text={phase.title} />
              </td>
              <td className="mono">{phase.at === null ? '–' : formatClock(new Date(phase.at))}</td>
              <td className="mono">
                {phase.at === null ? '' : `+${((Date.parse(phase.at) - at.getTime()) / 1000).toFixed(1)} s`}
              </td>
              <td className="dim">
                <InlineName text={phase.words} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={styles.pictures}>
        <Members title="Before" picture={record.before} />
        {record.after !== null && <Members title="After" picture={record.after} />}
      </div>
      <Notes view={view} />
    </div>
  );
}

function Members({ title, picture }: { readonly title: string; readonly picture: Picture }): React.ReactNode {
  return (
    <section>
      <h3>
        {title} <span className="dim">timeline {picture.timeline === 0 ? 'not known' : picture.timeline}</span>
      </h3>
      <table className={styles.table}>
        <tbody>
          {picture.members.map(({ name, role, state, timeline, lagBytes }) => (
            <tr key={name}>
              <td>
                <Name text={name} />
              </td>
              <td>{role}</td>
              <td>{state ?? 'not known'}</td>
              <td className="mono">{timeline === null ? '' : `TL ${String(timeline)}`}</td>
              <td className="mono">{lagBytes === null ? '' : formatBytes(lagBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

async function save(name: string, kind: 'md' | 'json', content: string): Promise<void> {
  const answer = await request('file.save', { name, kind, content });
  if (!answer.ok) toast(answer.error.message, 'critical');
  else if (answer.value !== null) toast(`Saved: ${answer.value}`);
}
