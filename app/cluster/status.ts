/** The leader's position and what its slots have reached, from /status or /optime/leader (patroni.dcs.Status). */
export interface Status {
  /** WAL position in bytes; 0 when not known. */
  readonly lastLsn: number;
  /** Slot name and its position in bytes; null when the key tells none. */
  readonly slots: readonly (readonly [name: string, lsn: number])[] | null;
  /** Names of slots kept for members that went away (Patroni 4.0); empty when the key tells none. */
  readonly retainSlots: readonly string[];
}
