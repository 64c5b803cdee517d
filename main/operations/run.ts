import type { OperationRecord } from '../../app/operations/record';

/** An operation while it is sent and followed. */
export interface Run {
  readonly record: OperationRecord;
  /** Sends it. */
  start(): Promise<void>;
  /** Goes on with one that was begun before the program was started. Nothing is sent again. */
  resume(): void;
  /** Ends the watching, not the operation: the program ends. */
  close(): void;
  /** The person does not want to watch any longer. */
  endFollowing(): void;
  /** Something worth a line in the report. */
  note(words: string): void;
}

export interface RunListener {
  /** Something that a person sees is another; `record` is whole. */
  changed(record: OperationRecord): void;
  /** It has ended; not called when the run is closed before. */
  ended(record: OperationRecord): void;
}
