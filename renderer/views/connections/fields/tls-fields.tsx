import { BoundFile, BoundSecret, type FormParts } from './bound';
import { storeFormWords } from '../store-words';
import styles from '../connection-form.module.css';

/** The files for TLS to the store. */
export function TlsFields({ of }: { readonly of: FormParts }): React.ReactNode {
  const { name } = storeFormWords[of.form.kind];
  return (
    <>
      <BoundFile
        of={of}
        field="caFile"
        label="CA certificate"
        purpose="ca"
        description="A PEM file. Without one the authorities are trusted that this machine trusts."
      />
      <div className={styles.pair}>
        <BoundFile
          of={of}
          field="certFile"
          label="Client certificate"
          purpose="certificate"
          description={`Where ${name} asks for one.`}
        />
        <BoundFile
          of={of}
          field="keyFile"
          label="Client key"
          purpose="key"
          description={hasPassphrase(of) ? 'A PEM file.' : 'Not protected by a passphrase.'}
        />
      </div>
      {hasPassphrase(of) && of.form.keyFile.trim() !== '' && (
        <BoundSecret of={of} secret="keyPassword" label="Passphrase of the key" hint="Where it has one." />
      )}
    </>
  );
}

/** Patroni has a passphrase for ZooKeeper's key alone (`key_password`). */
function hasPassphrase({ form }: FormParts): boolean {
  return form.kind === 'zookeeper' || form.kind === 'exhibitor';
}
