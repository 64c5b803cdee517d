import { stat } from 'node:fs/promises';
import type { HeldRecording } from '../../app/snapshot/held-recording';
import { bytesOf, listSegments, readSegment, type SegmentFile, type SegmentLines } from './segment-files';

/** Where a recording's segments are. */
export interface Segments {
  /** Rises when others come or go, in nanoseconds since 1970; 0 when that is not known. */
  changed(): Promise<bigint>;
  list(): Promise<readonly SegmentFile[]>;
  /** How large one is: one that is written grows. */
  bytes(path: string): Promise<number>;
  /** Throws when it cannot be read at all. */
  read(path: string): Promise<SegmentLines>;
}

/** A connection's own folder. */
export function folderSegments(folder: string): Segments {
  return {
    changed: () =>
      stat(folder, { bigint: true }).then(
        ({ mtimeNs }) => mtimeNs,
        () => 0n,
      ),
    list: () => listSegments(folder),
    bytes: bytesOf,
    read: readSegment,
  };
}

/** A stretch out of a file, held whole. */
export function heldSegments({ segments }: HeldRecording): Segments {
  const files = segments.map(({ beginMs, endMs, isGuessed }, at): SegmentFile => {
    return { path: String(at), beginMs, endMs, isGuessed };
  });
  return {
    changed: () => Promise.resolve(1n),
    list: () => Promise.resolve(files),
    bytes: () => Promise.resolve(0),
    read: (path) => Promise.resolve({ lines: segments[Number(path)]?.lines ?? [], isDamaged: false }),
  };
}
