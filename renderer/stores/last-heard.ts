import { useNow } from '../lib/now';
import { useDetail, useFleet } from './hooks';

/** Whether the open cluster's store is lost, so that what is shown is what it said last. */
export function useIsStale(): boolean {
  const connectionId = useDetail((d) => d.connectionId, null);
  return useFleet((s) => s.connections.find((c) => c.id === connectionId)?.status.kind === 'lost');
}

/** The time that the picture of the open cluster holds for, in milliseconds since 1970: now (of a picture out of a file: its instant), or when its store was last heard while that is lost. */
export function usePictureTime(): number {
  const connectionId = useDetail((d) => d.connectionId, null);
  const lastHeardAt = useFleet((s) => {
    const status = s.connections.find((c) => c.id === connectionId)?.status;
    return status?.kind === 'lost' ? status.lastHeardAt : null;
  });
  const now = useNow();
  return lastHeardAt === null ? now : Date.parse(lastHeardAt);
}
