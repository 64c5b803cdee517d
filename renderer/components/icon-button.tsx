import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { cx } from '../lib/cx';
import styles from './icon-button.module.css';

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'aria-label'> {
  /** What it does: read out, and shown on hover. */
  readonly label: string;
  /** An icon of `icon.tsx`. */
  readonly children: React.ReactNode;
  readonly small?: boolean;
  readonly className?: string | undefined;
}

export function IconButton({ label, small = false, className, ...rest }: IconButtonProps): React.ReactNode {
  return (
    <AriaButton
      {...rest}
      aria-label={label}
      data-hint={label}
      className={cx(styles.button, small && styles.small, className)}
    />
  );
}
