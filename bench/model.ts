import { patroni4 } from '../lab/patroni-4';
import { memberName, memberValue } from './fleet';
import { bundled, type Bundles } from './bundled';
import { fleetOf, nodeOf } from './fleet-nodes';
import type { Scope } from './model-ours';
import { PatroniModel } from './patroni-model';
import { atLeastTimes, type Bench, below, quantile } from './result';

const CLUSTERS = 1000;
const MEMBERS = 10;
const WARM_UPS = 4;
const ROUNDS = 9;
const CHANGES = 1000;

/**
 * Both sides begin with the same keys in memory. Both parse them into a Cluster, work out each member's slots by its role and
 * list the members with their lags (Patroni: `cluster_as_json`; ours are the rows that the findings look at). Ours alone also
 * measures what each slot holds, puts the slots into the map's order, and looks for findings, which Patroni has no code for:
 * that counts against us.
 */
export const model: Bench = {
  name: 'model',
  what: `${CLUSTERS} clusters × ${MEMBERS} members with slot map and findings from their keys, against Patroni's own code; then one changed member`,
  needsWindow: false,
  async run(progress) {
    const code = await patroni4(progress);
    const fleet = fleetOf(CLUSTERS, MEMBERS);
    const ours = await bundled('model-ours');
    const patroni = await PatroniModel.start(
      code,
      fleet.map(({ name, nodes }) => ({
        path: `/service/${name}/`,
        nodes: [...nodes.values()].map(({ key, value, modRevision, session }) => ({
          key,
          value,
          mod_revision: modRevision,
          lease: session,
        })),
      })),
    );
    try {
      const all = await buildAll(ours, fleet, patroni, progress);
      const changed = await changeMembers(ours, fleet, patroni);
      progress(`Patroni ${code.version}, medians of ${ROUNDS} rounds and ${CHANGES} changes`);
      return [
        atLeastTimes('model', 'ms', all.ours, all.theirs, 20, `faster than Patroni ${code.version}`),
        below('model, one changed member', 'ms', changed.ours, changed.theirs, 0.2),
      ];
    } finally {
      patroni.stop();
    }
  },
};

/**
 * The medians of building the whole fleet, in ms of processor time, which other programs on the machine change least. Ours
 * has the garbage collector's threads in it. Both sides take turns.
 */
async function buildAll(
  { buildFleet }: Bundles['model-ours'],
  fleet: readonly Scope[],
  patroni: PatroniModel,
  progress: (line: string) => void,
): Promise<{ ours: number; theirs: number }> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = -WARM_UPS; i < ROUNDS; i += 1) {
    const before = process.cpuUsage();
    const countSlots = buildFleet(fleet);
    const { user, system } = process.cpuUsage(before);
    const round = await patroni.build();
    if (countSlots() !== round.slots) throw new Error(`the model has ${countSlots()} slots, Patroni ${round.slots}`);
    if (i < 0) continue;
    ours.push((user + system) / 1000);
    theirs.push(round.cpuSeconds * 1000);
  }
  progress(`ours ${ours.map((ms) => ms.toFixed(0)).join(' ')} ms`);
  progress(`Patroni's ${theirs.map((ms) => ms.toFixed(0)).join(' ')} ms`);
  return { ours: quantile(ours, 0.5), theirs: quantile(theirs, 0.5) };
}

/** The medians of taking one changed member in, in ms: of Patroni the time for the cluster that it is in. */
async function changeMembers(
  ours: Bundles['model-ours'],
  fleet: readonly Scope[],
  patroni: PatroniModel,
): Promise<{ ours: number; theirs: number }> {
  const live = new ours.LiveFleet(fleet);
  const took: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    // A step that visits all clusters before it comes back, as changes come from anywhere.
    const at = (i * 389) % fleet.length;
    const member = i % MEMBERS;
    const key = `/service/${fleet[at]?.name ?? ''}/members/${memberName(at, member)}`;
    const node = nodeOf(key, JSON.stringify(memberValue(at, member, 167_772_256 + i)), String(100 + i));
    const started = performance.now();
    live.put(at, node);
    took.push(performance.now() - started);
    theirs.push((await patroni.build([at])).seconds * 1000);
  }
  return { ours: quantile(took, 0.5), theirs: quantile(theirs, 0.5) };
}
