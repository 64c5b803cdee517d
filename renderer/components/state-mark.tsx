import { memo } from 'react';
import type { Mark } from '../../app/findings/mark';
import styles from './state-mark.module.css';

export type { Mark };

/** Each state has a shape of its own: circle well, triangle warning, diamond critical, square worth knowing, ring not known. */
const shapes: Record<Mark, React.ReactNode> = {
  ok: <circle cx="6" cy="6" r="4" />,
  warning: <path d="M6 1 11.4 10.4a.6.6 0 0 1-.5.9H1.1a.6.6 0 0 1-.5-.9Z" />,
  critical: <path d="M6 .4 11.6 6 6 11.6.4 6Z" />,
  info: <rect x="2.4" y="2.4" width="7.2" height="7.2" rx="1.6" />,
  unknown: <circle cx="6" cy="6" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.6" />,
};

const words: Record<Mark, string> = {
  ok: 'healthy',
  warning: 'warning',
  critical: 'critical',
  info: 'worth knowing',
  unknown: 'not known',
};

export interface StateMarkProps {
  readonly mark: Mark;
  /** Read out in place of the state's own word; empty when the words beside it say it already. */
  readonly label?: string;
  readonly size?: number;
}

export const StateMark = memo(function StateMark({ mark, label, size = 11 }: StateMarkProps): React.ReactNode {
  const text = label ?? words[mark];
  return (
    <svg
      className={styles[mark]}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      fill="currentColor"
      {...(text === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': text })}
    >
      {shapes[mark]}
    </svg>
  );
});
