import { Etcd3 } from 'etcd3';
import { fleetKeys } from './fleet';

/** Writes a fleet of `clusters` × `members` into the etcd at `endpoint`. */
export async function fillFleet(endpoint: string, clusters: number, members: number): Promise<void> {
  const client = new Etcd3({ hosts: endpoint });
  try {
    for (const [key, value] of fleetKeys(clusters, members)) await client.put(key).value(value);
  } finally {
    client.close();
  }
}
