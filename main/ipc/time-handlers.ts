import type { RequestError } from '../../app/ipc/contract';
import { err, ok } from '../../app/result';
import type { Connections } from '../connections/connections';
import type { Recorders } from '../recorder/recorders';
import type { ShownTime } from '../recorder/shown-time';
import type { Handlers } from './answer';

/** What the requests about the past are run with. */
export interface TimeParts {
  readonly time: ShownTime;
  readonly recorders: Recorders;
  readonly connections: Pick<Connections, 'views'>;
}

/** One function for each request about the past. */
export function timeHandlers({
  time,
  recorders,
  connections,
}: TimeParts): Pick<Handlers, 'time.extent' | 'time.seek' | 'time.compare' | 'time.forget'> {
  return {
    'time.extent': async () => ok(await time.extent()),
    'time.seek': async ({ at }) => ok({ isOtherFeed: await time.seek(at === null ? null : Date.parse(at)) }),
    'time.compare': async ({ clusterId, from, to }) => {
      const { compareInstants } = await import('../recorder/compare-instants');
      return compareInstants(recorders, connections.views(), clusterId, Date.parse(from), Date.parse(to));
    },
    'time.forget': async ({ id }) => {
      time.leave();
      return (await recorders.empty(id)) ? ok(null) : err(notRecorded);
    },
  };
}

const notRecorded: RequestError = { code: 'not-found', message: 'Nothing is recorded of this connection.' };
