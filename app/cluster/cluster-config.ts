import type { JsonObject } from '../json';
import { type Parsed, parseJson, parseJsonObject } from './parsed';
import { applies, newest, type Rules } from './rules';

/** The dynamic configuration from /config (patroni.dcs.ClusterConfig). */
export interface ClusterConfig {
  readonly version: string;
  readonly data: JsonObject;
  /** `0` when the value could not be read: Patroni then goes on with the configuration that it had. */
  readonly modifyVersion: string;
}

/** Reads the config key's value. `patroni/dcs: ClusterConfig.from_node`. */
export function parse(
  version: string,
  value: string,
  modifyVersion = version,
  rules: Rules = newest,
): Parsed<ClusterConfig> {
  const { value: data, problem } = parseJsonObject(value);
  const isValid = problem === null || (!applies(rules, 'config-is-object') && parseJson(value).problem === null);
  return { value: { version, data, modifyVersion: isValid ? modifyVersion : '0' }, problem };
}

/** The configuration of a key; an empty one with `modifyVersion` 0 where the value cannot be read. */
export function fromNode(version: string, value: string, modifyVersion = version): ClusterConfig {
  return parse(version, value, modifyVersion).value;
}
