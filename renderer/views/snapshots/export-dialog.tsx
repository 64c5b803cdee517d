import { useEffect, useState } from 'react';
import type { ExportWanted, Extent, ReplacedNames, SnapshotSurvey } from '../../../app/ipc/snapshot';
import { untoldAsWords } from '../../../app/snapshot/picture';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { InlineName } from '../../components/name';
import { Segments } from '../../components/segments';
import { StateMark } from '../../components/state-mark';
import { Switch } from '../../components/switch';
import { formatBytes, formatInstant, instantHint, plural } from '../../lib/format';
import { fleetStore } from '../../stores/fleet';
import { timeStore } from '../../stores/time';
import { toast } from '../../stores/ui';
import styles from './export-dialog.module.css';

type ExtentKind = Extent['kind'];

export interface ExportDialogProps {
  /** The cluster that was open; null when none was. */
  readonly clusterId: string | null;
  readonly onClose: () => void;
}

/** How much of the recording goes into the file, in minutes before its end; 0: the picture alone. */
const spans = [
  { id: '0', label: 'This moment' },
  { id: '15', label: 'With the last 15 minutes' },
  { id: '60', label: 'With the last hour' },
  { id: '1440', label: 'With the last day' },
] as const;
type SpanId = (typeof spans)[number]['id'];

const MINUTE_MS = 60_000;

type Surveyed =
  | { readonly kind: 'looking' }
  | { readonly kind: 'known'; readonly survey: SnapshotSurvey }
  | { readonly kind: 'failed'; readonly message: string };

/** Writes a snapshot. What is in it, and what is taken out of it, is shown before. */
export function ExportDialog({ clusterId, onClose }: ExportDialogProps): React.ReactNode {
  // As it was when the dialog opened: nothing changes under the person's hands.
  const [summary] = useState(() => (clusterId === null ? undefined : fleetStore.getState().summaries.get(clusterId)));
  const [kind, setKind] = useState<ExtentKind>(summary === undefined ? 'all' : 'cluster');
  const [replaceNames, setReplaceNames] = useState(false);
  const [spanId, setSpanId] = useState<SpanId>('0');
  // A span ends at what the window shows.
  const [endMs] = useState(() => timeStore.getState().atMs ?? Date.now());
  const [surveyed, setSurveyed] = useState<Surveyed>({ kind: 'looking' });
  const [writing, setWriting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const connectionId = summary?.connectionId ?? '';
  const extent = extentOf(kind, clusterId ?? '', connectionId);

  useEffect(() => {
    let stale = false;
    void request('snapshot.survey', {
      extent: extentOf(kind, clusterId ?? '', connectionId),
      replaceNames,
      span: spanOf(spanId, endMs),
    }).then((answer) => {
      if (stale) return;
      setSurveyed(
        answer.ok ? { kind: 'known', survey: answer.value } : { kind: 'failed', message: answer.error.message },
      );
    });
    return () => {
      stale = true;
    };
  }, [kind, replaceNames, clusterId, connectionId, spanId, endMs]);

  const write = async (): Promise<void> => {
    setWriting(true);
    setProblem(null);
    const answer = await request('snapshot.export', { extent, replaceNames, span: spanOf(spanId, endMs) });
    setWriting(false);
    if (!answer.ok) setProblem(answer.error.message);
    else if (answer.value !== null) {
      toast(`Written: ${answer.value}`);
      onClose();
    }
  };

  const options = [
    ...(summary === undefined
      ? []
      : [
          { id: 'cluster' as const, label: 'This cluster' },
          { id: 'connection' as const, label: 'Its whole connection' },
        ]),
    { id: 'all' as const, label: 'All connections' },
  ];
  return (
    <Dialog
      title="Export a snapshot"
      subtitle="One file that shows the same to whoever opens it, at any time. Nothing is sent anywhere."
      onClose={onClose}
      size="large"
      footer={
        <>
          {problem !== null && (
            <p className={styles.problem} role="alert">
              {problem}
            </p>
          )}
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isDisabled={writing || surveyed.kind !== 'known'} onPress={() => void write()}>
            Save as…
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Segments label="What" options={options} value={kind} onChange={setKind} />
        <Segments label="Time" options={spans} value={spanId} onChange={setSpanId} />
        <div className={styles.contents} aria-live="polite">
          {surveyed.kind === 'failed' && (
            <p className={styles.line}>
              <StateMark mark="warning" label="" /> {surveyed.message}
            </p>
          )}
          {surveyed.kind === 'known' && <Contents survey={surveyed.survey} />}
        </div>
        <Switch
          label="Replace names"
          description="Host names, addresses, users, members and clusters get other names, everywhere the same ones, so that the picture stays as it is."
          isSelected={replaceNames}
          onChange={setReplaceNames}
        />
        <div className={styles.replaced} aria-live="polite">
          {replaceNames && surveyed.kind === 'known' && surveyed.survey.replaced !== null && (
            <Replaced replaced={surveyed.survey.replaced} />
          )}
        </div>
      </div>
    </Dialog>
  );
}

function spanOf(id: SpanId, endMs: number): ExportWanted['span'] {
  const minutes = Number(id);
  if (minutes === 0) return null;
  return { from: new Date(endMs - minutes * MINUTE_MS).toISOString(), to: new Date(endMs).toISOString() };
}

function extentOf(kind: ExtentKind, clusterId: string, connectionId: string): Extent {
  switch (kind) {
    case 'cluster':
      return { kind, clusterId };
    case 'connection':
      return { kind, id: connectionId };
    case 'all':
      return { kind };
  }
}

function Contents({ survey }: { readonly survey: SnapshotSurvey }): React.ReactNode {
  const { pictures, secretKeys, secretKeyCount } = survey;
  return (
    <>
      <ul>
        {pictures.map((picture, index) => {
          const untold = untoldAsWords(picture.untold);
          return (
            <li key={index} className={styles.line}>
              <StateMark mark="ok" label="In it:" />
              <span>
                <InlineName text={picture.connection} />, {plural(picture.clusters.length, 'cluster')}
                {picture.clusters.length > 0 && (
                  <>
                    {' '}
                    (<InlineName text={picture.clusters.slice(0, 6).join(', ')} />
                    {picture.clusters.length > 6 && ` and ${picture.clusters.length - 6} more`})
                  </>
                )}
                , {plural(picture.keys, 'key')}, {formatBytes(picture.bytes)}{' '}
                <span className="dim" data-hint={instantHint(picture.at)}>
                  as of {formatInstant(picture.at, Date.now())}
                </span>
                {picture.recorded !== null && (
                  <>
                    , and {plural(picture.recorded.changes, 'change')} since{' '}
                    {formatInstant(picture.recorded.from, Date.now())}
                  </>
                )}
                {untold !== null && <span className="dim">, without {untold}</span>}
              </span>
            </li>
          );
        })}
      </ul>
      <p className={styles.line} data-testid="secrets">
        <StateMark mark={secretKeyCount > 0 ? 'warning' : 'ok'} label="" />
        <span>
          {secretKeyCount === 0
            ? 'No password or token was found in it. If there were one, it would be taken out.'
            : `Passwords and tokens are taken out of ${plural(secretKeyCount, 'key')}: they always are.`}
        </span>
      </p>
      {secretKeys.length > 0 && (
        <p className={styles.keys}>
          <bdi className="mono">{secretKeys.slice(0, 4).join('  ')}</bdi>
          {secretKeyCount > 4 && ` and ${secretKeyCount - 4} more`}
        </p>
      )}
    </>
  );
}

const replacedWords: Record<ReplacedNames['what'], [one: string, many: string]> = {
  clusters: ['cluster', 'clusters'],
  members: ['member', 'members'],
  hosts: ['host or address', 'hosts and addresses'],
  users: ['user', 'users'],
};

function Replaced({ replaced }: { readonly replaced: readonly ReplacedNames[] }): React.ReactNode {
  return (
    <table className={styles.names} aria-label="Names that are replaced">
      <tbody>
        {replaced
          .filter(({ count }) => count > 0)
          .map(({ what, count, first }) => (
            <tr key={what}>
              <th scope="row">{plural(count, ...replacedWords[what])}</th>
              <td>
                {first.slice(0, 3).map(([was, is]) => (
                  <span key={was} className={styles.pair}>
                    <InlineName text={was} /> → <span className="mono">{is}</span>
                  </span>
                ))}
                {count > 3 && <span className="dim">…</span>}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
