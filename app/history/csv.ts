import { format } from '../cluster/lsn';
import type { Timeline } from './timelines';

const HEAD = ['TL', 'LSN', 'Reason', 'Timestamp', 'New Leader', 'LSN (hex)', 'Lasted (s)', 'WAL written (bytes)'];

/** A group's timelines, for a table of several groups. */
export interface HistoryOfGroup {
  readonly group: number | null;
  readonly timelines: readonly Timeline[];
}

/**
 * The lines of /history as comma-separated values (RFC 4180), the oldest first: the columns of `patronictl history -f tsv`
 * under the names and with the values that it prints, then the position as PostgreSQL writes it, how long the timeline lasted
 * and the WAL written in it. In an MPP cluster each line begins with its group.
 */
export function historyCsv(histories: readonly HistoryOfGroup[]): string {
  const grouped = histories.some(({ group }) => group !== null);
  const lines = histories.flatMap(({ group, timelines }) =>
    timelines.flatMap((timeline): string[][] => {
      const { line, endedLsn, lastedMs, walBytes } = timeline;
      if (line === null) return [];
      const fields = [
        ...[line.timeline, line.lsn, line.reason, line.timestamp, line.newLeader],
        endedLsn === null ? '' : format(endedLsn),
        lastedMs === null ? '' : String(lastedMs / 1000),
        walBytes === null ? '' : String(walBytes),
      ];
      return [grouped ? [String(group ?? ''), ...fields] : fields];
    }),
  );
  return [grouped ? ['Group', ...HEAD] : HEAD, ...lines].map((fields) => fields.map(quoted).join(',')).join('\r\n');
}

/** A field in quotes where it needs them. What a spreadsheet would run as a formula is made text by a quote before it. */
function quoted(field: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
