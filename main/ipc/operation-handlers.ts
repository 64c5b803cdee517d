import type { OperationResponses } from '../../app/ipc/operations';
import { ok } from '../../app/result';
import type { Operations } from '../operations/operations';
import type { Handlers } from './answer';

/** What the requests about operations are run with. */
export interface OperationParts {
  operations(): Promise<Operations>;
}

/** The requests about operations. */
export function operationHandlers({ operations }: OperationParts): Pick<Handlers, keyof OperationResponses> {
  return {
    'operation.plan': async ({ clusterId, intent, throughStore }) =>
      (await operations()).plan(clusterId, intent, throughStore),
    'operation.start': async (request) => (await operations()).begin(request),
    'operation.end': async ({ id }) => (await operations()).endFollowing(id),
    'operation.list': async ({ clusterId }) => ok((await operations()).list(clusterId)),
  };
}
