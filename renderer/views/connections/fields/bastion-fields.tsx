import { BoundFile, BoundSecret, BoundText, type FormParts } from './bound';
import styles from '../connection-form.module.css';

/** The bastion that the connection goes through. */
export function BastionFields({ of }: { readonly of: FormParts }): React.ReactNode {
  return (
    <>
      <div className={styles.pair}>
        <BoundText
          of={of}
          field="bastionHost"
          label="Bastion"
          mono
          placeholder="none"
          description="All that this connection asks goes through it, also to the members’ REST API."
        />
        <BoundText of={of} field="bastionPort" label="SSH port" mono description="22, unless its sshd was moved." />
      </div>
      <div className={styles.pair}>
        <BoundText of={of} field="bastionUser" label="SSH user" mono />
        <BoundFile
          of={of}
          field="bastionKeyFile"
          label="SSH private key"
          purpose="key"
          description="Without one, the keys of the SSH agent."
        />
      </div>
      {of.form.bastionKeyFile.trim() !== '' && (
        <BoundSecret of={of} secret="sshPassphrase" label="Passphrase of the SSH key" hint="Where it has one." />
      )}
    </>
  );
}
