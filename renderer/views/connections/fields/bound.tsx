import { Switch } from '../../../components/switch';
import { TextField, type TextFieldProps } from '../../../components/text-field';
import { secretIsForOthers } from '../../../../app/ipc/connections/kept-secret';
import type { SecretName } from '../../../../app/ipc/connections/secrets';
import type { FormState } from '../form-state';
import type { Problems } from '../form-problems';
import { settingsOf } from '../form-settings';
import { isForOthers } from '../secret-entry';
import { FileField, type FileFieldProps } from './file-field';
import { PasswordField } from './password-field';

// Fields that are bound to one part of the form.

/** What every field needs. */
export interface FormParts {
  readonly form: FormState;
  /** The form as it was opened. */
  readonly initial: FormState;
  readonly problems: Problems;
  readonly onChange: (part: Partial<FormState>) => void;
}

type NamesOf<T> = {
  [K in keyof FormState]: FormState[K] extends T ? (T extends FormState[K] ? K : never) : never;
}[keyof FormState];
export type TextName = Exclude<NamesOf<string>, 'id'>;
export type FlagName = NamesOf<boolean>;

type BoundTextProps = { readonly of: FormParts; readonly field: TextName } & Omit<
  TextFieldProps,
  'value' | 'onChange' | 'error'
>;

export function BoundText({ of, field, ...rest }: BoundTextProps): React.ReactNode {
  return (
    <TextField
      {...rest}
      validationBehavior="aria"
      value={of.form[field]}
      onChange={(text) => of.onChange({ [field]: text })}
      error={of.problems[field] ?? null}
    />
  );
}

type BoundFileProps = { readonly of: FormParts; readonly field: TextName } & Omit<
  FileFieldProps,
  'value' | 'onChange' | 'error'
>;

export function BoundFile({ of, field, ...rest }: BoundFileProps): React.ReactNode {
  return (
    <FileField
      {...rest}
      value={of.form[field]}
      onChange={(path) => of.onChange({ [field]: path })}
      error={of.problems[field] ?? null}
    />
  );
}

interface BoundSecretProps {
  readonly of: FormParts;
  readonly secret: SecretName;
  readonly label: string;
  readonly hint?: string;
}

export function BoundSecret({ of, secret, label, hint }: BoundSecretProps): React.ReactNode {
  const { form, initial, problems, onChange } = of;
  const entry = form.secrets[secret];
  const settings = settingsOf(form);
  // While the addresses cannot be read nothing is sent to them.
  const forOthers = problems.addresses === undefined && isForOthers(entry, secret, settings);
  return (
    <PasswordField
      label={label}
      value={entry}
      before={initial.secrets[secret]}
      forOthers={forOthers}
      onChange={(value) => onChange({ secrets: { ...form.secrets, [secret]: value } })}
      // Said at once: the dots that stood here would say that all is well.
      error={forOthers ? secretIsForOthers : (problems[secret] ?? null)}
      {...(hint === undefined ? {} : { hint })}
    />
  );
}

interface BoundSwitchProps {
  readonly of: FormParts;
  readonly field: FlagName;
  readonly label: string;
  readonly description?: string;
}

export function BoundSwitch({ of, field, label, description }: BoundSwitchProps): React.ReactNode {
  return (
    <Switch
      label={label}
      isSelected={of.form[field]}
      onChange={(on) => of.onChange({ [field]: on })}
      {...(description === undefined ? {} : { description })}
    />
  );
}
