import { usualRecording } from '../../../app/ipc/connections/fields';
import { availableKinds } from '../../../app/ipc/connections/kinds';
import type { SecretName } from '../../../app/ipc/connections/secrets';
import type { ConnectionKind } from '../../../app/ipc/connections/settings';
import type {
  ConnectionDraft,
  ConnectionSettings,
  ConnectionView,
  ImportedConnection,
} from '../../../app/ipc/contract';
import { fieldsOf, settingsOf } from './form-settings';
import { secretChange, type SecretEntry } from './secret-entry';

/** The connection form as it is filled in: the fields of all kinds, of which those of `kind` are shown. */
export interface FormState {
  /** Empty for a new connection. */
  readonly id: string;
  readonly kind: ConnectionKind;
  readonly name: string;
  /** Endpoints, hosts or members, one a line. */
  readonly addresses: string;
  readonly namespace: string;
  readonly username: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly verify: boolean;
  readonly dc: string;
  readonly consistency: 'default' | 'consistent' | 'stale';
  readonly useSsl: boolean;
  readonly authScheme: string;
  /** Of Exhibitor's REST API. */
  readonly port: string;
  readonly pollInterval: string;
  readonly byAddress: boolean;
  readonly kubeconfig: string;
  readonly context: string;
  readonly server: string;
  readonly kubeNamespace: string;
  /** `name=value, …` */
  readonly labels: string;
  readonly scopeLabel: string;
  readonly useEndpoints: boolean;
  readonly restUsername: string;
  readonly restCaFile: string;
  readonly restCertFile: string;
  readonly restKeyFile: string;
  readonly restVerify: boolean;
  /** Empty for none. */
  readonly bastionHost: string;
  readonly bastionPort: string;
  readonly bastionUser: string;
  /** Empty for the keys of the SSH agent. */
  readonly bastionKeyFile: string;
  readonly writable: boolean;
  readonly production: boolean;
  readonly recorded: boolean;
  /** How much of a recording is kept. */
  readonly recordedDays: string;
  readonly recordedMegabytes: string;
  readonly secrets: Readonly<Record<SecretName, SecretEntry>>;
  /** The connection that was opened: what the form has no fields for stays as it is there. */
  readonly before: ConnectionSettings | null;
}

/** A field that can be wrong. */
export type FieldName = Exclude<keyof FormState, 'id' | 'kind' | 'secrets' | 'before'> | SecretName;

const noSecret: SecretEntry = { kind: 'none' };

export const emptyForm: FormState = {
  id: '',
  kind: availableKinds[0],
  name: '',
  addresses: '',
  namespace: '/service',
  username: '',
  caFile: '',
  certFile: '',
  keyFile: '',
  verify: true,
  dc: '',
  consistency: 'default',
  useSsl: false,
  authScheme: '',
  port: '8080',
  pollInterval: '300',
  byAddress: false,
  kubeconfig: '',
  context: '',
  server: '',
  kubeNamespace: 'default',
  labels: '',
  scopeLabel: 'cluster-name',
  useEndpoints: false,
  restUsername: '',
  restCaFile: '',
  restCertFile: '',
  restKeyFile: '',
  restVerify: true,
  bastionHost: '',
  bastionPort: '22',
  bastionUser: '',
  bastionKeyFile: '',
  writable: false,
  production: false,
  recorded: usualRecording.on,
  recordedDays: String(usualRecording.mostDays),
  recordedMegabytes: String(usualRecording.mostMegabytes),
  secrets: {
    password: noSecret,
    keyPassword: noSecret,
    restPassword: noSecret,
    restKeyPassword: noSecret,
    sshPassphrase: noSecret,
  },
  before: null,
};

/** The form for a connection that exists. */
export function formOf({ id, name, settings, secrets }: ConnectionView): FormState {
  if (settings === null) return { ...emptyForm, name };
  return formWith(settings, id, (secret) => {
    const where = secrets[secret];
    return where === undefined ? noSecret : { kind: 'kept', where, givenFor: settings };
  });
}

/** The form for a connection that an import found. */
export function formOfImported({ settings, handles }: ImportedConnection): FormState {
  return formWith(settings, '', (secret) => {
    const handle = handles[secret];
    return handle === undefined ? noSecret : { kind: 'imported', handle, givenFor: settings };
  });
}

function formWith(settings: ConnectionSettings, id: string, secret: (name: SecretName) => SecretEntry): FormState {
  return {
    ...emptyForm,
    ...fieldsOf(settings),
    id,
    before: settings,
    secrets: {
      password: secret('password'),
      keyPassword: secret('keyPassword'),
      restPassword: secret('restPassword'),
      restKeyPassword: secret('restKeyPassword'),
      sshPassphrase: secret('sshPassphrase'),
    },
  };
}

/** What main is asked to test or to save. Call it only when `problemsOf` finds nothing. */
export function draftOf(form: FormState): ConnectionDraft {
  const { password, keyPassword, restPassword, restKeyPassword, sshPassphrase } = form.secrets;
  return {
    settings: settingsOf(form),
    secrets: {
      password: secretChange(password),
      keyPassword: secretChange(keyPassword),
      restPassword: secretChange(restPassword),
      restKeyPassword: secretChange(restKeyPassword),
      sshPassphrase: secretChange(sshPassphrase),
    },
  };
}

/** Whether two forms say the same. */
export function sameForm(a: FormState, b: FormState): boolean {
  return JSON.stringify(draftOf(a)) === JSON.stringify(draftOf(b)) && a.addresses.trim() === b.addresses.trim();
}
