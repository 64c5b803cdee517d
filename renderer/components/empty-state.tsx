import styles from './empty-state.module.css';

export interface EmptyStateProps {
  readonly title: string;
  /** A sentence or two: why it is empty and what to do. */
  readonly children?: React.ReactNode;
  /** Buttons. */
  readonly actions?: React.ReactNode;
  readonly icon?: React.ReactNode;
}

export function EmptyState({ title, children, actions, icon }: EmptyStateProps): React.ReactNode {
  return (
    <div className={styles.empty}>
      {icon}
      <h2 className={styles.title}>{title}</h2>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
