import * as Cluster from '../cluster/cluster';
import * as Member from '../cluster/member';
import { applies, type Rules } from '../cluster/rules';
import { isNostream } from './point-of-view';
import { slotNameFromMemberName } from './slot-name';

/**
 * The slot on the primary that holds the WAL for a server: its own, or in a cascade that of the member through which it
 * follows the primary. Null when it does not stream, or when replicatefrom leads round in a circle.
 * `name` is the server's, the tags are the member's; both are of one server as a rule.
 * `patroni/dcs: Cluster.get_slot_name_on_primary` (`get_my_slot_name_on_primary` before 3.2.1).
 */
export function getSlotNameOnPrimary(
  cluster: Cluster.Cluster,
  name: string,
  member: Member.Member,
  rules: Rules,
): string | null {
  const seen = new Set<string>();
  let [at, tagged] = [name, member];
  for (;;) {
    seen.add(at);
    if (isNostream(tagged, rules)) return null;
    const upstreamName = Member.replicatefrom(tagged);
    const followsItself = upstreamName === at && applies(rules, 'loop-guard');
    const upstream = upstreamName === null || followsItself ? null : Cluster.getMember(cluster, upstreamName);
    if (upstream === null) return slotNameFromMemberName(at);
    if (seen.has(upstream.name)) return null;
    [at, tagged] = [upstream.name, upstream];
  }
}
