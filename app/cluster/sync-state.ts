/** Who is synchronous, from /sync (patroni.dcs.SyncState). */
export interface SyncState {
  readonly version: string | null;
  readonly leader: string | null;
  /** Comma-separated names as stored. */
  readonly syncStandby: string | null;
  /** How many of the named must confirm besides the leader (quorum mode, Patroni 4.0); 0 otherwise. */
  readonly quorum: number;
}
