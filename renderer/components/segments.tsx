import { Label, Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { cx } from '../lib/cx';
import styles from './segments.module.css';

export interface SegmentsProps<K extends string> {
  readonly label: string;
  readonly options: readonly { readonly id: K; readonly label: string }[];
  readonly value: K;
  readonly onChange: (value: K) => void;
  /** Leaves the label to a reader that speaks; what stands around it tells the others. */
  readonly hideLabel?: boolean;
  readonly small?: boolean;
}

/** One of a few, all in sight. */
export function Segments<K extends string>(props: SegmentsProps<K>): React.ReactNode {
  const { label, options, value, onChange, hideLabel = false, small = false } = props;
  return (
    <RadioGroup
      className={cx(styles.group, small && styles.small)}
      orientation="horizontal"
      value={value}
      onChange={(id) => {
        const chosen = options.find((option) => option.id === id);
        if (chosen) onChange(chosen.id);
      }}
    >
      <Label className={hideLabel ? 'visually-hidden' : (styles.label ?? '')}>{label}</Label>
      <div className={styles.row}>
        {options.map((option) => (
          <Radio key={option.id} value={option.id} className={styles.segment ?? ''}>
            {option.label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
