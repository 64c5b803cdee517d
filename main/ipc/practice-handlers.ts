import type { RequestError } from '../../app/ipc/contract';
import type { PracticeFaults, PracticeResponses } from '../../app/ipc/practice';
import { err, ok, type Result } from '../../app/result';
import { practiceId } from '../connections/connection-entry';
import type { Connections } from '../connections/connections';
import type { PracticeControl } from '../connections/practice';
import type { Feed } from '../inspection/feed';
import { clusterId as idOf } from '../inspection/observed-cluster';
import type { Handlers } from './answer';

/** What the requests about the practice herd are run with. */
export interface PracticeParts {
  feed(): Pick<Feed, 'detail'>;
  readonly connections: Pick<Connections, 'practice' | 'retry'>;
}

const noPractice: RequestError = {
  code: 'refused',
  message: 'The practice herd is not shown. Switch it on in the settings first.',
};
const notOfTheHerd: RequestError = {
  code: 'not-found',
  message: 'The practice herd has no such cluster or member now.',
};

/** The requests about the practice herd. Only its own clusters can be made to fail; a clone is made of any. */
export function practiceHandlers({ connections, feed }: PracticeParts): Pick<Handlers, keyof PracticeResponses> {
  const scopeOf = (clusterId: string): string => feed().detail(clusterId)?.scope ?? '';
  const faults = (practice: PracticeControl, clusterId: string): Result<PracticeFaults, RequestError> => {
    const found = practice.faults(scopeOf(clusterId));
    return found === null ? err(notOfTheHerd) : ok({ clusterId, ...found });
  };
  return {
    'practice.faults': ({ clusterId }) => {
      if (connections.practice === null) return err(noPractice);
      return faults(connections.practice, clusterId);
    },
    'practice.inject': ({ clusterId, change }) => {
      const { practice } = connections;
      if (practice === null) return err(noPractice);
      if (!clusterId.startsWith(`${practiceId}/`) || !practice.inject(scopeOf(clusterId), change))
        return err(notOfTheHerd);
      // The store is back: nobody needs to wait for the next try.
      if (change.kind === 'store' && !change.on) connections.retry(practiceId);
      return faults(practice, clusterId);
    },
    'practice.rehearse': ({ clusterId }) => {
      if (connections.practice === null) return err(noPractice);
      const detail = feed().detail(clusterId);
      if (detail === null || detail.groups.length === 0)
        return err({ code: 'not-found', message: 'This cluster is not there any more.' });
      const scope = connections.practice.rehearse(detail.scope, detail.groups);
      return ok({ clusterId: idOf(practiceId, scope) });
    },
  };
}
