import type { StoreFailure } from '../../../app/dcs/store';
import { ok, type Result } from '../../../app/result';
import { parseHosts, type ZooKeeperHosts } from './options';

/** Who says which servers a ZooKeeper has. */
export interface Ensemble {
  readonly kind: 'zookeeper' | 'exhibitor';
  /** For a person, e.g. the hosts, comma-separated. */
  readonly name: string;
  /** The servers to connect to now. Asked for before each connection. */
  servers(): Promise<Result<ZooKeeperHosts, StoreFailure>>;
  /** Hears when the servers are others than before. */
  onChange(listener: (servers: ZooKeeperHosts) => void): void;
  close(): void;
}

/** The servers that stand in the settings. Throws when they are none: the settings' schema lets only hosts through. */
export function fixedEnsemble(hosts: readonly string[]): Ensemble {
  const servers = parseHosts(hosts);
  if (servers === null) throw new Error(`not hosts of ZooKeeper: ${hosts.join(', ')}`);
  return {
    kind: 'zookeeper',
    name: hosts.join(', '),
    servers: () => Promise.resolve(ok(servers)),
    onChange: () => undefined,
    close: () => undefined,
  };
}
