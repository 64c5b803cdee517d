import { untoldAsWords } from '../../../app/snapshot/picture';
import { Icon } from '../../components/icon';
import { cx } from '../../lib/cx';
import { useFleet } from '../../stores/hooks';
import styles from './cluster-page.module.css';

/** Says that what is shown was put together from what the members say, not read in the store, and what they do not say. */
export function MadeBanner({ connectionId }: { readonly connectionId: string | null }): React.ReactNode {
  const untold = useFleet((s) => s.connections.find((c) => c.id === connectionId)?.untold);
  if (untold === undefined) return null;
  const words = untoldAsWords(untold);
  return (
    <div className={cx(styles.banner, styles.picture)} role="status">
      <Icon name="link" size={14} />
      <p>
        <b>As the members’ REST API tells it, not read in the store.</b>{' '}
        <span className="dim">{words !== null && `Not known, because it does not tell: ${words}.`}</span>
      </p>
    </div>
  );
}
