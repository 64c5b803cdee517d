import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { offsetOf } from '../../app/incident/incident';
import { type IncidentDraft, type IncidentHead, type KeptLog, MOST_KEPT_LINES } from '../../app/ipc/incident';
import { withoutSecrets } from '../../app/snapshot/redact/secrets';
import { request } from '../bridge';
import { changeIncident, type Incident, type IncidentLog, incidentOf } from './incidents';
import { toast } from './ui';

/** Those that were kept, as main said last; null before its first answer. */
export const keptStore = createStore<{
  readonly incidents: readonly IncidentHead[] | null;
  readonly unreadable: readonly string[];
}>(() => ({ incidents: null, unreadable: [] }));

export const useKept = <T>(select: (state: ReturnType<typeof keptStore.getState>) => T): T =>
  useStore(keptStore, select);

/** Asks main which incidents were kept. */
export async function refreshKept(): Promise<void> {
  const answer = await request('incident.list', undefined);
  if (answer.ok) keptStore.setState(answer.value);
  else toast(answer.error.message, 'critical');
}

/** What is typed is written when it has stood still for so long. */
const STILL_MS = 600;
const waiting = new Map<string, ReturnType<typeof setTimeout>>();
/** One after the other: the second must know the id of the first. */
const writing = new Map<string, Promise<void>>();

/** Writes an incident in a moment, if it is kept, or `begins` to be. */
export function keepIncident(clusterId: string, begins = false): void {
  const incident = incidentOf(clusterId);
  if (incident === undefined || (!begins && incident.kept.kind === 'not-kept')) return;
  changeIncident(clusterId, { kept: { kind: 'waiting', id: incident.kept.id } });
  clearTimeout(waiting.get(clusterId));
  waiting.set(
    clusterId,
    setTimeout(() => {
      const before = writing.get(clusterId) ?? Promise.resolve();
      writing.set(
        clusterId,
        before.then(() => write(clusterId)),
      );
    }, STILL_MS),
  );
}

async function write(clusterId: string): Promise<void> {
  const incident = incidentOf(clusterId);
  if (incident?.kept.kind !== 'waiting') return;
  const answer = await request('incident.keep', draftOf(incident));
  const now = incidentOf(clusterId);
  // The tab may show another one by now.
  if (now !== undefined && now.kept.id === incident.kept.id && now.kept.kind !== 'not-kept') {
    const isSame = sameContent(now, incident);
    if (!answer.ok)
      changeIncident(clusterId, { kept: { kind: 'failed', id: now.kept.id, message: answer.error.message } });
    else if (isSame)
      changeIncident(clusterId, { kept: { kind: 'kept', id: answer.value.id, at: answer.value.keptAt } });
    else changeIncident(clusterId, { kept: { kind: 'waiting', id: answer.value.id } });
  }
  void refreshKept();
}

const sameContent = (a: Incident, b: Incident): boolean =>
  a.title === b.title && a.notes === b.notes && a.logs === b.logs && a.fromMs === b.fromMs && a.toMs === b.toMs;

function draftOf(incident: Incident): IncidentDraft {
  const { kept, connectionId, connection, scope, fromMs, toMs, title, notes, logs } = incident;
  return {
    id: kept.id,
    connectionId,
    connection,
    scope,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    title,
    notes,
    logs: logs.map((log) => keptLog(log, fromMs, toMs)),
  };
}

/** What of a log is kept: its entries in the span by the corrected clock, without secrets. */
function keptLog(log: IncidentLog, fromMs: number, toMs: number): KeptLog {
  const offset = offsetOf(log);
  const own = log.parsed.lines.filter(({ atMs }) => atMs + offset >= fromMs && atMs + offset <= toMs);
  return {
    name: log.name,
    member: log.parsed.member,
    byHandMs: log.byHandMs,
    lines: own.slice(0, MOST_KEPT_LINES).map((line) => ({ ...line, text: withoutSecrets(line.text, () => undefined) })),
  };
}

/** Logs of an incident that was kept. How their clocks stand is found anew from its story. */
export function keptLogs(logs: readonly KeptLog[]): readonly IncidentLog[] {
  return logs.map(({ name, member, byHandMs, lines }, i) => ({
    id: `kept ${i}`,
    name,
    parsed: { lines, unreadable: 0, member, isCut: false },
    clock: { kind: 'unknown' },
    byHandMs,
    remark: 'Kept: its entries in the span, without secrets.',
  }));
}

/** Deletes one that was kept. The tab that shows it stays, and is not kept any more. */
export async function deleteKept(id: string, clusterId: string): Promise<void> {
  const answer = await request('incident.delete', { id });
  if (!answer.ok) toast(answer.error.message, 'critical');
  else if (incidentOf(clusterId)?.kept.id === id) changeIncident(clusterId, { kept: { kind: 'not-kept', id: null } });
  await refreshKept();
}
