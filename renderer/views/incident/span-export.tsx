import { useEffect, useState } from 'react';
import type { SnapshotSurvey } from '../../../app/ipc/snapshot';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { InlineName } from '../../components/name';
import { Switch } from '../../components/switch';
import { formatBytes, formatInstant, plural } from '../../lib/format';
import { toast } from '../../stores/ui';
import styles from './incident.module.css';

export interface SpanExportProps {
  readonly clusterId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly onClose: () => void;
}

/** Writes the cluster with the whole span as one file, in which a colleague goes through the same time. */
export function SpanExport({ clusterId, fromMs, toMs, onClose }: SpanExportProps): React.ReactNode {
  const [replaceNames, setReplaceNames] = useState(false);
  const [survey, setSurvey] = useState<SnapshotSurvey | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isWriting, setWriting] = useState(false);
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  useEffect(() => {
    let stale = false;
    const extent = { kind: 'cluster', clusterId } as const;
    void request('snapshot.survey', { extent, replaceNames, span: { from, to } }).then((answer) => {
      if (stale) return;
      setSurvey(answer.ok ? answer.value : null);
      setProblem(answer.ok ? null : answer.error.message);
    });
    return () => {
      stale = true;
    };
  }, [clusterId, replaceNames, from, to]);
  const write = async (): Promise<void> => {
    setWriting(true);
    const extent = { kind: 'cluster', clusterId } as const;
    const answer = await request('snapshot.export', { extent, replaceNames, span: { from, to } });
    setWriting(false);
    if (!answer.ok) setProblem(answer.error.message);
    else if (answer.value !== null) {
      toast(`Written: ${answer.value}`);
      onClose();
    }
  };
  const now = Date.now();
  return (
    <Dialog
      title="Export the span"
      subtitle={`One file with the cluster from ${formatInstant(from, now)} to ${formatInstant(to, now)}, to be gone through as here. The notes and logs are not in it.`}
      onClose={onClose}
      footer={
        <>
          {problem !== null && (
            <p className={styles.problem} role="alert">
              {problem}
            </p>
          )}
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isDisabled={survey === null || isWriting} onPress={() => void write()}>
            Save as…
          </Button>
        </>
      }
    >
      <div className={styles.story} aria-live="polite">
        {survey?.pictures.map((picture) => (
          <p key={picture.connection}>
            <InlineName text={picture.clusters.join(', ')} /> of <InlineName text={picture.connection} />:{' '}
            {plural(picture.keys, 'key')}, {formatBytes(picture.bytes)} before they are compressed.
          </p>
        ))}
        {survey !== null && survey.secretKeyCount > 0 && (
          <p>
            {plural(survey.secretKeyCount, 'key holds a secret, which is', 'keys hold secrets, which are')} taken out.
          </p>
        )}
        <Switch
          label="Replace names"
          description="Host names, addresses, users, members and clusters get other names, everywhere the same ones. Passwords and tokens are always taken out."
          isSelected={replaceNames}
          onChange={setReplaceNames}
        />
      </div>
    </Dialog>
  );
}
