import { parseDocument } from 'yaml';
import { parseBool, parseInt } from '../cluster/coerce';
import { isConfig, option, type PatroniConfig } from './patroni-config';
import { isCostlyYaml } from '../yaml-cost';

const PREFIX = 'PATRONI_';

/** What `PATRONI_<STORE>_<OPTION>` may set (`patroni/config.py: Config._build_environment_configuration`). */
const storeOptions: ReadonlySet<string> = new Set(
  `HOST HOSTS PORT USE_PROXIES PROTOCOL SRV SRV_SUFFIX URL PROXY CACERT CERT KEY VERIFY TOKEN CHECKS DC CONSISTENCY
   REGISTER_SERVICE SERVICE_CHECK_INTERVAL SERVICE_CHECK_TLS_SERVER_NAME SERVICE_TAGS NAMESPACE CONTEXT USE_ENDPOINTS
   SCOPE_LABEL ROLE_LABEL POD_IP PORTS LABELS BYPASS_API_SERVICE RETRIABLE_HTTP_CODES KEY_PASSWORD USE_SSL SET_ACLS
   GROUP DATABASE LEADER_LABEL_VALUE FOLLOWER_LABEL_VALUE STANDBY_LEADER_LABEL_VALUE TMP_ROLE_LABEL AUTH_DATA
   BOOTSTRAP_LABELS`.split(/\s+/),
);
const lists: ReadonlySet<string> = new Set(['HOSTS', 'PORTS', 'CHECKS', 'SERVICE_TAGS', 'RETRIABLE_HTTP_CODES']);
const dictionaries: ReadonlySet<string> = new Set(['LABELS', 'SET_ACLS', 'AUTH_DATA', 'BOOTSTRAP_LABELS']);
const flags: ReadonlySet<string> = new Set([
  'USE_PROXIES',
  'REGISTER_SERVICE',
  'USE_ENDPOINTS',
  'BYPASS_API_SERVICE',
  'VERIFY',
]);

/** Options of the sections that are read one by one, of those that tell of the store and of the members' REST API. */
const sections: Readonly<Record<string, readonly string[]>> = {
  restapi: ['listen', 'connect_address', 'certfile', 'keyfile', 'keyfile_password', 'cafile', 'verify_client'],
  ctl: ['insecure', 'cacert', 'certfile', 'keyfile', 'keyfile_password'],
  raft: ['data_dir', 'self_addr', 'partner_addrs', 'password', 'bind_addr'],
};

/** What the environment holds: names as they are, values as texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The part of a configuration that the environment makes, as Patroni reads it: all that tells of the store and of the members'
 * REST API (`patroni/config.py: Config._build_environment_configuration`). A value that cannot be read is left out.
 */
export function environmentConfig(environment: Environment): PatroniConfig {
  const config = new Map<string, Map<string, unknown>>();
  const top = new Map<string, unknown>();
  const set = (section: string, name: string, value: unknown): void => {
    const of = config.get(section) ?? new Map<string, unknown>();
    config.set(section, of);
    of.set(name, value);
  };
  const given = (name: string): string | null => {
    const value = Object.hasOwn(environment, PREFIX + name) ? environment[PREFIX + name] : undefined;
    return value === undefined || value === '' ? null : value;
  };
  for (const name of ['name', 'namespace', 'scope']) {
    const value = given(name.toUpperCase());
    if (value !== null) top.set(name, value);
  }
  for (const [section, names] of Object.entries(sections)) {
    for (const name of names) {
      const text = given(`${section}_${name}`.toUpperCase());
      const value = text === null ? null : readSectionOption(name, text);
      if (value !== null) set(section, name, value);
    }
  }
  for (const section of ['ctl', 'restapi']) {
    const authentication = login(section, given);
    if (authentication !== null) set(section, 'authentication', authentication);
  }
  for (const [variable, text] of Object.entries(environment)) {
    const [, section, name] = /^PATRONI_([^_]+)_(.+)$/.exec(variable) ?? [];
    if (section === undefined || name === undefined || text === undefined || !storeOptions.has(name)) continue;
    const value = readStoreOption(section, name, text);
    if (value !== null) set(section.toLowerCase(), name.toLowerCase(), value);
  }
  for (const section of ['etcd', 'etcd3']) {
    const user = config.has(section) ? login(section, given) : null;
    for (const [name, value] of Object.entries(user ?? {})) set(section, name, value);
  }
  const made = [...config].map(([section, options]) => [section, Object.fromEntries(options)] as const);
  return Object.fromEntries<unknown>([...top, ...made]);
}

/** A configuration with what the environment says in its place (`patroni/utils.py: patch_config`). */
export function withEnvironment(config: PatroniConfig, environment: Environment): PatroniConfig {
  const patched = new Map(Object.entries(config));
  for (const [name, value] of Object.entries(environmentConfig(environment))) {
    const before = option(config, name);
    patched.set(name, isConfig(value) && isConfig(before) ? { ...before, ...value } : value);
  }
  return Object.fromEntries(patched);
}

function login(section: string, given: (name: string) => string | null): PatroniConfig | null {
  const username = given(`${section.toUpperCase()}_USERNAME`);
  const password = given(`${section.toUpperCase()}_PASSWORD`);
  if (username === null && password === null) return null;
  return { ...(username === null ? {} : { username }), ...(password === null ? {} : { password }) };
}

function readSectionOption(name: string, text: string): unknown {
  if (name === 'insecure') return parseBool(text);
  return name === 'partner_addrs' ? readList(text) : text;
}

function readStoreOption(section: string, name: string, text: string): unknown {
  if (section === 'CITUS') return name === 'GROUP' ? parseInt(text) : name === 'DATABASE' ? text : null;
  if (name === 'PORT') return text === '' ? text : parseInt(text);
  if (lists.has(name)) return text === '' ? text : readList(text);
  if (dictionaries.has(name)) return readDictionary(text);
  return flags.has(name) ? parseBool(text) : text;
}

/** `a, b`, `[a, b]` or lines that begin with a hyphen. */
function readList(text: string): unknown {
  const yaml = text.trim().startsWith('-') || text.includes('[') ? text : `[${text}]`;
  return readYaml(yaml);
}

/** `a: b, c: d`, with braces or without. */
function readDictionary(text: string): unknown {
  return readYaml(text.trim().startsWith('{') ? text : `{${text}}`);
}

function readYaml(text: string): unknown {
  // A variable of the environment is short; the parser takes its time over what is made to be slow.
  if (text.length > 16_384 || isCostlyYaml(text)) return null;
  try {
    const document = parseDocument(text, { schema: 'core', merge: true, uniqueKeys: false, logLevel: 'silent' });
    return document.errors.length > 0 ? null : (document.toJS({ maxAliasCount: 100 }) as unknown);
  } catch {
    return null;
  }
}
