import { useState } from 'react';
import { Button } from '../../components/button';
import { showFirstOf } from '../../stores/first-cluster';
import { fleetStore } from '../../stores/fleet';
import { leave } from '../../stores/leave-guard';
import { openOverlay } from '../../stores/ui';
import { ConnectionForm } from './connection-form';
import { emptyForm, formOf } from './form-state';
import { storeFormWords } from './store-words';

export interface ConnectionDialogProps {
  /** The connection to edit; null for a new one. */
  readonly id: string | null;
  readonly onClose: () => void;
}

/** The form for a new connection or for one that exists. What the feed says meanwhile does not change what is typed. */
export function ConnectionDialog({ id, onClose }: ConnectionDialogProps): React.ReactNode {
  const [connection] = useState(() => fleetStore.getState().connections.find((each) => each.id === id) ?? null);
  if (connection === null) {
    return (
      <ConnectionForm
        title="Add a connection"
        subtitle={
          <>
            It tells where the store of your clusters is. Is there a <span className="mono">patroni.yml</span>?{' '}
            <Button small variant="quiet" onPress={() => leave(() => openOverlay({ kind: 'import' }))}>
              Import it…
            </Button>
          </>
        }
        initial={emptyForm}
        onClose={onClose}
        onSaved={({ id: saved }) => {
          showFirstOf(saved);
          onClose();
        }}
      />
    );
  }
  const initial = formOf(connection);
  return (
    <ConnectionForm
      title={`Connection ${connection.name}`}
      subtitle={
        connection.temporary
          ? 'From the command line (--connect), for this run. Saving it keeps it.'
          : storeFormWords[initial.kind].to
      }
      initial={initial}
      onClose={onClose}
      onSaved={onClose}
    />
  );
}
