import { availableKinds } from '../../../app/ipc/connections/kinds';
import type { SecretName } from '../../../app/ipc/connections/secrets';
import {
  type ConnectionKind,
  type ConnectionSettings,
  connectionSettingsSchema,
} from '../../../app/ipc/connections/settings';
import { err, ok, type Result } from '../../../app/result';
import { nameOf } from '../connection-name';
import { schemes, usage } from './url-kinds';
import { UrlOptions } from './url-options';
import { takeApart } from './url-parts';

/** A connection from the command line: for this run, and its secrets too. */
export interface UrlConnection {
  /** `id` is empty: whoever takes the connection in gives it one. */
  readonly settings: ConnectionSettings;
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
}

/**
 * Reads what `--connect` was given, e.g. `etcd3://[user[:password]@]host[:port][,host[:port]…][/namespace][?option=value…]`.
 * The scheme is the store, with an `s` after it for TLS. Without a port it is the store's own, without a namespace `/service`.
 * User, password and namespace are percent-encoded where they hold `/ @ : ? # %`. Files are relative to `folder`. What each
 * kind takes is in docs/connections.md. Kinds that are not among `kinds` are refused. The error is a sentence that never holds a secret.
 */
export function parseConnectUrl(
  text: string,
  folder: string,
  kinds: readonly ConnectionKind[] = availableKinds,
): Result<UrlConnection, string> {
  const read = readUrl(text, folder, kinds);
  return read.ok ? read : err(`--connect: ${read.error}`);
}

function readUrl(text: string, folder: string, kinds: readonly ConnectionKind[]): Result<UrlConnection, string> {
  const parts = takeApart(text);
  if (!parts.ok) return err(`${parts.error} ${usage('etcd3')}`);
  const scheme = schemes.get(parts.value.scheme);
  if (scheme === undefined || !kinds.includes(scheme.kind))
    return err(`this is no address that Herdscope can connect to. ${usage('etcd3')}`);
  const options = new UrlOptions(parts.value.options, folder);
  const built = scheme.read(parts.value, scheme.secure, options);
  if (!built.ok) return err(`${built.error} ${usage(scheme.kind)}`);
  const common = commonOptions(scheme.kind, options);
  const problem = options.problem();
  if (problem !== null) return err(problem);
  const { name, settings: more, secrets } = common;
  const parsed = connectionSettingsSchema.safeParse({
    kind: scheme.kind,
    id: '',
    name: name ?? 'url',
    ...more,
    ...built.value.settings,
  });
  if (!parsed.success) {
    const { path = [], message = 'this is too long' } = parsed.error.issues[0] ?? {};
    return err(`${path.map(String).join('.')}: ${message}. ${usage(scheme.kind)}`);
  }
  const settings = { ...parsed.data, name: name === null ? nameOf(parsed.data) : parsed.data.name };
  return ok({ settings, secrets: { ...secrets, ...built.value.secrets } });
}

interface Common {
  readonly name: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
}

/** What every kind takes: its name, what may be done, and how the members' REST API is spoken to. */
function commonOptions(kind: ConnectionKind, options: UrlOptions): Common {
  const name = options.text('name');
  const settings = { writable: options.flag('writable') ?? false, production: options.flag('production') ?? false };
  // There the address itself tells of the REST API.
  if (kind === 'rest' || kind === 'raft') return { name, settings, secrets: {} };
  const password = options.text('rest_password');
  const restApi = {
    username: options.text('rest_user'),
    caFile: options.file('rest_cacert'),
    certFile: options.file('rest_cert'),
    keyFile: options.file('rest_key'),
    verify: options.flag('rest_verify') ?? true,
  };
  if ((restApi.certFile === null) !== (restApi.keyFile === null)) {
    options.refuse('a client certificate needs both rest_cert and rest_key.');
  }
  return { name, settings: { ...settings, restApi }, secrets: password === null ? {} : { restPassword: password } };
}
