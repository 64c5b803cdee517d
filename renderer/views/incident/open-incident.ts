import type { ObservedEvent } from '../../../app/ipc/contract';
import { openIncident } from '../../stores/incident-acts';
import { incidentOf } from '../../stores/incidents';
import { refreshExtent, timeStore } from '../../stores/time';
import { openTab } from '../../stores/ui';
import { merged } from '../../time-bar/marks';
import { failovers, spanAround, spanOfFailover } from './spans';

const USUAL_MS = 10 * 60_000;

/** What happened to a cluster, as far as it was recorded, by time. */
async function eventsOf(clusterId: string): Promise<readonly ObservedEvent[]> {
  await refreshExtent();
  const { extent, live } = timeStore.getState();
  const connection = extent?.connections.find(({ id }) => clusterId.startsWith(`${id}/`));
  return merged(connection?.events ?? [], live).filter((event) => event.clusterId === clusterId);
}

/** Opens the incident around a change of leader that /history tells of (milliseconds since 1970). */
export function openIncidentAround(clusterId: string, atMs: number): void {
  void eventsOf(clusterId).then((events) => {
    const { fromMs, toMs } = spanAround(atMs, events, Date.now());
    openIncident(clusterId, fromMs, toMs);
  });
}

/** Opens the incident that is looked at already; else that of the last change of leader, or of the last minutes. */
export function openLastIncident(clusterId: string): void {
  if (incidentOf(clusterId) !== undefined) {
    openTab('incident');
    return;
  }
  void eventsOf(clusterId).then((events) => {
    const now = timeStore.getState().atMs ?? Date.now();
    const last = failovers(
      events.filter(({ at }) => Date.parse(at) <= now),
      1,
    )[0];
    const span = last === undefined ? { fromMs: now - USUAL_MS, toMs: now } : spanOfFailover(last, Date.now());
    openIncident(clusterId, span.fromMs, span.toMs);
  });
}
