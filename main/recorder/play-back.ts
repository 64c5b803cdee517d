import { setImmediate } from 'node:timers/promises';
import type { ObservedEvent } from '../../app/ipc/contract';
import { SegmentReader } from '../../app/recording/segment-reader';
import type { Heard } from './event-log';
import { ReplayedEvents } from './replay-events';
import type { SegmentFile } from './segment-files';
import type { Segments } from './segments';

/** Others go on after so many steps. */
const STEPS_AT_ONCE = 50;
/** As many as a log of two weeks holds; of more the newest are told. */
const MOST_EVENTS = 5000;

/** What happened in segments of a recording, found by playing them back. Clusters are named by their scope alone. */
export interface PlayedBack {
  readonly events: readonly ObservedEvent[];
  /** When the store was lost, and heard again. */
  readonly heard: readonly Heard[];
}

/** Plays back the segments that are wanted; `ids` is what the events' ids begin with. */
export async function playBack(
  segments: Segments,
  ids: string,
  isWanted: (file: SegmentFile) => boolean,
  signal: AbortSignal,
): Promise<PlayedBack> {
  const events: ObservedEvent[] = [];
  const heard: Heard[] = [];
  let replayed: ReplayedEvents | null = null;
  let steps = 0;
  for (const file of await segments.list()) {
    if (!isWanted(file)) continue;
    const { lines } = await segments.read(file.path).catch(() => ({ lines: [] as readonly string[] }));
    const reader = SegmentReader.of(lines[0] ?? '');
    if (reader === null) continue;
    replayed ??= new ReplayedEvents(reader.header.namespace, ids);
    for (const line of lines.slice(1)) {
      const told = reader.take(line);
      if (told === null || signal.aborted) break;
      const { atMs, revision, nodes } = reader.recorded;
      if (told.kind === 'all') events.push(...(await replayed.all(atMs, revision, nodes)));
      else if (told.kind === 'changes') events.push(...replayed.step(atMs, revision, told.changes));
      else if (told.kind === 'lost' || told.kind === 'live')
        heard.push({ at: new Date(atMs).toISOString(), isLive: told.kind === 'live' });
      steps += 1;
      if (steps % STEPS_AT_ONCE === 0) await setImmediate();
    }
  }
  replayed?.close();
  return { events: events.slice(-MOST_EVENTS), heard };
}
