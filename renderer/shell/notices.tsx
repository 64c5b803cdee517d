import { Icon } from '../components/icon';
import { IconButton } from '../components/icon-button';
import { StateMark } from '../components/state-mark';
import { useSession } from '../stores/hooks';
import { dismissNotice } from '../stores/session';
import styles from './notices.module.css';

/** What main has to say about this start, e.g. that the settings could not be read. Each stays until it is closed. */
export function Notices(): React.ReactNode {
  const notices = useSession((s) => s.notices);
  return notices.map((notice) => (
    <div key={notice} className={styles.notice} role="status">
      <StateMark mark="info" label="" />
      <span>{notice}</span>
      <IconButton small label="Close" onPress={() => dismissNotice(notice)}>
        <Icon name="close" size={12} />
      </IconButton>
    </div>
  ));
}
