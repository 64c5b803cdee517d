import { ClusterBuilder } from '../app/cluster/build-cluster';
import * as Cluster from '../app/cluster/cluster';
import type { StoreNode } from '../app/dcs/node';
import type { Herd } from '../lab/herd';
import { type ListRow, parseList } from '../lab/patronictl';
import { keysInEtcd } from './mirror-equality';

/** What Patroni's own tools and PostgreSQL say of a herd. */
export interface PatroniSays {
  /** `patronictl list -e -f json`. */
  readonly list: readonly ListRow[];
  /** `patronictl list -e`: its head and what stands below the table are in no other format. */
  readonly printed: string;
  /** `patronictl history -f json`. */
  readonly history: unknown;
  /** `GET /cluster`. */
  readonly cluster: Readonly<Record<string, unknown>>;
  /** Of each member that runs: `name|type|active`, by name. */
  readonly slots: ReadonlyMap<string, readonly string[]>;
}

const SLOTS = 'SELECT slot_name, slot_type, active FROM pg_replication_slots WHERE NOT temporary ORDER BY slot_name';

/** Asks all of them at once. */
export async function askPatroni(herd: Herd): Promise<PatroniSays> {
  const list = ['list', herd.scope, '-e'];
  const commands = [[...list, '-f', 'json'], list, ['history', herd.scope, '-f', 'json']];
  const [[rows = '', printed = '', history = ''], cluster, slots] = await Promise.all([
    herd.patronictls(commands),
    herd.wholeCluster(),
    Promise.all(
      herd.members
        .filter(({ isRunning }) => isRunning)
        .map(
          async ({ name }) => [name, (await herd.sql(name, SLOTS)).split('\n').filter((line) => line !== '')] as const,
        ),
    ),
  ]);
  if (typeof cluster !== 'object' || cluster === null) throw new Error('GET /cluster gives no object');
  return {
    list: parseList(rows),
    printed,
    history: JSON.parse(history),
    cluster: { ...cluster },
    slots: new Map(slots),
  };
}

/** The herd's cluster as the program makes it of the store's keys. */
export async function modelOf(herd: Herd): Promise<Cluster.Cluster> {
  const { namespace, scope } = herd.settings;
  const lines = await keysInEtcd(herd.etcd, `${namespace}/${scope}/`);
  const nodes = lines.map(({ lease, ...line }): [string, StoreNode] => [
    line.key,
    { ...line, bytes: Buffer.byteLength(line.value), session: lease },
  ]);
  return new ClusterBuilder(namespace.slice(1)).build(new Map(nodes)).groups[0]?.cluster ?? Cluster.empty;
}
