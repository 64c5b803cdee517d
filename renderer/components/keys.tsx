import { keyName } from '../shortcuts';
import { useSession } from '../stores/hooks';
import styles from './keys.module.css';

/** A key combination as it stands on this machine's keyboard. */
export function Keys({ keys }: { readonly keys: readonly string[] }): React.ReactNode {
  const darwin = useSession((s) => s.platform === 'darwin');
  return (
    <span className={styles.keys}>
      {keys.map((key) => (
        <kbd key={key}>{keyName(key, darwin)}</kbd>
      ))}
    </span>
  );
}
