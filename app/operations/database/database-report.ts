/** What the PostgreSQL of a member answered when it was asked just now, with the login that the person gave. */
export interface DatabaseReport {
  /** The member's. */
  readonly name: string;
  readonly said: DatabaseSaid;
}

export type DatabaseSaid =
  | { readonly kind: 'told'; readonly elapsedMs: number; readonly told: DatabaseTold }
  /** No answer, or no entry. */
  | { readonly kind: 'failed'; readonly message: string; readonly advice: string }
  /** Its key names no address of PostgreSQL. */
  | { readonly kind: 'no-address' };

/** One thing that was asked: it may be kept from this user, while the rest is told. */
export type Asked<T> =
  | { readonly kind: 'known'; readonly value: T }
  /** Why it is not known, as a sentence. */
  | { readonly kind: 'not-known'; readonly why: string };

/** What one PostgreSQL told. Ages in seconds, by its own clock; lists at most as long as was asked for, the oldest or furthest first. */
export interface DatabaseTold {
  /** `server_version_num`, e.g. 150014. */
  readonly version: number;
  /** A standby. */
  readonly inRecovery: boolean;
  /** Open transactions of clients. */
  readonly transactions: Asked<readonly OpenTransaction[]>;
  readonly prepared: Asked<readonly PreparedTransaction[]>;
  readonly senders: Asked<readonly DatabaseSender[]>;
  readonly archiver: Asked<Archiver>;
  /** Files of WAL that wait for the archiver. */
  readonly waitingForArchiver: Asked<number>;
  /** An exclusive backup is under way (PostgreSQL 14 and before). */
  readonly exclusiveBackup: Asked<boolean>;
  /** How a standby replays; of a primary it says nothing. */
  readonly replay: Asked<Replay>;
  readonly slots: Asked<readonly DatabaseSlot[]>;
  /** Settings by name, as `pg_settings` has them; what this user may not see is not among them. */
  readonly settings: Asked<Readonly<Record<string, string>>>;
}

export interface OpenTransaction {
  readonly pid: number;
  readonly database: string;
  readonly user: string;
  readonly application: string;
  /** E.g. `active`, `idle in transaction`. */
  readonly state: string;
  readonly seconds: number;
}

export interface PreparedTransaction {
  readonly gid: string;
  readonly database: string;
  readonly seconds: number;
}

/** A line of `pg_stat_replication`. */
export interface DatabaseSender {
  readonly pid: number;
  readonly application: string;
  /** `startup`, `catchup`, `streaming`, `backup` or `stopping`. */
  readonly state: string;
  /** Where its client is; null for a local socket. */
  readonly address: string | null;
  readonly slot: string | null;
  readonly isLogical: boolean;
  /** How much WAL its client has not confirmed; null where it has confirmed none. */
  readonly behindBytes: number | null;
  /** Since its client answered last; null where that is not told (before PostgreSQL 12). */
  readonly silentSeconds: number | null;
}

/** `pg_stat_archiver`. */
export interface Archiver {
  /** `archive_mode` is on. */
  readonly isOn: boolean;
  readonly failedCount: number;
  readonly lastFailedWal: string | null;
  /** The last attempt failed. */
  readonly isFailing: boolean;
}

export interface Replay {
  readonly isPaused: boolean;
  /** Since the last commit that it replayed was made; null when it has replayed all it received, or none. */
  readonly behindSeconds: number | null;
}

/** A line of `pg_replication_slots`. */
export interface DatabaseSlot {
  readonly name: string;
  readonly isLogical: boolean;
  readonly isTemporary: boolean;
  readonly database: string | null;
  /** Why it cannot be used any more; null for one that can. */
  readonly lost: string | null;
  /** What its reader confirmed (logical), in bytes; null for a physical one. */
  readonly confirmed: number | null;
  /** Copied by PostgreSQL itself from the primary (17 and later). */
  readonly isSynced: boolean;
}

/** What a member’s PostgreSQL told; null when it was not asked or told nothing. */
export function toldByDatabase(reports: readonly DatabaseReport[] | null, name: string): DatabaseTold | null {
  const said = reports?.find((report) => report.name === name)?.said;
  return said?.kind === 'told' ? said.told : null;
}
