/** A failover or switchover that was asked for, from /failover (patroni.dcs.Failover). */
export interface Failover {
  readonly version: string;
  /** The leader to switch over from; null for a failover. */
  readonly leader: string | null;
  readonly candidate: string | null;
  /** ISO 8601; null for "now". */
  readonly scheduledAt: string | null;
}
