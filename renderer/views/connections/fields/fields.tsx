import { Select } from '../../../components/select';
import { availableKinds } from '../../../../app/ipc/connections/kinds';
import { speaksRest } from '../form-settings';
import { emptyForm } from '../form-state';
import { storeFormWords } from '../store-words';
import { BastionFields } from './bastion-fields';
import { BoundSwitch, BoundText, type FormParts } from './bound';
import { Disclosure } from './disclosure';
import { RecordingFields } from './recording-fields';
import { RestApiFields } from './rest-api-fields';
import { StoreFields } from './store-fields';
import styles from '../connection-form.module.css';

const stores = availableKinds.map((id) => ({
  id,
  label: storeFormWords[id].label,
  description: storeFormWords[id].description,
}));

/** The fields of a connection: which store, where it is, who asks, and what may be done. */
export function Fields({ of }: { readonly of: FormParts }): React.ReactNode {
  const { form, onChange } = of;
  const chosen = availableKinds.find((kind) => kind === form.kind) ?? availableKinds[0];
  return (
    <>
      {form.id === '' && stores.length > 1 && (
        <Select label="Store" options={stores} value={chosen} onChange={(kind) => onChange({ kind })} />
      )}
      <div className={speaksRest(form) ? undefined : styles.pair}>
        <BoundText
          of={of}
          field="name"
          label="Name"
          autoFocus
          placeholder="prod-eu"
          description="What the fleet list calls it."
        />
        {form.kind === 'kubernetes' ? (
          <BoundText of={of} field="kubeNamespace" label="Namespace" mono description="The namespace of Kubernetes." />
        ) : (
          !speaksRest(form) && (
            <BoundText
              of={of}
              field="namespace"
              label="Namespace"
              mono
              placeholder="/"
              description="As in Patroni’s configuration."
            />
          )
        )}
      </div>
      {/* Each kind begins anew: a field of the one is not the same field of the other. */}
      <StoreFields key={form.kind} of={of} />
      {!speaksRest(form) && (
        <Disclosure
          title="The members’ REST API"
          startsOpen={hasRestSettings(of)}
          mustOpen={Object.keys(of.problems).some((name) => name.startsWith('rest'))}
          hint="Who asks the members themselves, and with which certificates."
        >
          <RestApiFields of={of} />
        </Disclosure>
      )}
      <Disclosure
        title="Through a bastion (SSH)"
        startsOpen={of.initial.bastionHost !== ''}
        mustOpen={Object.keys(of.problems).some((name) => name.startsWith('bastion') || name === 'sshPassphrase')}
        hint={
          form.bastionHost.trim() === '' ? 'Where the store cannot be reached from this machine.' : form.bastionHost
        }
      >
        <BastionFields of={of} />
      </Disclosure>
      <Disclosure
        title="Recording"
        startsOpen={!isUsuallyRecorded(of)}
        mustOpen={of.problems.recordedDays !== undefined || of.problems.recordedMegabytes !== undefined}
        hint={
          form.recorded
            ? `On: ${form.recordedDays} days and ${form.recordedMegabytes} MB at the most.`
            : 'Off: the time bar has no past of it.'
        }
      >
        <RecordingFields of={of} />
      </Disclosure>
      <div className={styles.switches}>
        <BoundSwitch
          of={of}
          field="writable"
          label="Allow writing"
          description="Off, nothing is written, and no member is asked to change anything."
        />
        <BoundSwitch
          of={of}
          field="production"
          label="Production"
          description="What cannot be taken back is confirmed by typing the cluster’s name."
        />
      </div>
    </>
  );
}

/** As a new connection is. */
function isUsuallyRecorded({ initial: { recorded, recordedDays, recordedMegabytes } }: FormParts): boolean {
  return (
    recorded === emptyForm.recorded &&
    recordedDays === emptyForm.recordedDays &&
    recordedMegabytes === emptyForm.recordedMegabytes
  );
}

/** A part that is filled in is not folded away. */
function hasRestSettings({
  initial: { restUsername, restCaFile, restCertFile, restVerify, secrets },
}: FormParts): boolean {
  return (
    restUsername !== '' ||
    restCaFile !== '' ||
    restCertFile !== '' ||
    !restVerify ||
    secrets.restPassword.kind !== 'none'
  );
}
