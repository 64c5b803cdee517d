const LOW_RANGE = 0x1_0000_0000;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A WAL position in bytes as PostgreSQL writes it, e.g. `0/404CB28` (`patroni/postgresql/misc.py: format_lsn`). */
export function format(lsn: number): string {
  const high = Math.floor(lsn / LOW_RANGE);
  return `${high.toString(16)}/${(lsn - high * LOW_RANGE).toString(16)}`.toUpperCase();
}

/** A position as PostgreSQL writes it in bytes; null when the text is none or lies beyond 2^53. */
export function parse(text: string): number | null {
  const match = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(text);
  if (match === null) return null;
  const lsn = Number(`0x${match[1] ?? ''}`) * LOW_RANGE + Number(`0x${match[2] ?? ''}`);
  return Number.isSafeInteger(lsn) ? lsn : null;
}

/**
 * Bytes for a person: a unit of 1024 as in PostgreSQL's settings, and one digit after the point where the number is
 * below 100, e.g. `0 B`, `976 kB`, `18.4 MB`.
 */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.95 would be printed as 1024.0: the next unit says it better.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 || Number.isInteger(value) ? 0 : 1;
  return `${bytes < 0 ? '-' : ''}${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}
