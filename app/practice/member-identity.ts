import type { JsonObject } from '../json';

/** Who a member is. */
export interface MemberIdentity {
  readonly name: string;
  readonly connUrl: string;
  readonly apiUrl: string;
  /** Of its Patroni. */
  readonly version: string;
  readonly tags: JsonObject;
  readonly pendingRestartReason: JsonObject | null;
}
