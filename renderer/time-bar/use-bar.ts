import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ObservedEvent } from '../../app/ipc/contract';
import type { RecordedConnection } from '../../app/ipc/time';
import { useNow } from '../lib/now';
import { useUi } from '../stores/hooks';
import { timeStore, useTime } from '../stores/time';
import { merged } from './marks';
import { type Recorded, recordedUpTo } from './recorded';
import { type Scale, stretchOf, withInstant } from './scale';

/** What the bar is drawn from: the recording of the open cluster's connection, and what happened to the cluster. */
export interface Bar {
  readonly nowMs: number;
  readonly atMs: number | null;
  /** Null for what is not recorded at all. */
  readonly connection: RecordedConnection | null;
  readonly recorded: Recorded;
  /** Where the recording begins; now while there is none. */
  readonly sinceMs: number;
  readonly scale: Scale;
  /** Of the open cluster, by time, as far as they can be gone to. */
  readonly events: readonly ObservedEvent[];
}

const noEvents: readonly ObservedEvent[] = [];

/** The bar as it stands; `width` is how wide it is, in pixels. */
export function useBar(width: number): Bar {
  const nowMs = useNow();
  const clusterId = useUi((s) => s.clusterId);
  const extent = useTime((s) => s.extent);
  const live = useTime((s) => s.live);
  const atMs = useTime((s) => s.atMs);
  const zoom = useTime((s) => s.zoom);
  const connection = extent?.connections.find(({ id }) => clusterId === null || clusterId.startsWith(`${id}/`)) ?? null;
  const recorded: Recorded =
    connection === null || extent === null ? { spans: [], lost: [] } : recordedUpTo(connection, extent, nowMs);
  const sinceMs = recorded.spans[0]?.fromMs ?? nowMs;
  const logged = connection?.events ?? noEvents;
  const own = useMemo(
    () => merged(logged, live).filter((event) => clusterId === null || event.clusterId === clusterId),
    [logged, live, clusterId],
  );
  const stretch = stretchOf(zoom, sinceMs, nowMs);
  useEffect(() => {
    if (atMs === null) return;
    const moved = withInstant(zoom, stretch, atMs, nowMs);
    if (moved !== zoom) timeStore.setState({ zoom: moved, endsNow: false });
  });
  return {
    nowMs,
    atMs,
    connection,
    recorded,
    sinceMs,
    scale: { ...stretch, width },
    events: own.filter(({ at }) => Date.parse(at) >= sinceMs),
  };
}

/** An element and its width, in pixels; 0 before it is laid out. */
export function useWidth(): readonly [React.RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = (): void => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
