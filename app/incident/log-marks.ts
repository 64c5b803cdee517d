import type { LogLine } from './log-line';

/** What a line of a log says that the store tells too, so that the two clocks can be compared. */
export type LogMark =
  | { readonly kind: 'took-lock' }
  | { readonly kind: 'released-lock' }
  /** PostgreSQL began a timeline. */
  | { readonly kind: 'timeline'; readonly number: number };

/** The mark of a line; null for one that says nothing of the kind (`patroni/ha.py`, PostgreSQL's `xlogrecovery.c`). */
export function markOf({ program, text }: LogLine): LogMark | null {
  if (program === 'patroni') {
    if (/^promoted self to (?:a standby )?leader/.test(text)) return { kind: 'took-lock' };
    if (text.startsWith('Leader key released')) return { kind: 'released-lock' };
    return null;
  }
  const timeline = /^selected new timeline ID: (\d{1,9})$/.exec(text);
  return timeline === null ? null : { kind: 'timeline', number: Number(timeline[1]) };
}

/** Lines that say nothing but that all is as it was. */
const USUAL =
  /^(?:no action\.|Lock owner: |Got response from |checkpoint (?:starting|complete)|restartpoint |waiting for WAL to become available|recovery restart point|connection (?:received|authenticated|authorized)|disconnection:)/;

const ALARMING = /^(?:WARNING|ERROR|CRITICAL|FATAL|PANIC)$/;

/** Whether a line is worth reading in the story of an incident: something began or ended, or went wrong. */
export function isNotable(line: LogLine): boolean {
  return ALARMING.test(line.level) || (!USUAL.test(line.text) && !/^(?:DEBUG|DEBUG[1-5])$/.test(line.level));
}
