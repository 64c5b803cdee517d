import { secretIsForOthers } from '../../../app/ipc/connections/kept-secret';
import type { SecretName } from '../../../app/ipc/connections/secrets';
import { addressesOf, hasEndpoints, hasTlsFiles, settingsOf, speaksRest } from './form-settings';
import type { FieldName, FormState } from './form-state';
import { readLabels } from './labels';
import { isForOthers, isGiven } from './secret-entry';
import { storeFormWords } from './store-words';

/** A sentence for each field that is wrong. */
export type Problems = Partial<Readonly<Record<FieldName, string>>>;

const LONGEST = 1024;
const LONGEST_SECRET = 16_384;

type Found = Partial<Record<FieldName, string>>;

/** What keeps a form from being tested or saved. `others` are the names of the other connections. */
export function problemsOf(form: FormState, others: readonly string[]): Problems {
  const found: Found = {};
  const name = form.name.trim();
  if (name === '') found.name = 'Give it a name: the fleet list shows it.';
  else if (name.length > 80) found.name = 'The name is longer than 80 characters.';
  else if (others.includes(name)) found.name = 'Another connection has this name already.';
  const { problem } = addressesOf(form);
  if (problem !== null) found.addresses = problem;
  storeProblems(form, found);
  bastionProblems(form, found);
  if (!isWholeNumber(form.recordedDays, 1, 366)) found.recordedDays = 'Give whole days, from 1 to 366.';
  if (!isWholeNumber(form.recordedMegabytes, 10, 100_000)) {
    found.recordedMegabytes = 'Give whole megabytes, from 10 to 100000.';
  }
  tooLong(form, found);
  if (form.restUsername.trim() === '' && isGiven(form.secrets.restPassword)) {
    found.restUsername = 'A password needs a user name.';
  }
  pair(form.restCertFile, form.restKeyFile, 'restCertFile', 'restKeyFile', found);
  for (const secret of usedSecrets(form)) {
    const entry = form.secrets[secret];
    if (problem === null && isForOthers(entry, secret, settingsOf(form))) found[secret] = secretIsForOthers;
    else if (entry.kind === 'typed' && entry.text.length > LONGEST_SECRET) {
      found[secret] = `This is longer than ${LONGEST_SECRET} characters.`;
    }
  }
  return found;
}

/** The secrets that a connection of the form's kind has. */
function usedSecrets(form: FormState): readonly SecretName[] {
  const rest: readonly SecretName[] = ['restPassword', 'restKeyPassword', 'sshPassphrase'];
  return speaksRest(form) ? rest : ['password', 'keyPassword', ...rest];
}

function storeProblems(form: FormState, found: Found): void {
  switch (form.kind) {
    case 'etcd3':
    case 'etcd':
      if (form.username.trim() === '' && isGiven(form.secrets.password)) {
        found.username = 'A password needs a user name.';
      }
      break;
    case 'zookeeper':
    case 'exhibitor':
      if (form.authScheme.trim() === '' && isGiven(form.secrets.password)) {
        found.authScheme = 'Credentials need a scheme, e.g. digest.';
      }
      if (form.kind === 'exhibitor') {
        if (!isWholeNumber(form.port, 1, 65_535)) found.port = 'A port is a number from 1 to 65535.';
        if (!isWholeNumber(form.pollInterval, 1, 86_400)) {
          found.pollInterval = 'Give whole seconds, from 1 to 86400.';
        }
      }
      break;
    case 'kubernetes':
      kubernetesProblems(form, found);
      return;
    case 'consul':
      break;
    case 'rest':
    case 'raft':
      return;
  }
  pair(form.certFile, form.keyFile, 'certFile', 'keyFile', found);
}

function bastionProblems(form: FormState, found: Found): void {
  const host = form.bastionHost.trim();
  if (host === '') {
    if (form.bastionUser.trim() !== '' || form.bastionKeyFile.trim() !== '') {
      found.bastionHost = 'Give the bastion’s host, or empty its other fields.';
    }
    return;
  }
  if (host.length > 255 || !/^(?:\[[0-9a-f:.]+\]|[^/\s?#@:[\]]+)$/i.test(host)) {
    found.bastionHost = 'Give a host name or an address; an IPv6 address stands in brackets.';
  }
  if (!isWholeNumber(form.bastionPort, 1, 65_535)) found.bastionPort = 'A port is a number from 1 to 65535.';
  if (form.bastionUser.trim() === '') found.bastionUser = 'Give the user to sign in as.';
}

function kubernetesProblems(form: FormState, found: Found): void {
  if (form.byAddress && !/^https?:\/\/[^\s?#@/]+(?:\/[^\s?#@]*)?$/i.test(form.server.trim())) {
    found.server = 'Give the API server’s address, e.g. https://10.0.0.1:6443.';
  }
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(form.kubeNamespace.trim())) {
    found.kubeNamespace = 'A namespace of Kubernetes is small letters, digits and hyphens.';
  }
  if (readLabels(form.labels) === null) found.labels = 'Give them as name=value, with commas between.';
  if (form.scopeLabel.trim() === '') found.scopeLabel = 'Patroni needs one: cluster-name unless it was changed.';
}

function pair(cert: string, key: string, certField: FieldName, keyField: FieldName, found: Found): void {
  if (cert.trim() !== '' && key.trim() === '') found[keyField] = 'The certificate needs its private key.';
  if (key.trim() !== '' && cert.trim() === '') found[certField] = 'The private key needs its certificate.';
}

const lengths = [
  'namespace',
  'username',
  'caFile',
  'certFile',
  'keyFile',
  'dc',
  'authScheme',
  'kubeconfig',
  'context',
  'server',
  'scopeLabel',
  'restUsername',
  'restCaFile',
  'restCertFile',
  'restKeyFile',
  'bastionUser',
  'bastionKeyFile',
] as const satisfies readonly FieldName[];

function tooLong(form: FormState, found: Found): void {
  for (const field of lengths) {
    if (form[field].length > LONGEST) found[field] = `This is longer than ${LONGEST} characters.`;
  }
}

const isWholeNumber = (text: string, least: number, most: number): boolean =>
  /^\d{1,6}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

/** Whether what the form says travels where anyone on the way can read it. */
function isPlain(form: FormState): boolean {
  if (form.kind === 'kubernetes') return form.byAddress && /^http:/i.test(form.server.trim());
  if (hasEndpoints(form)) return addressesOf(form).urls.every((url) => url.startsWith('http:'));
  return !form.useSsl;
}

/** What a person should know about a form that can be saved all the same; each a sentence. */
export function warningsOf(form: FormState): readonly string[] {
  const { problem } = addressesOf(form);
  if (problem !== null) return [];
  const plain = isPlain(form);
  const over = hasEndpoints(form) || form.kind === 'kubernetes' ? 'plain http' : 'without TLS';
  const secret = speaksRest(form) ? form.secrets.restPassword : form.secrets.password;
  const warnings: string[] = [];
  if (plain && isGiven(secret)) warnings.push(plainWords(form, over));
  if (plain && hasTlsFiles(form) && form.kind !== 'kubernetes') {
    warnings.push(
      hasEndpoints(form)
        ? 'The files for TLS are not used: the endpoints are plain http.'
        : 'The files for TLS are not used: TLS is off.',
    );
  }
  if ((form.kind === 'etcd3' || form.kind === 'etcd') && form.username !== '' && !isGiven(secret)) {
    warnings.push('There is no password, so etcd will not know the user.');
  }
  if ((form.kind === 'zookeeper' || form.kind === 'exhibitor') && form.authScheme !== '' && !isGiven(secret)) {
    warnings.push('There are no credentials, so ZooKeeper will not know who asks.');
  }
  if (form.kind === 'kubernetes' && form.byAddress && !isGiven(secret)) {
    warnings.push('There is no bearer token, so the API server will not know who asks.');
  }
  if (!plain && isUnchecked(form)) {
    warnings.push('Certificates are not checked, so whoever stands on the way can answer in their place.');
  }
  return warnings;
}

function plainWords(form: FormState, over: string): string {
  const what = storeFormWords[form.kind].password;
  const thing = what === 'Credentials' ? 'the credentials cross' : `the ${lowerFirst(what)} crosses`;
  return `The ${hasEndpoints(form) ? 'endpoints are' : 'connection is'} ${over}, so ${thing} the network where anyone on the way can read it.`;
}

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

function isUnchecked(form: FormState): boolean {
  switch (form.kind) {
    case 'consul':
    case 'zookeeper':
    case 'exhibitor':
      return !form.verify;
    case 'rest':
    case 'raft':
      return !form.restVerify;
    case 'etcd3':
    case 'etcd':
    case 'kubernetes':
      return false;
  }
}
