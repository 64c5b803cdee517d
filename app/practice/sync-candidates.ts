/** A standby as the primary's pg_stat_replication shows it. */
export interface StreamingStandby {
  readonly name: string;
  readonly receivedLsn: number;
}
