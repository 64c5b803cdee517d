import { useUi } from '../stores/hooks';
import { dismissToast } from '../stores/ui';
import { Icon } from './icon';
import { IconButton } from './icon-button';
import { StateMark } from './state-mark';
import styles from './toast.module.css';

/** The short messages at the bottom right (say one with `toast` of stores/ui). Rendered once, at the window's root. */
export function ToastLayer(): React.ReactNode {
  const toasts = useUi((s) => s.toasts);
  return (
    <div className={styles.layer} role="status" aria-live="polite">
      {toasts.map((t) => (
        <div key={t.id} className={styles.toast}>
          <StateMark mark={t.tone} label={t.tone === 'critical' ? 'failed' : ''} />
          <span>{t.text}</span>
          <IconButton small label="Close" onPress={() => dismissToast(t.id)}>
            <Icon name="close" size={12} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
