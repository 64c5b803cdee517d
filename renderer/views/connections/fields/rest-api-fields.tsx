import { BoundFile, BoundSecret, BoundSwitch, BoundText, type FormParts } from './bound';
import { speaksRest } from '../form-settings';
import styles from '../connection-form.module.css';

/** How the members' REST API is spoken to. Beside a store's own fields each says that it is the API's. */
export function RestApiFields({ of }: { readonly of: FormParts }): React.ReactNode {
  const alone = speaksRest(of.form);
  const label = (words: string): string => (alone ? words : `API ${lowerFirst(words)}`);
  return (
    <>
      <div className={styles.pair}>
        <BoundText
          of={of}
          field="restUsername"
          label={label('User')}
          placeholder="none"
          description="Basic auth, for what changes something."
        />
        <BoundSecret of={of} secret="restPassword" label={label('Password')} />
      </div>
      <BoundFile
        of={of}
        field="restCaFile"
        label={label('CA certificate')}
        purpose="ca"
        description="A PEM file, as ctl.cacert. Without one the authorities are trusted that this machine trusts."
      />
      <div className={styles.pair}>
        <BoundFile
          of={of}
          field="restCertFile"
          label={label('Client certificate')}
          purpose="certificate"
          description="Where the members ask for one."
        />
        <BoundFile of={of} field="restKeyFile" label={label('Client key')} purpose="key" description="A PEM file." />
      </div>
      {of.form.restKeyFile.trim() !== '' && (
        <BoundSecret of={of} secret="restKeyPassword" label={label('Passphrase of the key')} hint="Where it has one." />
      )}
      <BoundSwitch of={of} field="restVerify" label="Check the members’ certificates" />
    </>
  );
}

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
