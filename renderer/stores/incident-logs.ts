import { findClock } from '../../app/incident/log-clock';
import type { ParsedLog } from '../../app/incident/log-line';
import { readLog } from '../../app/incident/parse-log';
import { MOST_LOGS } from '../../app/ipc/incident';
import { inSteps } from '../../app/steps';
import { formatBytes } from '../lib/format';
import { changeIncident, type IncidentLog, incidentOf } from './incidents';
import { keepIncident } from './kept-incidents';
import { toast } from './ui';

/** No more of a file is read. */
const MOST_BYTES = 32 * 1024 ** 2;

/** A moment in which the window draws and hears. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

let lastId = 0;

/** Reads a log that was pasted, and joins it to the incident of a cluster. Says so when it is none. */
export async function joinText(clusterId: string, text: string, file = '', remark = ''): Promise<void> {
  const parsed = await inSteps(readLog(text), pause, () => incidentOf(clusterId) !== undefined);
  const incident = incidentOf(clusterId);
  if (parsed === null || incident === undefined) return;
  const called = file === '' ? 'This text' : file.slice(0, 80);
  if (parsed.lines.length === 0) {
    toast(`${called} holds no line of Patroni’s or PostgreSQL’s log with a time.`, 'critical');
    return;
  }
  if (incident.logs.length >= MOST_LOGS) {
    toast(`${MOST_LOGS} logs are joined already. Remove one first.`, 'critical');
    return;
  }
  const { story } = incident;
  const log: IncidentLog = {
    id: `log ${++lastId}`,
    name: nameOf(parsed, file, incident.logs),
    parsed,
    clock: story === null ? { kind: 'unknown' } : findClock(parsed, story),
    byHandMs: null,
    remark: [remark, remarkOf(parsed)].filter((words) => words !== '').join(' '),
  };
  changeIncident(clusterId, { logs: [...incident.logs, log] });
  keepIncident(clusterId);
}

function remarkOf({ isCut, unreadable, lines }: ParsedLog): string {
  const cut = isCut ? `Only its first ${lines.length} entries were read.` : '';
  const rest = unreadable > 0 ? `${unreadable} lines before the first entry are of no log that is known.` : '';
  const zone = lines.some(({ tellsZone }) => tellsZone) ? '' : 'Its times name no zone and are read as UTC.';
  return [cut, rest, zone].filter((words) => words !== '').join(' ');
}

/** A name that no other log has: the member's, or the file's. */
function nameOf({ member, lines }: ParsedLog, file: string, logs: readonly IncidentLog[]): string {
  const program = lines[0]?.program === 'postgresql' ? 'PostgreSQL' : 'Patroni';
  const base = member !== null ? `${member} ${program}` : file !== '' ? file.slice(0, 200) : program;
  for (let i = 1; ; i += 1) {
    const name = i === 1 ? base : `${base} ${i}`;
    if (!logs.some((log) => log.name === name)) return name;
  }
}

/** Reads files that were dropped or chosen, each a log, packed with gzip or not. */
export async function joinFiles(clusterId: string, files: readonly File[]): Promise<void> {
  for (const file of files) {
    try {
      const { text, remark } = await readFile(file);
      await joinText(clusterId, text, file.name, remark);
    } catch {
      toast(`${file.name.slice(0, 80)} could not be read. Is it a folder, or damaged?`, 'critical');
    }
  }
}

async function readFile(file: File): Promise<{ readonly text: string; readonly remark: string }> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const { bytes, isCut } = await unpacked(file);
    const remark = isCut ? `Only the first ${formatBytes(MOST_BYTES)} of what it unpacks to were read.` : '';
    return { text: new TextDecoder().decode(bytes), remark };
  }
  // Of a log that is too long the end is what was written last.
  const isCut = file.size > MOST_BYTES;
  const text = await (isCut ? file.slice(file.size - MOST_BYTES) : file).text();
  return { text, remark: isCut ? `Only its last ${formatBytes(MOST_BYTES)} were read.` : '' };
}

async function unpacked(file: File): Promise<{ readonly bytes: Uint8Array; readonly isCut: boolean }> {
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || length >= MOST_BYTES) {
      if (!done) await reader.cancel();
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return { bytes, isCut: !done };
    }
    parts.push(value);
    length += value.length;
  }
}

/** Takes a log away again. */
export function removeLog(clusterId: string, id: string): void {
  const incident = incidentOf(clusterId);
  if (incident === undefined) return;
  changeIncident(clusterId, { logs: incident.logs.filter((log) => log.id !== id) });
  keepIncident(clusterId);
}

/** Calls a log something else, or sets its clock by hand. */
export function changeLog(
  clusterId: string,
  id: string,
  change: Partial<Pick<IncidentLog, 'name' | 'byHandMs'>>,
): void {
  const incident = incidentOf(clusterId);
  if (incident === undefined) return;
  changeIncident(clusterId, { logs: incident.logs.map((log) => (log.id === id ? { ...log, ...change } : log)) });
  keepIncident(clusterId);
}
