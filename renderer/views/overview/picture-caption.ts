import type { ConnectionView } from '../../../app/ipc/contract';
import { formatClock, formatDay, zoneName } from '../../lib/format';
import { detailStore } from '../../stores/detail';
import { fleetStore } from '../../stores/fleet';
import type { PictureCaption } from '../../../app/topology/tree-picture';

/** What to write above a picture of the open cluster: which cluster, from where and when, and that it was stale if it was. */
export function pictureCaption(what: string, now = new Date()): PictureCaption {
  const { state } = detailStore.getState();
  if (state.kind !== 'shown') return { title: what, source: instant(now) };
  const { connectionId, scope } = state.detail;
  const connection = fleetStore.getState().connections.find((one) => one.id === connectionId);
  return { title: `${scope} · ${what}`, source: `${connection?.name ?? connectionId} · ${asOf(connection, now)}` };
}

function asOf(connection: ConnectionView | undefined, now: Date): string {
  if (connection?.status.kind === 'as-of') return `as of ${instant(new Date(connection.status.at))}`;
  if (connection === undefined || connection.status.kind !== 'lost') return instant(now);
  const heard = connection.status.lastHeardAt;
  return heard === null ? 'the store was never heard' : `stale: last heard ${instant(new Date(heard))}`;
}

const instant = (at: Date): string => `${formatDay(at)} ${formatClock(at)} ${zoneName(at)}`;
