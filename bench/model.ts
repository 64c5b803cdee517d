import { ClusterBuilder } from '../app/cluster/build-cluster';
import type { StoreNode } from '../app/dcs/node';
import { findings } from '../app/findings';
import { slotMap, type SlotMap } from '../app/slots/slot-map';
import { patroni4 } from '../lab/patroni-4';
import { fleetKeys, memberName, memberValue } from './fleet';
import { PatroniModel, type Round } from './patroni-model';
import { atLeastTimes, type Bench, below, quantile } from './result';

const CLUSTERS = 1000;
const MEMBERS = 10;
const WARM_UPS = 4;
const ROUNDS = 9;
const CHANGES = 1000;
const NOW = '2026-11-23T12:00:00.000Z';
const OBSERVED = { seenMembers: new Map<string, string>(), unlockedSince: null, storeHasSessions: true };

/** One cluster's keys, as the mirror holds them. */
interface Scope {
  readonly name: string;
  readonly nodes: Map<string, StoreNode>;
}

export const model: Bench = {
  name: 'model',
  what: `${CLUSTERS} clusters × ${MEMBERS} members with slot map and findings from their keys, against Patroni's own code; then one changed member`,
  needsWindow: false,
  async run(progress) {
    const code = await patroni4(progress);
    const fleet = fleetOf(CLUSTERS, MEMBERS);
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
      const { ours, theirs } = await buildAll(fleet, patroni, progress);
      const changed = await changeMembers(fleet, patroni);
      progress(`Patroni ${code.version}, medians of ${ROUNDS} rounds and ${CHANGES} changes`);
      return [
        atLeastTimes('model', 'ms', ours, theirs, 20, `faster than Patroni ${code.version}`),
        below('model, one changed member', 'ms', changed.ours, changed.theirs, 0.2),
      ];
    } finally {
      patroni.stop();
    }
  },
};

/** The medians of building the whole fleet, in ms. Both sides take turns, so that a busy machine slows both. */
async function buildAll(
  fleet: readonly Scope[],
  patroni: PatroniModel,
  progress: (line: string) => void,
): Promise<{ ours: number; theirs: number }> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = -WARM_UPS; i < ROUNDS; i += 1) {
    const a = buildFleet(fleet);
    const b = await patroni.build();
    if (a.slots !== b.slots) throw new Error(`the model has ${a.slots} slots, Patroni ${b.slots}`);
    if (i < 0) continue;
    ours.push(a.seconds * 1000);
    theirs.push(b.seconds * 1000);
  }
  progress(`ours ${ours.map((ms) => ms.toFixed(1)).join(' ')} ms`);
  progress(`Patroni's ${theirs.map((ms) => ms.toFixed(0)).join(' ')} ms`);
  return { ours: quantile(ours, 0.5), theirs: quantile(theirs, 0.5) };
}

/** One round of ours, with builders that have not read anything yet. */
function buildFleet(fleet: readonly Scope[]): Round {
  const started = performance.now();
  const maps = fleet.map(({ name, nodes }) => look(new ClusterBuilder('/service'), name, nodes));
  const seconds = (performance.now() - started) / 1000;
  return { seconds, slots: maps.flat().reduce((sum, map) => sum + countSlots(map), 0) };
}

/** The medians of taking one changed member in, in ms: of Patroni the time for the cluster that it is in. */
async function changeMembers(
  fleet: readonly Scope[],
  patroni: PatroniModel,
): Promise<{ ours: number; theirs: number }> {
  const builders = fleet.map(({ name, nodes }) => {
    const builder = new ClusterBuilder('/service');
    look(builder, name, nodes);
    return builder;
  });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    // A step that visits all clusters before it comes back, as changes come from anywhere.
    const at = (i * 389) % fleet.length;
    const scope = fleet[at];
    const builder = builders[at];
    if (scope === undefined || builder === undefined) continue;
    const member = i % MEMBERS;
    const key = `/service/${scope.name}/members/${memberName(at, member)}`;
    const value = JSON.stringify(memberValue(at, member, 167_772_256 + i));
    const node = nodeOf(key, value, String(100 + i));

    const started = performance.now();
    scope.nodes.set(key, node);
    look(builder, scope.name, scope.nodes);
    ours.push(performance.now() - started);
    theirs.push((await patroni.build([at])).seconds * 1000);
  }
  return { ours: quantile(ours, 0.5), theirs: quantile(theirs, 0.5) };
}

/** A scope from its keys to all that is worked out of them. */
function look(builder: ClusterBuilder, scope: string, nodes: ReadonlyMap<string, StoreNode>): readonly SlotMap[] {
  const { groups, problems } = builder.build(nodes);
  const maps = groups.map(({ cluster }) => slotMap(cluster));
  findings({ namespace: '/service', scope, groups, problems, keys: nodes, now: NOW, observed: () => OBSERVED });
  return maps;
}

function countSlots({ rows }: SlotMap): number {
  return rows.reduce((sum, { cells }) => sum + cells.filter(({ kind }) => kind === 'expected').length, 0);
}

function fleetOf(clusters: number, members: number): readonly Scope[] {
  const scopes = new Map<string, Scope>();
  for (const [key, value] of fleetKeys(clusters, members)) {
    const name = key.split('/')[2] ?? '';
    const scope = scopes.get(name) ?? { name, nodes: new Map<string, StoreNode>() };
    scope.nodes.set(key, nodeOf(key, value, '7'));
    scopes.set(name, scope);
  }
  return [...scopes.values()];
}

function nodeOf(key: string, value: string, revision: string): StoreNode {
  const session = /\/(?:leader|members\/.*)$/.test(key) ? '7587861' : null;
  return { key, value, bytes: value.length, createRevision: '7', modRevision: revision, version: '1', session };
}
