import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components/TextField';
import { cx } from '../lib/cx';
import styles from './text-field.module.css';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children' | 'isInvalid'> {
  readonly label: string;
  /** One grey line below. */
  readonly description?: React.ReactNode;
  /** A sentence that says what is wrong with the value; null or absent when nothing is. */
  readonly error?: string | null;
  readonly placeholder?: string;
  /** For what is copied from or to a store or a file. */
  readonly mono?: boolean;
  /** Rows of a field of several lines; one line when absent. */
  readonly rows?: number;
  /** A button at the right of the field, e.g. "Choose…". */
  readonly action?: React.ReactNode;
}

export function TextField(props: TextFieldProps): React.ReactNode {
  const { label, description, error = null, placeholder = '', mono = false, rows, action, ...rest } = props;
  const input = cx(styles.input, mono && 'mono');
  return (
    <AriaTextField {...rest} isInvalid={error !== null} className={styles.field ?? ''}>
      <Label className={styles.label ?? ''}>{label}</Label>
      <div className={styles.row}>
        {rows === undefined ? (
          <Input className={input} placeholder={placeholder} spellCheck={false} autoComplete="off" />
        ) : (
          <TextArea className={input} placeholder={placeholder} rows={rows} spellCheck={false} autoComplete="off" />
        )}
        {action}
      </div>
      {/* What is wrong stands where the description stood, so that nothing moves. */}
      {description !== undefined && error === null && (
        <Text slot="description" className={styles.description ?? ''}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}
