import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { cx } from '../lib/cx';
import styles from './button.module.css';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  /** `primary` for the one thing that a page wants done; `danger` for what removes or stops something; `quiet` for a link-like act. */
  readonly variant?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly small?: boolean;
  /** A one-line explanation on hover. */
  readonly hint?: string;
}

export function Button({ variant = 'plain', small = false, hint, ...rest }: ButtonProps): React.ReactNode {
  return (
    <AriaButton {...rest} data-hint={hint} className={cx(styles.button, styles[variant], small && styles.small)} />
  );
}
