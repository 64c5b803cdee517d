import { findClock } from '../../app/incident/log-clock';
import type { IncidentHead } from '../../app/ipc/incident';
import { request } from '../bridge';
import { formatInstant } from '../lib/format';
import { fleetStore } from './fleet';
import { changeIncident, incidentOf, incidentsStore, setIncident } from './incidents';
import { keepIncident, keptLogs } from './kept-incidents';
import { refreshExtent } from './time';
import { openCluster, openTab, toast, uiStore } from './ui';

/** Shows what was recorded of a cluster from one instant to another (milliseconds since 1970), with nothing joined to it yet. */
export function openIncident(clusterId: string, fromMs: number, toMs: number): void {
  const summary = fleetStore.getState().summaries.get(clusterId);
  const connection = fleetStore.getState().connections.find(({ id }) => id === summary?.connectionId);
  if (summary === undefined || connection === undefined) {
    toast('This cluster is not in the fleet any more.', 'critical');
    return;
  }
  const known = incidentOf(clusterId);
  // What was kept is on disk; what was not stays, with another span.
  const isNew = known === undefined || known.kept.id !== null;
  if (isNew)
    setIncident({
      clusterId,
      connectionId: connection.id,
      connection: connection.name,
      scope: summary.scope,
      fromMs,
      toMs,
      title: titleOf(summary.scope, fromMs),
      notes: '',
      logs: [],
      reading: { kind: 'reading' },
      story: null,
      kept: { kind: 'not-kept', id: null },
    });
  show(clusterId);
  void refreshExtent();
  markSpan(clusterId, fromMs, toMs, 0);
}

const titleOf = (scope: string, fromMs: number): string =>
  `${scope.slice(0, 200)}, ${formatInstant(new Date(fromMs).toISOString(), 0)}`;

function show(clusterId: string): void {
  openCluster(clusterId);
  openTab('incident');
}

/** The tab goes; what was kept stays on disk. */
export function closeIncident(clusterId: string): void {
  incidentsStore.setState(({ open }) => {
    const left = new Map(open);
    left.delete(clusterId);
    return { open: left };
  });
  if (uiStore.getState().clusterId === clusterId && uiStore.getState().tab === 'incident') openTab('history');
}

/** A span that is being dragged is read when it has stood still for so long. */
const STILL_MS = 250;
const waiting = new Map<string, ReturnType<typeof setTimeout>>();

/** Marks another span, and has it told. */
export function markSpan(clusterId: string, fromMs: number, toMs: number, stillMs = STILL_MS): void {
  const before = incidentOf(clusterId);
  if (before === undefined) return;
  const isOwnTitle = before.title === titleOf(before.scope, before.fromMs);
  changeIncident(clusterId, {
    fromMs,
    toMs,
    reading: { kind: 'reading' },
    ...(isOwnTitle ? { title: titleOf(before.scope, fromMs) } : {}),
  });
  if (before.fromMs !== fromMs || before.toMs !== toMs) keepIncident(clusterId);
  clearTimeout(waiting.get(clusterId));
  waiting.set(
    clusterId,
    setTimeout(() => void read(clusterId), stillMs),
  );
}

/** Has the span told once more: what is recorded may have grown. */
export async function read(clusterId: string): Promise<void> {
  const asked = incidentOf(clusterId);
  if (asked === undefined) return;
  const { connectionId, scope, fromMs, toMs } = asked;
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const answer = await request('incident.read', { connectionId, scope, from, to });
  const now = incidentOf(clusterId);
  // What was asked for in the meantime is another span.
  if (now === undefined || now.fromMs !== fromMs || now.toMs !== toMs) return;
  if (!answer.ok) changeIncident(clusterId, { reading: { kind: 'failed', message: answer.error.message } });
  else if (answer.value.kind === 'nothing') changeIncident(clusterId, { reading: { kind: 'nothing' }, story: null });
  else {
    const { story } = answer.value;
    const logs = now.logs.map((log) => ({ ...log, clock: findClock(log.parsed, story) }));
    changeIncident(clusterId, { reading: answer.value, story, logs });
  }
}

/** Opens one that was kept, at the cluster that it is of; says so where that is not there. */
export async function openKept({ id, scope, connectionId, connection }: IncidentHead): Promise<void> {
  const answer = await request('incident.open', { id });
  if (!answer.ok) {
    toast(answer.error.message, 'critical');
    return;
  }
  const { head, logs, logsLost } = answer.value;
  const { connections, summaries } = fleetStore.getState();
  // A connection of the command line has another id in each run.
  const view =
    connections.find((one) => one.id === connectionId) ?? connections.find(({ name }) => name === connection);
  const cluster = [...summaries.values()].find((one) => one.connectionId === view?.id && one.scope === scope);
  if (view === undefined || cluster === undefined) {
    toast(`The cluster ${scope.slice(0, 100)} of ${connection} is not in the fleet: connect to it first.`, 'critical');
    return;
  }
  if (logsLost) toast('The logs that were joined to it cannot be read any more.', 'critical');
  setIncident({
    clusterId: cluster.id,
    connectionId: view.id,
    connection: view.name,
    scope,
    fromMs: Date.parse(head.from),
    toMs: Date.parse(head.to),
    title: head.title,
    notes: head.notes,
    logs: keptLogs(logs),
    reading: { kind: 'reading' },
    story: null,
    kept: { kind: 'kept', id: head.id, at: head.keptAt },
  });
  show(cluster.id);
  void refreshExtent();
  void read(cluster.id);
}
