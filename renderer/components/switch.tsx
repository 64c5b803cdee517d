import { Switch as AriaSwitch } from 'react-aria-components/Switch';
import styles from './switch.module.css';

export interface SwitchProps {
  readonly label: string;
  /** One grey line below. */
  readonly description?: string;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
}

/** Something that is on or off, and holds at once. */
export function Switch({ label, description, isSelected, onChange }: SwitchProps): React.ReactNode {
  return (
    <AriaSwitch className={styles.switch ?? ''} isSelected={isSelected} onChange={onChange}>
      <span className={styles.track}>
        <span className={styles.thumb} />
      </span>
      <span className={styles.words}>
        <span>{label}</span>
        {description !== undefined && <span className={styles.description}>{description}</span>}
      </span>
    </AriaSwitch>
  );
}
