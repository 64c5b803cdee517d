import { Icon } from './icon';
import styles from './find-field.module.css';

export interface FindFieldProps {
  /** Read out. */
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Up or down was pressed: the list below is walked through without leaving the field. */
  readonly onStep: (key: 'ArrowUp' | 'ArrowDown') => void;
  /** How much there is, or how much of it was found. */
  readonly count: string;
  /** What else stands at the right. */
  readonly children?: React.ReactNode;
}

/** The head of a list: what to look for in it. Escape clears it. */
export function FindField(props: FindFieldProps): React.ReactNode {
  const { label, placeholder, value, onChange, onStep, count, children } = props;
  return (
    <div className={styles.field}>
      <Icon name="search" size={14} />
      <input
        type="text"
        role="searchbox"
        value={value}
        placeholder={placeholder}
        aria-label={label}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('');
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          onStep(event.key);
        }}
      />
      <span className={styles.count} role="status">
        {count}
      </span>
      {children}
    </div>
  );
}
