import type { Way } from '../tls/way';

/** How a ZooKeeper is reached, in the words of Patroni's `zookeeper` section (`patroni/dcs/zookeeper.py: ZooKeeper.__init__`). */
export interface ZooKeeperOptions {
  /** Each `host`, `host:port` or `[IPv6]:port`, without a port 2181; the last may end in a chroot, `host:2181/path`. */
  readonly hosts: readonly string[];
  /** `use_ssl`. */
  readonly useTls: boolean;
  /** False leaves the server's certificate unchecked (`verify`). */
  readonly verify: boolean;
  /** PEM files, read anew for each connection; null for the authorities that the system trusts and for no client certificate. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly keyPassword: string | null;
  /** `auth_data`: what is shown to ZooKeeper, e.g. scheme `digest` with `user:password`. */
  readonly auth: readonly AuthData[];
  readonly way?: Way | undefined;
  /** `set_acls`: what Herdscope's own znodes get; null for everybody, as Patroni does. */
  readonly acls: readonly X509Acl[] | null;
  /** Times, in milliseconds; the defaults are for people. */
  readonly timing?: Partial<ZooKeeperTiming>;
  /**
   * False: watch each znode by itself, as servers before 3.6 must be watched. By itself the store finds out whether the server has
   * watches on a whole tree.
   */
  readonly treeWatches?: boolean;
}

export interface AuthData {
  readonly scheme: string;
  readonly credentials: string;
}

/** A principal of a client certificate with the permissions of one of `set_acls`' lines, e.g. `ALL` or `READ`. */
export interface X509Acl {
  readonly principal: string;
  readonly permissions: readonly string[];
}

/** All in milliseconds. */
export interface ZooKeeperTiming {
  /** Until a connection must stand. With `diagnosisMs` it stays below 5 s, so that a connection test does. */
  readonly connectMs: number;
  /** For finding out why a connection failed. */
  readonly diagnosisMs: number;
  /** How long an answer may take when nothing else comes either. */
  readonly callMs: number;
  /** How long a connection may be silent before it is asked whether it is still there. */
  readonly heartbeatMs: number;
  /** The session that reading has, which holds no keys; ZooKeeper grants 2 to 20 of its ticks. */
  readonly sessionMs: number;
  /** How often the picture is compared with the store, whatever watches say. */
  readonly pollMs: number;
}

export const DEFAULT_TIMING: ZooKeeperTiming = {
  connectMs: 2400,
  diagnosisMs: 1600,
  callMs: 4000,
  heartbeatMs: 3000,
  sessionMs: 12_000,
  pollMs: 60_000,
};

/** A server taken apart. */
export interface ZooKeeperHost {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** `host:port`, with the brackets. */
  readonly target: string;
  readonly way?: Way | undefined;
}

export interface ZooKeeperHosts {
  readonly hosts: readonly ZooKeeperHost[];
  /** What stands before every path on the server, e.g. `/teams/a`; empty for nothing. */
  readonly chroot: string;
}

const ZOOKEEPER_PORT = 2181;

/** Takes hosts apart as kazoo does (`kazoo.hosts.collect_hosts`): several may stand in one text. Null when one of them is none. */
export function parseHosts(hosts: readonly string[]): ZooKeeperHosts | null {
  const joined = hosts.join(',');
  const slash = joined.indexOf('/');
  const list = slash < 0 ? joined : joined.slice(0, slash);
  const chroot = slash < 0 ? '' : joined.slice(slash).replace(/\/+/g, '/').replace(/\/$/, '');
  // A chroot stands at the very end, after the last of the hosts.
  if (/[\s,]/.test(chroot.trim())) return null;
  const found: ZooKeeperHost[] = [];
  for (const text of list.split(',')) {
    if (text.trim() === '') continue;
    const host = parseHost(text.trim());
    if (host === null) return null;
    found.push(host);
  }
  return found.length === 0 ? null : { hosts: found, chroot: chroot.trim() };
}

function parseHost(text: string): ZooKeeperHost | null {
  // An address with more than one colon and no brackets is one of IPv6, without a port.
  const bare = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) ? `[${text}]` : text;
  const match = /^(\[[0-9a-fA-F:.%a-z]+\]|[^\s/?#@:[\]]+)(?::(\d{1,5}))?$/.exec(bare);
  const [, host, portText] = match ?? [];
  if (host === undefined) return null;
  const port = portText === undefined ? ZOOKEEPER_PORT : Number(portText);
  if (port < 1 || port > 65535) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port, target: `${host}:${String(port)}` };
}
