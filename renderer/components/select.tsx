import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
} from 'react-aria-components/Select';
import { Icon } from './icon';
import styles from './select.module.css';

export interface SelectOption<K extends string> {
  readonly id: K;
  readonly label: string;
  readonly description?: string;
}

export interface SelectProps<K extends string> {
  readonly label: string;
  readonly options: readonly SelectOption<K>[];
  readonly value: K;
  readonly onChange: (value: K) => void;
  readonly description?: string;
  readonly isDisabled?: boolean;
  /** Leaves the label to a reader that speaks; what stands around it tells the others. */
  readonly hideLabel?: boolean;
}

/** One of a few, from a list that opens below. */
export function Select<K extends string>(props: SelectProps<K>): React.ReactNode {
  const { label, options, value, onChange, description, isDisabled = false, hideLabel = false } = props;
  return (
    <AriaSelect
      className={styles.select ?? ''}
      isDisabled={isDisabled}
      value={value}
      onChange={(key) => {
        const chosen = options.find((o) => o.id === key);
        if (chosen) onChange(chosen.id);
      }}
    >
      <Label className={hideLabel ? 'visually-hidden' : (styles.label ?? '')}>{label}</Label>
      <Button className={styles.button ?? ''}>
        <SelectValue />
        <Icon name="chevron-down" size={14} />
      </Button>
      {description !== undefined && (
        <Text slot="description" className={styles.description ?? ''}>
          {description}
        </Text>
      )}
      <Popover className={styles.popover ?? ''}>
        <ListBox items={options} className={styles.list ?? ''}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={styles.item ?? ''}>
              <Text slot="label">{option.label}</Text>
              {option.description !== undefined && (
                <Text slot="description" className={styles.description ?? ''}>
                  {option.description}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
