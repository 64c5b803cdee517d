import { useState } from 'react';
import type { ReportFormat } from '../../../app/ipc/report';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { InlineName } from '../../components/name';
import { Segments } from '../../components/segments';
import { Switch } from '../../components/switch';
import { fleetStore } from '../../stores/fleet';
import { toast } from '../../stores/ui';
import styles from './report-dialog.module.css';

const formats: readonly { readonly id: ReportFormat; readonly label: string }[] = [
  { id: 'html', label: 'Web page (HTML)' },
  { id: 'pdf', label: 'PDF' },
];

const formatWords: Readonly<Record<ReportFormat, string>> = {
  html: 'One file that any browser shows, dark or light as its reader has it. It runs nothing and fetches nothing.',
  pdf: 'Pages in A4, black on white.',
};

export interface ReportDialogProps {
  readonly clusterId: string;
  readonly onClose: () => void;
}

/** Writes the cluster as it stands as a page to send. */
export function ReportDialog({ clusterId, onClose }: ReportDialogProps): React.ReactNode {
  const [scope] = useState(() => fleetStore.getState().summaries.get(clusterId)?.scope ?? 'this cluster');
  const [format, setFormat] = useState<ReportFormat>('html');
  const [replaceNames, setReplaceNames] = useState(false);
  const [making, setMaking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const save = async (): Promise<void> => {
    setMaking(true);
    setProblem(null);
    const answer = await request('report.save', { clusterId, format, replaceNames });
    setMaking(false);
    if (!answer.ok) setProblem(answer.error.message);
    else if (answer.value !== null) {
      toast(`Written: ${answer.value}`);
      onClose();
    }
  };

  return (
    <Dialog
      title="Save a report"
      subtitle={
        <>
          <InlineName text={scope} /> as it stands: findings, replication tree, members, slots, history, forecast and
          configuration. Nothing is sent anywhere.
        </>
      }
      onClose={onClose}
      footer={
        <>
          <div className={styles.state} role="status" aria-live="polite">
            {making && (
              <>
                <progress className={styles.progress} aria-label="The report is being made" />
                Being made…
              </>
            )}
            {problem !== null && <span className={styles.problem}>{problem}</span>}
          </div>
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isDisabled={making} onPress={() => void save()}>
            Save as…
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <div>
          <Segments label="Format" options={formats} value={format} onChange={setFormat} />
          <p className={styles.words}>{formatWords[format]}</p>
        </div>
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
