const pad = (n: number): string => String(n).padStart(2, '0');

/** An instant as a field for a time takes it: local, to the minute. */
export function localTime(at: Date): string {
  const day = `${String(at.getFullYear())}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** The next full minute that is far enough off to prepare something for it. */
export function nextMinute(): Date {
  return new Date(Math.ceil((Date.now() + 30_000) / 60_000) * 60_000);
}
