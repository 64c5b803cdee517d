import type * as Cluster from '../cluster/cluster';
import { checkHazards } from './check-hazards';
import { checkKeys } from './check-keys';
import type { ConfigProblem } from './problem';

/** All that is wrong with a cluster's dynamic configuration, or may hurt; empty where there is none that can be read. */
export function checkConfig(cluster: Cluster.Cluster): readonly ConfigProblem[] {
  const { config } = cluster;
  if (config === null || config.modifyVersion === '0') return [];
  return [...checkHazards(cluster), ...checkKeys(config.data)];
}
