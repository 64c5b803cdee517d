import { cx } from '../lib/cx';
import styles from './badge.module.css';

export interface BadgeProps {
  readonly tone?: 'plain' | 'ok' | 'warning' | 'critical' | 'info' | 'accent';
  /** A one-line explanation on hover. */
  readonly hint?: string;
  /** For a value of the store, e.g. a tag. */
  readonly mono?: boolean;
  readonly children: React.ReactNode;
}

export function Badge({ tone = 'plain', hint, mono = false, children }: BadgeProps): React.ReactNode {
  return (
    <span className={cx(styles.badge, styles[tone], mono && 'mono')} data-hint={hint}>
      {children}
    </span>
  );
}
