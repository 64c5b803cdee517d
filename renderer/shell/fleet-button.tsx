import { Icon } from '../components/icon';
import { IconButton } from '../components/icon-button';
import { setSidebarOpen } from '../stores/ui';
import styles from './fleet-button.module.css';

/** Brings the fleet list out in a narrow window; not there in a wide one. */
export function FleetButton(): React.ReactNode {
  return (
    <IconButton className={styles.fleet} label="Show the fleet list" onPress={() => setSidebarOpen(true)}>
      <Icon name="menu" />
    </IconButton>
  );
}
