import type * as Cluster from '../cluster/cluster';
import type { JsonObject } from '../json';
import { checkAgainstMembers, checkTogether } from './check-hazards';
import { checkKeys } from './check-keys';
import type { ConfigProblem } from './problem';

/** All that is wrong with a cluster's dynamic configuration, or may hurt; empty where there is none that can be read. */
export function checkConfig(cluster: Cluster.Cluster): readonly ConfigProblem[] {
  const { config } = cluster;
  if (config === null || config.modifyVersion === '0') return [];
  const ofCluster = checkAgainstMembers(cluster);
  const ofConfig = checkAlone(cluster, config.data);
  return ofCluster.length === 0 ? ofConfig : [...ofCluster, ...ofConfig];
}

const known = new WeakMap<JsonObject, readonly ConfigProblem[]>();

/** What the configuration alone tells. One that was read once is the same object for as long as its key does not change. */
function checkAlone(cluster: Cluster.Cluster, data: JsonObject): readonly ConfigProblem[] {
  const before = known.get(data);
  if (before !== undefined) return before;
  const problems = [...checkTogether(cluster), ...checkKeys(data)];
  known.set(data, problems);
  return problems;
}
