import { useId } from 'react';
import { cx } from '../lib/cx';
import styles from './panel.module.css';

export interface PanelProps {
  readonly title: React.ReactNode;
  /** The small grey words at the right: where it comes from, since when it holds, how many. */
  readonly caption?: React.ReactNode;
  readonly className?: string | undefined;
  readonly children: React.ReactNode;
}

export function Panel({ title, caption, className, children }: PanelProps): React.ReactNode {
  const id = useId();
  return (
    <section className={cx(styles.panel, className)} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {caption !== undefined && <span className={styles.caption}>{caption}</span>}
      </header>
      {children}
    </section>
  );
}
