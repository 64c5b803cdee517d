import type { JsonObject } from '../json';

/** The dynamic configuration from /config (patroni.dcs.ClusterConfig). */
export interface ClusterConfig {
  readonly version: string;
  readonly data: JsonObject;
  readonly modifyVersion: string;
}
