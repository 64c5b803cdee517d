import type { BastionResponses } from '../../app/ipc/connections/bastion';
import { err, ok } from '../../app/result';
import type { Bastions } from '../ssh/bastions';
import type { Handlers } from './answer';

/** What the requests about bastions are run with. */
export interface BastionHandlerParts {
  readonly bastions: Bastions;
}

/** The requests about bastions. */
export function bastionHandlers({ bastions }: BastionHandlerParts): Pick<Handlers, keyof BastionResponses> {
  return {
    'bastion.trust': (key) => {
      const problem = bastions.accept(key);
      return problem === null ? ok(null) : err({ code: 'refused', message: problem });
    },
  };
}
