import type { Member } from './member';

/** The holder of the leader lock (patroni.dcs.Leader). A holder without a member key has a member with empty data. */
export interface Leader {
  readonly version: string;
  readonly session: string | null;
  readonly member: Member;
}
