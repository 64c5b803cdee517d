import { useEffect, useState } from 'react';
import type { ComparedClusters } from '../../../app/ipc/snapshot';
import { excerpt } from '../../../app/text';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Select } from '../../components/select';
import { formatInstant } from '../../lib/format';
import { fleetStore } from '../../stores/fleet';
import styles from './compare-dialog.module.css';
import { Comparison } from './comparison';

export interface CompareDialogProps {
  readonly clusterId: string;
  readonly onClose: () => void;
}

type Compared =
  | { readonly kind: 'looking' }
  | { readonly kind: 'known'; readonly compared: ComparedClusters }
  | { readonly kind: 'failed'; readonly message: string };

/** What can be compared with: every cluster of the fleet, those of the same name first. */
function candidates(clusterId: string): readonly { readonly id: string; readonly label: string }[] {
  const { connections, summaries } = fleetStore.getState();
  const own = summaries.get(clusterId)?.scope;
  return [...summaries.values()]
    .filter(({ id }) => id !== clusterId)
    .sort((a, b) => Number(b.scope === own) - Number(a.scope === own) || a.scope.localeCompare(b.scope))
    .map(({ id, scope, connectionId }) => {
      const connection = connections.find((one) => one.id === connectionId);
      const status = connection?.status;
      const when = status?.kind === 'as-of' ? `as of ${formatInstant(status.at, Date.now())}` : 'as it is now';
      return { id, label: `${excerpt(scope, 60)} · ${excerpt(connection?.name ?? '', 40)}, ${when}` };
    });
}

/** What changed between two clusters: the older one first, whichever of them was chosen. */
export function CompareDialog({ clusterId, onClose }: CompareDialogProps): React.ReactNode {
  // As the fleet was when the dialog opened: nothing moves under the person's hands.
  const [others] = useState(() => candidates(clusterId));
  const [scope] = useState(() => fleetStore.getState().summaries.get(clusterId)?.scope ?? '');
  const [otherId, setOtherId] = useState(others[0]?.id ?? null);
  const [compared, setCompared] = useState<Compared>({ kind: 'looking' });
  useEffect(() => {
    if (otherId === null) return undefined;
    let stale = false;
    const [before, after] = inOrder(clusterId, otherId);
    void request('snapshot.compare', { before, after }).then((answer) => {
      if (stale) return;
      setCompared(
        answer.ok ? { kind: 'known', compared: answer.value } : { kind: 'failed', message: answer.error.message },
      );
    });
    return () => {
      stale = true;
    };
  }, [clusterId, otherId]);
  return (
    <Dialog
      title={`Compare ${excerpt(scope, 60)}`}
      onClose={onClose}
      size="large"
      footer={<Button onPress={onClose}>Close</Button>}
    >
      <div className={styles.compare}>
        {otherId === null ? (
          <p>There is nothing to compare it with. Open a snapshot first.</p>
        ) : (
          <Select label="With" options={others} value={otherId} onChange={setOtherId} />
        )}
        <div className={styles.result} aria-live="polite">
          {compared.kind === 'failed' && <p>{compared.message}</p>}
          {compared.kind === 'known' && <Comparison compared={compared.compared} />}
        </div>
      </div>
    </Dialog>
  );
}

/** The older one first; what lives is as of now. */
function inOrder(one: string, other: string): readonly [before: string, after: string] {
  const { connections, summaries } = fleetStore.getState();
  const instant = (id: string): number => {
    const status = connections.find((c) => c.id === summaries.get(id)?.connectionId)?.status;
    return status?.kind === 'as-of' ? Date.parse(status.at) : Date.now();
  };
  return instant(one) <= instant(other) ? [one, other] : [other, one];
}
