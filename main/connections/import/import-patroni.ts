import { basename } from 'node:path';
import { option, isConfig, type PatroniConfig } from '../../../app/dcs/patroni-config';
import { type Environment, environmentConfig } from '../../../app/dcs/patroni-environment';
import { availableKinds } from '../../../app/ipc/connections/kinds';
import type { SecretName } from '../../../app/ipc/connections/secrets';
import { type ConnectionKind, connectionSettingsSchema } from '../../../app/ipc/connections/settings';
import { err, ok, type Result } from '../../../app/result';
import { nameOf } from '../connection-name';
import { consulSection } from './consul-section';
import { etcdSection } from './etcd-section';
import type { FoundConnection, Origin, SectionReader } from './found';
import { kubernetesSection } from './kubernetes-section';
import { raftSection } from './raft-section';
import { readYaml } from './read-yaml';
import { restApiOf } from './rest-api';
import { exhibitorSection, zookeeperSection } from './zookeeper-section';

export type { FoundConnection } from './found';

/** Patroni's stores in the order in which it looks for them: the first that is there is its own (`patroni/dcs/__init__.py: get_dcs`). */
const sections: readonly (readonly [kind: ConnectionKind, called: string, read: SectionReader])[] = [
  ['consul', 'Consul', consulSection],
  ['etcd', 'etcd with its v2 protocol', etcdSection],
  ['etcd3', 'etcd v3', etcdSection],
  ['exhibitor', 'Exhibitor', exhibitorSection],
  ['kubernetes', 'Kubernetes', kubernetesSection],
  ['raft', 'Raft', raftSection],
  ['zookeeper', 'ZooKeeper', zookeeperSection],
];

/**
 * Finds the connections in the text of a `patroni.yml` or `patronictl.yaml`, as Patroni reads it. Paths in it are relative to
 * the folder of `file`; a pasted text (`file` null) has none, and its paths stay as they are. Sections of a kind that is not
 * among `kinds` are told of. The error is a sentence that says what the file is and what is missing in it.
 */
export function readPatroniFile(
  text: string,
  file: string | null,
  kinds: readonly ConnectionKind[] = availableKinds,
): Result<readonly FoundConnection[], string> {
  const what = file === null ? 'This text' : basename(file);
  const config = readYaml(text, what);
  return config.ok ? connectionsOf(config.value, { what, file }, kinds) : config;
}

/** Finds the connections in the `PATRONI_…` variables of an environment. */
export function readPatroniEnvironment(
  environment: Environment,
  kinds: readonly ConnectionKind[] = availableKinds,
): Result<readonly FoundConnection[], string> {
  const config = environmentConfig(environment);
  if (Object.keys(config).length === 0) {
    return err('The environment that Herdscope was started in has no PATRONI_… variables that tell of a store.');
  }
  return connectionsOf(config, { what: 'The environment', file: null }, kinds);
}

/** Reads one section by itself; the error is a sentence. */
export function readPatroniSection(
  kind: ConnectionKind,
  section: PatroniConfig,
  config: PatroniConfig,
): Result<Omit<FoundConnection, 'notes'>, string> {
  const reader = sections.find(([name]) => name === kind);
  if (reader === undefined) return err(`Patroni has no section ${kind}.`);
  const origin = { what: 'the configuration', file: null, note: () => undefined };
  return connectionOf(kind, { ...config, [kind]: section }, reader[2], origin);
}

/** Finds the connections in a configuration that was read already. */
function connectionsOf(
  config: PatroniConfig,
  { what, file }: Pick<Origin, 'what' | 'file'>,
  kinds: readonly ConnectionKind[],
): Result<readonly FoundConnection[], string> {
  const there = sections.filter(([kind]) => option(config, kind) !== undefined);
  const readable = there.filter(([kind]) => kinds.includes(kind));
  if (readable.length === 0) return err(whyNone(there, what, kinds));
  const found: FoundConnection[] = [];
  const [own] = there;
  const refusals: string[] = [];
  for (const [kind, , read] of readable) {
    const notes: string[] = [];
    if (own !== undefined && own[0] !== kind)
      notes.push(`There is a section ${own[0]} too, which Patroni takes first.`);
    const origin: Origin = { what: within(what), file, note: (sentence) => notes.push(sentence) };
    const connection = connectionOf(kind, config, read, origin);
    if (connection.ok) found.push({ ...connection.value, notes });
    else refusals.push(connection.error);
  }
  const [first, ...others] = found;
  if (first === undefined) return err(refusals.join(' '));
  // What could not be read beside it is told, not dropped.
  return ok([{ ...first, notes: [...first.notes, ...refusals] }, ...others]);
}

/** In the middle of a sentence. */
const within = (what: string): string => (/^(?:This text|The environment)$/.test(what) ? what.toLowerCase() : what);

function connectionOf(
  kind: ConnectionKind,
  config: PatroniConfig,
  read: SectionReader,
  origin: Origin,
): Result<Omit<FoundConnection, 'notes'>, string> {
  const section = option(config, kind);
  if (!isConfig(section)) {
    return err(`In ${origin.what} the section ${kind} is not a list of options, so it names no host.`);
  }
  const store = read(section, config, origin, kind);
  if (!store.ok) return store;
  const restApi = restApiOf(config, origin);
  const parsed = connectionSettingsSchema.safeParse({
    kind,
    id: '',
    name: 'import',
    ...store.value.settings,
    restApi: restApi.settings,
  });
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    return err(`The section ${kind} in ${origin.what} holds a value that Herdscope cannot use (${place}).`);
  }
  const secrets: Partial<Record<SecretName, string>> = {};
  for (const [name, value] of [...entries(store.value.secrets), ...entries(restApi.secrets)]) {
    if (value !== null) secrets[name] = value;
  }
  return ok({ settings: { ...parsed.data, name: nameOf(parsed.data) }, secrets });
}

function entries(
  secrets: Readonly<Partial<Record<SecretName, string | null>>>,
): readonly (readonly [SecretName, string | null])[] {
  const { password = null, keyPassword = null, restPassword = null, restKeyPassword = null } = secrets;
  return [
    ['password', password],
    ['keyPassword', keyPassword],
    ['restPassword', restPassword],
    ['restKeyPassword', restKeyPassword],
  ];
}

function whyNone(
  there: readonly (readonly [kind: ConnectionKind, called: string, read: SectionReader])[],
  what: string,
  kinds: readonly ConnectionKind[],
): string {
  const names = sections.filter(([kind]) => kinds.includes(kind)).map(([kind]) => kind);
  const list = names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
  const [other] = there;
  return other === undefined
    ? `${what} has no section ${list}, so it does not tell where the store is.`
    : `${what} tells of ${other[1]} (section ${other[0]}), which this version of Herdscope does not read. It reads the section ${list}.`;
}
