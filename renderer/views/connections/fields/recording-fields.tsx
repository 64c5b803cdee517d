import { BoundSwitch, BoundText, type FormParts } from './bound';
import styles from '../connection-form.module.css';

/** Whether the connection is recorded, and how much of it is kept. */
export function RecordingFields({ of }: { readonly of: FormParts }): React.ReactNode {
  return (
    <>
      <BoundSwitch
        of={of}
        field="recorded"
        label="Record this connection"
        description="What its store holds is written down on this machine, change by change: the time bar goes back in it. It is as secret as the store."
      />
      <div className={styles.pair}>
        <BoundText
          of={of}
          field="recordedDays"
          label="Keep at most (days)"
          isDisabled={!of.form.recorded}
          description="What is older is deleted."
        />
        <BoundText
          of={of}
          field="recordedMegabytes"
          label="Keep at most (MB)"
          isDisabled={!of.form.recorded}
          description="The oldest makes room."
        />
      </div>
    </>
  );
}
