import type { ConnectionDraft, ConnectionView, ImportedConnection, PasswordChange } from '../../../app/ipc/contract';
import { mayKeepPassword, passwordIsForOthers, type PasswordFor } from '../../../app/ipc/kept-password';
import { readEndpoints } from './endpoints';

/** What stands in the password's place. */
export type PasswordEntry =
  /** There is none. */
  | { readonly kind: 'none' }
  /** One is kept and stays. */
  | { readonly kind: 'kept'; readonly where: 'keychain' | 'this-run'; readonly givenFor: PasswordFor }
  /** One was found by an import; main holds it. */
  | { readonly kind: 'imported'; readonly handle: string; readonly givenFor: PasswordFor }
  | { readonly kind: 'typed'; readonly text: string };

/** The connection form as it is filled in. */
export interface FormState {
  /** Empty for a new connection. */
  readonly id: string;
  readonly name: string;
  readonly endpoints: string;
  readonly namespace: string;
  readonly username: string;
  readonly password: PasswordEntry;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export type FieldName = Exclude<keyof FormState, 'id'>;

/** A sentence for each field that is wrong. */
export type Problems = Partial<Readonly<Record<FieldName, string>>>;

export const emptyForm: FormState = {
  id: '',
  name: '',
  endpoints: '',
  namespace: '/service',
  username: '',
  password: { kind: 'none' },
  caFile: '',
  certFile: '',
  keyFile: '',
};

/** The form for a connection that exists. */
export function formOf(connection: ConnectionView): FormState {
  const { settings, password } = connection;
  if (settings === null) return { ...emptyForm, name: connection.name };
  return {
    ...fieldsOf(settings),
    id: connection.id,
    password: password === 'none' ? { kind: 'none' } : { kind: 'kept', where: password, givenFor: settings },
  };
}

/** The form for a connection that an import found. */
export function formOfImported({ settings, passwordHandle }: ImportedConnection): FormState {
  const password: PasswordEntry =
    passwordHandle === null ? { kind: 'none' } : { kind: 'imported', handle: passwordHandle, givenFor: settings };
  return { ...fieldsOf(settings), id: '', password };
}

function fieldsOf(settings: ImportedConnection['settings']): Omit<FormState, 'id' | 'password'> {
  return {
    name: settings.name,
    endpoints: settings.endpoints.join('\n'),
    namespace: settings.namespace,
    username: settings.username ?? '',
    caFile: settings.caFile ?? '',
    certFile: settings.certFile ?? '',
    keyFile: settings.keyFile ?? '',
  };
}

/** Whether files for TLS are given, so that an endpoint without a scheme means https. */
const hasTlsFiles = (form: FormState): boolean => form.caFile !== '' || form.certFile !== '' || form.keyFile !== '';

/** The endpoints as they will be used. */
export const endpointsOf = (form: FormState): ReturnType<typeof readEndpoints> =>
  readEndpoints(form.endpoints, hasTlsFiles(form));

const LONGEST = 1024;

/** What keeps a form from being tested or saved. `others` are the names of the other connections. */
export function problemsOf(form: FormState, others: readonly string[]): Problems {
  const problems: Partial<Record<FieldName, string>> = {};
  const name = form.name.trim();
  if (name === '') problems.name = 'Give it a name: the fleet list shows it.';
  else if (name.length > 80) problems.name = 'The name is longer than 80 characters.';
  else if (others.includes(name)) problems.name = 'Another connection has this name already.';
  const { problem } = endpointsOf(form);
  if (problem !== null) problems.endpoints = problem;
  if (form.namespace.length > LONGEST) problems.namespace = 'The namespace is longer than 1024 characters.';
  if (form.username.length > LONGEST) problems.username = 'The user name is longer than 1024 characters.';
  else if (form.username === '' && hasPassword(form)) problems.username = 'A password needs a user name.';
  if (isPasswordForOthers(form)) problems.password = passwordIsForOthers;
  if (form.password.kind === 'typed' && form.password.text.length > 4096) {
    problems.password = 'The password is longer than 4096 characters.';
  }
  if (form.certFile !== '' && form.keyFile === '') problems.keyFile = 'The certificate needs its private key.';
  if (form.keyFile !== '' && form.certFile === '') problems.certFile = 'The private key needs its certificate.';
  for (const field of ['caFile', 'certFile', 'keyFile'] as const) {
    if (form[field].length > LONGEST) problems[field] = 'The path is longer than 1024 characters.';
  }
  return problems;
}

/** Whether a password would be sent. */
export function hasPassword({ password }: FormState): boolean {
  return password.kind === 'typed' ? password.text !== '' : password.kind !== 'none';
}

/** Whether the password that is kept, or was imported, was given for others than the form now names. Main refuses it too. */
export function isPasswordForOthers(form: FormState): boolean {
  const { password } = form;
  if (password.kind !== 'kept' && password.kind !== 'imported') return false;
  const { urls, problem } = endpointsOf(form);
  // While the endpoints cannot be read nothing is sent to them.
  const endpoints = problem === null ? urls : password.givenFor.endpoints;
  return !mayKeepPassword(password.givenFor, { endpoints, username: form.username.trim() });
}

/** What a person should know about a form that can be saved all the same; each a sentence. */
export function warningsOf(form: FormState): readonly string[] {
  const { urls, problem } = endpointsOf(form);
  if (problem !== null) return [];
  const plain = urls.every((url) => url.startsWith('http:'));
  const warnings: string[] = [];
  if (plain && hasPassword(form)) {
    warnings.push(
      'The endpoints are plain http, so the password crosses the network where anyone on the way can read it.',
    );
  }
  if (plain && hasTlsFiles(form)) warnings.push('The files for TLS are not used: the endpoints are plain http.');
  if (form.username !== '' && !hasPassword(form))
    warnings.push('There is no password, so etcd will not know the user.');
  return warnings;
}

/** What main is asked to test or to save. Call it only when `problemsOf` finds nothing. */
export function draftOf(form: FormState): ConnectionDraft {
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  return {
    settings: {
      kind: 'etcd3',
      id: form.id,
      name: form.name.trim(),
      endpoints: [...endpointsOf(form).urls],
      namespace: form.namespace.trim(),
      username: orNull(form.username),
      caFile: orNull(form.caFile),
      certFile: orNull(form.certFile),
      keyFile: orNull(form.keyFile),
    },
    password: passwordChange(form.password),
  };
}

function passwordChange(entry: PasswordEntry): PasswordChange {
  switch (entry.kind) {
    case 'none':
      return { kind: 'remove' };
    case 'kept':
      return { kind: 'keep' };
    case 'imported':
      return { kind: 'imported', handle: entry.handle };
    case 'typed':
      return entry.text === '' ? { kind: 'remove' } : { kind: 'set', value: entry.text };
  }
}

/** Whether two forms say the same. */
export function sameForm(a: FormState, b: FormState): boolean {
  return JSON.stringify(draftOf(a)) === JSON.stringify(draftOf(b)) && a.endpoints.trim() === b.endpoints.trim();
}
