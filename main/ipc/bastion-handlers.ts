import type { BastionResponses } from '../../app/ipc/connections/bastion';
import { err, ok } from '../../app/result';
import type { Bastions } from '../ssh/bastions';
import type { AllowedPlugins } from '../stores/kubernetes/allowed-plugins';
import type { Handlers } from './answer';

/** What the requests about bastions are run with. */
export interface BastionHandlerParts {
  readonly bastions: Bastions;
  readonly plugins: Pick<AllowedPlugins, 'allow' | 'lineOf'>;
  /** Shows the person a command in a box that the page has no part in; whether the answer is yes. */
  readonly confirmProgram: (line: string) => Promise<boolean>;
}

/** The requests about bastions. */
export function bastionHandlers({
  bastions,
  plugins,
  confirmProgram,
}: BastionHandlerParts): Pick<Handlers, keyof BastionResponses> {
  return {
    'bastion.trust': (key) => {
      const problem = bastions.accept(key);
      return problem === null ? ok(null) : err({ code: 'refused', message: problem });
    },
    'program.allow': async ({ id }) => {
      const line = plugins.lineOf(id);
      if (line !== null && !(await confirmProgram(line))) {
        return err({ code: 'refused', message: 'The program was not allowed, so it is not run.' });
      }
      const problem = plugins.allow(id);
      return problem === null ? ok(null) : err({ code: 'refused', message: problem });
    },
  };
}
