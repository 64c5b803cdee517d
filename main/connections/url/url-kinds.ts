import type { SecretName } from '../../../app/ipc/connections/secrets';
import type { ConnectionKind } from '../../../app/ipc/connections/settings';
import { err, ok, type Result } from '../../../app/result';
import { defaultPorts } from '../connection-name';
import type { UrlOptions } from './url-options';
import { decode, readHosts, type UrlParts } from './url-parts';
import { trimmed } from '../../../app/text';

/** What a kind made of a URL: the settings as its schema reads them. */
interface Built {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
}

type Reader = (parts: UrlParts, secure: boolean, options: UrlOptions) => Result<Built, string>;

interface Scheme {
  readonly kind: ConnectionKind;
  /** TLS by the scheme itself. */
  readonly secure: boolean;
  readonly read: Reader;
}

const forms: Readonly<Record<ConnectionKind, string>> = {
  etcd3: 'etcd3://[user[:password]@]host[:port][,host[:port]…][/namespace], or etcd3s:// for TLS',
  etcd: 'etcd://[user[:password]@]host[:port][,host[:port]…][/namespace], or etcds:// for TLS',
  consul: 'consul://[:token@]host[:port][,host[:port]…][/namespace], or consuls:// for TLS',
  zookeeper: 'zk://[user:password@]host[:port][,host[:port]…][/namespace], or zks:// for TLS',
  exhibitor: 'exhibitor://[user:password@]host[:port][,host[:port]…][/namespace]',
  kubernetes: 'kubernetes://[:token@][context][/namespace]',
  rest: 'rest://[user[:password]@]host[:port][,host[:port]…], or rests:// for TLS',
  raft: 'raft://[user[:password]@]host[:port][,host[:port]…], or rafts:// for TLS',
};

/** A sentence that says how the address of a kind is written. */
export function usage(kind: ConnectionKind): string {
  return `Write it as ${forms[kind]}.`;
}

/** TLS because the scheme, an option or a file says so; refuses what contradicts it. */
function tls(secure: boolean, options: UrlOptions) {
  const wanted = options.flag('tls');
  const files = { caFile: options.file('cacert'), certFile: options.file('cert'), keyFile: options.file('key') };
  if ((files.certFile === null) !== (files.keyFile === null)) {
    options.refuse('a client certificate needs both cert and key.');
  }
  const anyFile = files.caFile !== null || files.certFile !== null;
  if (wanted === false && anyFile) options.refuse('tls=0 does not go with cacert, cert or key.');
  return { on: secure || wanted === true || anyFile, files };
}

const namespaceOf = ({ path }: UrlParts): string => path ?? '/service';

function urls(parts: UrlParts, port: number, on: boolean): Result<readonly string[], string> {
  const hosts = readHosts(parts.hosts, port);
  return hosts.ok ? ok(hosts.value.map((host) => `${on ? 'https' : 'http'}://${host}`)) : hosts;
}

const passwordOf = ({ password }: UrlParts): Built['secrets'] => (password === null ? {} : { password });

const etcd: Reader = (parts, secure, options) => {
  const { on, files } = tls(secure, options);
  const endpoints = urls(parts, defaultPorts.etcd3, on);
  if (!endpoints.ok) return endpoints;
  const settings = { endpoints: endpoints.value, namespace: namespaceOf(parts), username: parts.user, ...files };
  return ok({ settings, secrets: passwordOf(parts) });
};

const consul: Reader = (parts, secure, options) => {
  if (parts.user !== null) return err('Consul has no users: an ACL token stands after a colon.');
  const { on, files } = tls(secure, options);
  const endpoints = urls(parts, defaultPorts.consul, on);
  if (!endpoints.ok) return endpoints;
  const settings = {
    endpoints: endpoints.value,
    namespace: namespaceOf(parts),
    dc: options.text('dc'),
    consistency: options.text('consistency') ?? 'default',
    verify: options.flag('verify') ?? true,
    ...files,
  };
  return ok({ settings, secrets: passwordOf(parts) });
};

/** What ZooKeeper's own client is told, for both kinds. */
function client(parts: UrlParts, secure: boolean, options: UrlOptions): Built {
  const { on, files } = tls(secure, options);
  const keyPassword = options.text('key_password');
  const credentials =
    parts.user === null ? null : `${parts.user}${parts.password === null ? '' : `:${parts.password}`}`;
  const scheme = options.text('auth_scheme');
  if (scheme !== null && credentials === null)
    options.refuse('auth_scheme needs credentials: user:password before the @.');
  return {
    settings: {
      namespace: namespaceOf(parts),
      useSsl: on,
      verify: options.flag('verify') ?? true,
      ...files,
      authScheme: credentials === null ? null : (scheme ?? 'digest'),
    },
    secrets: {
      ...(credentials === null ? {} : { password: credentials }),
      ...(keyPassword === null ? {} : { keyPassword }),
    },
  };
}

const zookeeper: Reader = (parts, secure, options) => {
  const hosts = readHosts(parts.hosts, defaultPorts.zookeeper);
  if (!hosts.ok) return hosts;
  const { settings, secrets } = client(parts, secure, options);
  return ok({ settings: { hosts: hosts.value, ...settings }, secrets });
};

const exhibitor: Reader = (parts, secure, options) => {
  const read = readHosts(parts.hosts, defaultPorts.exhibitor);
  if (!read.ok) return read;
  const ports = new Set(read.value.map((host) => host.slice(host.lastIndexOf(':') + 1)));
  if (ports.size > 1) return err('all Exhibitors have the same port.');
  const hosts = read.value.map((host) => host.slice(0, host.lastIndexOf(':')));
  const { settings, secrets } = client(parts, secure, options);
  const pollIntervalSeconds = options.wholeNumber('poll_interval') ?? 300;
  return ok({ settings: { hosts, port: Number([...ports][0]), pollIntervalSeconds, ...settings }, secrets });
};

const kubernetes: Reader = (parts, _secure, options) => {
  if (parts.user !== null) return err('a bearer token stands after a colon, and no user before it.');
  const context = decode(parts.hosts);
  if (context === null)
    return err('the context holds a % that is not followed by two hexadecimal digits. Write % as %25.');
  const server = options.text('server');
  const kubeconfig = options.file('kubeconfig');
  if (server !== null && (context !== '' || kubeconfig !== null)) {
    options.refuse('server does not go with a context or a kubeconfig.');
  }
  const path = trimmed(parts.path ?? '', (character) => character === '/');
  const settings = {
    kubeconfig,
    context: context === '' ? null : context,
    server,
    caFile: options.file('cacert'),
    namespace: path === '' ? 'default' : path,
    labels: options.pairs('labels'),
    scopeLabel: options.text('scope_label') ?? 'cluster-name',
    useEndpoints: options.flag('use_endpoints') ?? false,
  };
  return ok({ settings, secrets: passwordOf(parts) });
};

const members: Reader = (parts, secure, options) => {
  if (parts.path !== null && parts.path !== '/') return err('the REST API has no namespace.');
  const { on, files } = tls(secure, options);
  const addresses = urls(parts, defaultPorts.rest, on);
  if (!addresses.ok) return addresses;
  const restApi = { username: parts.user, ...files, verify: options.flag('verify') ?? true };
  return ok({
    settings: { members: addresses.value, restApi },
    secrets: parts.password === null ? {} : { restPassword: parts.password },
  });
};

const names: readonly (readonly [kind: ConnectionKind, names: readonly string[], read: Reader])[] = [
  ['etcd3', ['etcd3'], etcd],
  ['etcd', ['etcd'], etcd],
  ['consul', ['consul'], consul],
  ['zookeeper', ['zookeeper', 'zk'], zookeeper],
  ['exhibitor', ['exhibitor'], exhibitor],
  ['kubernetes', ['kubernetes', 'k8s'], kubernetes],
  ['rest', ['rest'], members],
  ['raft', ['raft'], members],
];

/** Every scheme, in small letters. The API server of Kubernetes is as its kubeconfig says. */
export const schemes: ReadonlyMap<string, Scheme> = new Map(
  names.flatMap(([kind, of, read]) =>
    of.flatMap((name): [string, Scheme][] => [
      [name, { kind, secure: false, read }],
      ...(kind === 'kubernetes' ? [] : [[`${name}s`, { kind, secure: true, read }] satisfies [string, Scheme]]),
    ]),
  ),
);
