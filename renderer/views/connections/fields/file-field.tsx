import type { RequestArgument } from '../../../../app/ipc/contract';
import { request } from '../../../bridge';
import { Button } from '../../../components/button';
import { TextField } from '../../../components/text-field';
import { toast } from '../../../stores/ui';

export interface FileFieldProps {
  readonly label: string;
  readonly purpose: RequestArgument<'file.choose'>['purpose'];
  /** A path; empty for none. */
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly error: string | null;
  readonly description: string;
}

/** A path, typed or chosen. Main reads the file when it connects; the window never sees what is in it. */
export function FileField(props: FileFieldProps): React.ReactNode {
  const { label, purpose, value, onChange, error, description } = props;
  const choose = async (): Promise<void> => {
    const answer = await request('file.choose', { purpose });
    if (!answer.ok) toast(answer.error.message, 'critical');
    else if (answer.value !== null) onChange(answer.value);
  };
  return (
    <TextField
      label={label}
      mono
      validationBehavior="aria"
      value={value}
      onChange={onChange}
      placeholder="none"
      error={error}
      description={description}
      action={
        <Button aria-label={`Choose the file: ${label}`} onPress={() => void choose()}>
          Choose…
        </Button>
      }
    />
  );
}
