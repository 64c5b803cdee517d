import { Button } from '../../components/button';
import { formatInstant } from '../../lib/format';
import type { Incident } from '../../stores/incidents';
import { keepIncident } from '../../stores/kept-incidents';
import styles from './incident.module.css';

/** Whether the incident is on disk, and the button that puts it there. */
export function KeptWords({ incident }: { readonly incident: Incident }): React.ReactNode {
  const { clusterId, kept } = incident;
  const keep = (label: string): React.ReactNode => (
    <Button
      hint="Keeps its span, notes and logs on this machine, for this user alone. What was recorded is not kept with it."
      onPress={() => keepIncident(clusterId, true)}
    >
      {label}
    </Button>
  );
  const words = (): React.ReactNode => {
    switch (kept.kind) {
      case 'not-kept':
        return keep('Keep');
      case 'waiting':
        return <span className="dim">Being kept…</span>;
      case 'kept':
        return <span className="dim">Kept {formatInstant(kept.at, Date.now())}</span>;
      case 'failed':
        return (
          <>
            <span className={styles.problem}>{kept.message}</span>
            {keep('Try again')}
          </>
        );
    }
  };
  return (
    <div className={styles.kept} role="status">
      {words()}
    </div>
  );
}
