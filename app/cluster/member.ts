import type { JsonObject } from '../json';

/** One member as its key below /members describes it (patroni.dcs.Member). */
export interface Member {
  readonly version: string;
  readonly name: string;
  readonly session: string | null;
  /** The parsed value; empty when it could not be parsed. */
  readonly data: JsonObject;
}
