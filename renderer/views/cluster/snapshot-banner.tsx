import { untoldAsWords } from '../../../app/snapshot/picture';
import { closeSnapshot, showOverlay } from '../../commands';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { InlineName } from '../../components/name';
import { cx } from '../../lib/cx';
import { formatClock, formatDay, instantHint, zoneName } from '../../lib/format';
import { useFleet, useUi } from '../../stores/hooks';
import { showInstant } from '../../stores/time';
import styles from './cluster-page.module.css';

/** Says that this is the picture of one instant, out of a file or of the past, where it is from, and what it does not tell. */
export function SnapshotBanner({ connectionId }: { readonly connectionId: string | null }): React.ReactNode {
  const connection = useFleet((s) => s.connections.find((c) => c.id === connectionId));
  const clusterId = useUi((s) => s.clusterId);
  if (connection?.status.kind !== 'as-of') return null;
  const { at, from } = connection.status;
  const instant = new Date(at);
  const untold = connection.picture === undefined ? null : untoldAsWords(connection.picture.untold);
  const when = `${formatDay(instant)} ${formatClock(instant)} ${zoneName(instant)}`;
  const isPast = connection.kind !== 'snapshot';
  const notSaid = connection.picture?.untold.includes('instant') === true;
  return (
    <div className={cx(styles.banner, styles.picture)} role="status">
      <Icon name="file" size={14} />
      <p>
        <b data-hint={instantHint(at)}>
          {isPast ? `The past: as of ${when}` : notSaid ? `Not live: a file of ${when}` : `Not live: as of ${when}`},
          from <InlineName text={from} />.
        </b>{' '}
        <span className="dim">{untold !== null && `Not known, because it does not tell: ${untold}.`}</span>{' '}
        {connection.picture?.notes.join(' ')}
      </p>
      {clusterId !== null && (
        <Button small onPress={() => showOverlay({ kind: 'compare', clusterId })}>
          Compare…
        </Button>
      )}
      {connection.kind === 'snapshot' ? (
        <Button small onPress={() => closeSnapshot(connection.id)}>
          Close it
        </Button>
      ) : (
        <Button small variant="primary" onPress={() => void showInstant(null)}>
          Back to now
        </Button>
      )}
    </div>
  );
}
