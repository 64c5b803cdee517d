import type { Cluster } from './cluster';
import * as Member from './member';
import { newest, ofVersion, type Rules } from './rules';

/**
 * The rules by which a cluster's own Patroni works: those of the version that the leader reports, the newest known ones
 * when it reports none that can be read. Members of other versions follow their own rules once they lead.
 */
export function rulesOf(cluster: Cluster): Rules {
  const leader = cluster.leader?.member;
  const version = leader === undefined ? null : Member.patroniVersion(leader);
  return version === null || version.length === 0 ? newest : ofVersion(version);
}
