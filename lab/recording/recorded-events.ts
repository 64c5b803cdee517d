import { SegmentReader } from '../../app/recording/segment-reader';
import { listSegments, readSegment } from '../../main/recorder/segment-files';
import type { ReferenceEvent } from '../soak/etcdctl-json';

/** Each change that a recording has, as etcdctl tells it. */
export async function recordedEvents(folder: string): Promise<readonly ReferenceEvent[]> {
  const events: ReferenceEvent[] = [];
  for (const { path } of await listSegments(folder)) {
    const { lines } = await readSegment(path);
    const reader = SegmentReader.of(lines[0] ?? '');
    for (const line of lines.slice(1)) {
      const told = reader?.take(line) ?? null;
      if (told === null) break;
      if (told.kind !== 'changes') continue;
      for (const change of told.changes)
        events.push(
          change.kind === 'put'
            ? { kind: 'put', revision: Number(change.node.modRevision), node: change.node }
            : { kind: 'delete', revision: Number(change.modRevision), key: change.key },
        );
    }
  }
  return events;
}
