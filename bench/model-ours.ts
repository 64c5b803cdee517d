import { ClusterBuilder } from '../app/cluster/build-cluster';
import type { StoreNode } from '../app/dcs/node';
import { forecast } from '../app/forecast/forecast';
import { findings } from '../app/findings';
import { slotMap, type SlotMap } from '../app/slots/slot-map';

// What is measured of ours. It is bundled as the program is, so that the measured code is that which people run.

const NOW = '2026-11-23T12:00:00.000Z';
const OBSERVED = { seenMembers: new Map<string, string>(), unlockedSince: null, storeHasSessions: true };

/** One cluster's keys, as the mirror holds them. */
export interface Scope {
  readonly name: string;
  readonly nodes: Map<string, StoreNode>;
}

/** Builds all clusters, with builders that have not read anything yet, and gives how many slots they come to. */
export function buildFleet(fleet: readonly Scope[]): () => number {
  const maps = fleet.map(({ name, nodes }) => look(new ClusterBuilder('/service'), name, nodes));
  return () => maps.flat().reduce((sum, map) => sum + countSlots(map), 0);
}

/** Takes changes of one key in, cluster by cluster. */
export class LiveFleet {
  readonly #builders: readonly ClusterBuilder[];

  constructor(private readonly fleet: readonly Scope[]) {
    this.#builders = fleet.map(({ name, nodes }) => {
      const builder = new ClusterBuilder('/service');
      look(builder, name, nodes);
      return builder;
    });
  }

  /** Puts a node into a cluster and works out all that it changes. */
  put(at: number, node: StoreNode): void {
    const [scope, builder] = [this.fleet[at], this.#builders[at]];
    if (scope === undefined || builder === undefined) throw new Error(`there is no cluster ${at}`);
    scope.nodes.set(node.key, node);
    look(builder, scope.name, scope.nodes);
  }
}

/** A scope from its keys to all that is worked out of them. */
function look(builder: ClusterBuilder, scope: string, nodes: ReadonlyMap<string, StoreNode>): readonly SlotMap[] {
  const built = builder.build(nodes);
  const maps = built.groups.map(({ cluster }) => slotMap(cluster));
  findings({ namespace: '/service', scope, ...built, keys: nodes, now: NOW, observed: () => OBSERVED });
  return maps;
}

function countSlots({ rows }: SlotMap): number {
  return rows.reduce((sum, { cells }) => sum + cells.filter(({ kind }) => kind === 'expected').length, 0);
}

/** Builds all clusters, and gives what forecasts each of them and counts those that somebody would lead. */
export function forecaster(fleet: readonly Scope[]): () => number {
  const clusters = fleet.flatMap(({ nodes }) =>
    new ClusterBuilder('/service').build(nodes).groups.map(({ cluster }) => cluster),
  );
  return () => clusters.map(forecast).filter(({ outcome }) => outcome.kind !== 'nobody').length;
}
