import type * as Cluster from '../cluster/cluster';
import { get, isObject } from '../cluster/parsed';
import type { Json, JsonObject } from '../json';
import type { ConfigPath } from './catalogue';
import type { ConfigProblem } from './problem';

// What the rules about keys that do not go together are written with.

/** A rule: the problem, or null where it does not apply. */
export type Hazard = (cluster: Cluster.Cluster) => ConfigProblem | null;

/** The path of one of PostgreSQL's parameters. */
export const parameterPath = (name: string): ConfigPath => ['postgresql', 'parameters', name];

/** A section of the configuration; empty where there is none. */
export function section(cluster: Cluster.Cluster, name: string): JsonObject {
  return sectionOf(cluster.config?.data ?? EMPTY, name);
}

const EMPTY: JsonObject = {};

function sectionOf(above: JsonObject, name: string): JsonObject {
  const value = get(above, name);
  return isObject(value) ? value : EMPTY;
}

/** One of PostgreSQL's parameters as stored. */
export const parameter = (cluster: Cluster.Cluster, name: string): Json | undefined =>
  get(sectionOf(section(cluster, 'postgresql'), 'parameters'), name);

/** A problem from its three sentences: what is so, what follows, what to do. */
export const problem = (
  code: string,
  severity: ConfigProblem['severity'],
  paths: ConfigProblem['paths'],
  [title, meaning, advice]: readonly [string, string, string],
): ConfigProblem => ({ code, severity, paths, title, meaning, advice });
