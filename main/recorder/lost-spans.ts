import type { RecordedConnection } from '../../app/ipc/time';
import type { Heard } from './event-log';

/** The times between a store that was lost and one that was heard again. */
export function lostSpans(heard: readonly Heard[], nowMs: number): RecordedConnection['lost'] {
  const spans: { readonly from: string; readonly to: string }[] = [];
  let from: string | null = null;
  for (const { at, isLive } of heard) {
    if (!isLive) from ??= at;
    else if (from !== null) {
      spans.push({ from, to: at });
      from = null;
    }
  }
  if (from !== null) spans.push({ from, to: new Date(nowMs).toISOString() });
  return spans;
}
