import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { JoinedLog } from '../../app/incident/incident';
import type { Story } from '../../app/incident/story';

/** Whether an incident is on disk. */
export type KeptState =
  | { readonly kind: 'not-kept'; readonly id: null }
  /** It is written in a moment. */
  | { readonly kind: 'waiting'; readonly id: string | null }
  | { readonly kind: 'kept'; readonly id: string; readonly at: string }
  | { readonly kind: 'failed'; readonly id: string | null; readonly message: string };

/** What main tells of a span. */
export type Reading =
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed'; readonly message: string }
  /** Nothing was recorded then. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'told'; readonly story: Story };

/** A log that was joined, and what was left out of it. */
export interface IncidentLog extends JoinedLog {
  /** A sentence about what was not read of it; empty when all was. */
  readonly remark: string;
}

/** An incident that is looked at. It stays while the person looks at something else. */
export interface Incident {
  readonly clusterId: string;
  readonly connectionId: string;
  readonly connection: string;
  readonly scope: string;
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly title: string;
  readonly notes: string;
  readonly logs: readonly IncidentLog[];
  readonly reading: Reading;
  /** What was told last, while another span is read; null before the first. */
  readonly story: Story | null;
  readonly kept: KeptState;
}

export interface IncidentsState {
  /** At most one for each cluster, by its id. */
  readonly open: ReadonlyMap<string, Incident>;
}

export const incidentsStore = createStore<IncidentsState>(() => ({ open: new Map() }));

export const useIncidents = <T>(select: (state: IncidentsState) => T): T => useStore(incidentsStore, select);

/** The incident of a cluster that is looked at; undefined for none. */
export const incidentOf = (clusterId: string): Incident | undefined => incidentsStore.getState().open.get(clusterId);

/** Changes the incident of a cluster, if there is one. */
export function changeIncident(clusterId: string, change: Partial<Incident>): void {
  const incident = incidentOf(clusterId);
  if (incident !== undefined) setIncident({ ...incident, ...change });
}

export function setIncident(incident: Incident): void {
  incidentsStore.setState(({ open }) => ({ open: new Map(open).set(incident.clusterId, incident) }));
}
