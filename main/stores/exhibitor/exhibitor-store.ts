import type { ZooKeeperOptions } from '../zookeeper/options';
import { ZooKeeperStore } from '../zookeeper/zookeeper-store';
import { ExhibitorEnsemble, type ExhibitorOptions } from './exhibitor-ensemble';

/** A ZooKeeper whose servers Exhibitor names (`patroni/dcs/exhibitor.py`). */
export function openExhibitor(exhibitor: ExhibitorOptions, zookeeper: Omit<ZooKeeperOptions, 'hosts'>): ZooKeeperStore {
  return new ZooKeeperStore({ ...zookeeper, hosts: [] }, new ExhibitorEnsemble(exhibitor));
}
