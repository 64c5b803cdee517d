/** A stretch of a recording out of a file, as it is kept: its lines, read when an instant is asked for. */
export interface HeldRecording {
  readonly connection: string;
  readonly storeKind: string;
  readonly namespace: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** By time. */
  readonly segments: readonly HeldSegment[];
}

export interface HeldSegment {
  /** Milliseconds since 1970. */
  readonly beginMs: number;
  readonly endMs: number;
  readonly isGuessed: boolean;
  /** The header and what follows, as docs/recording-format.md has them. */
  readonly lines: readonly string[];
}
