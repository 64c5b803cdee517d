/** One entry of a log: its line, with the lines that belong to it. */
export interface LogLine {
  /** As the log's own clock had it, in milliseconds since 1970. */
  readonly atMs: number;
  /** Whether the line tells its time zone; without it the time was read as UTC, and whole hours may be wrong. */
  readonly tellsZone: boolean;
  readonly program: 'patroni' | 'postgresql';
  /** As it is written: `INFO`, `LOG`, `FATAL` … */
  readonly level: string;
  readonly text: string;
}

/** What was read of a text that somebody pasted. */
export interface ParsedLog {
  readonly lines: readonly LogLine[];
  /** How many lines are of no log that is known, before the first that is; others belong to the entry before them. */
  readonly unreadable: number;
  /** The member that wrote it, as its own lines say; null when none does. */
  readonly member: string | null;
  /** Whether the end was left out: it was too long. */
  readonly isCut: boolean;
}
