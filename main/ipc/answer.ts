import {
  requestSchemas,
  type RequestArgument,
  type RequestError,
  type RequestName,
  type Responses,
} from '../../app/ipc/contract';
import { isRequestName } from '../../app/ipc/names';
import { err, type Result } from '../../app/result';

/** What runs a request, once its argument was found to be what the contract says. */
export type Handlers = {
  readonly [N in RequestName]: (
    argument: RequestArgument<N>,
  ) => Result<Responses[N], RequestError> | Promise<Result<Responses[N], RequestError>>;
};

/** Told of an exception in a handler: the program is wrong, and its log should say where. */
export type ReportFault = (request: string, error: unknown) => void;

/**
 * Answers a request from the window: checks its name and argument, runs it, and gives what came of it as a value. Never
 * rejects, because an error that crosses IPC keeps nothing but its message.
 */
export async function answer(
  handlers: Handlers,
  name: string,
  argument: unknown,
  reportFault: ReportFault,
): Promise<Result<Responses[RequestName], RequestError>> {
  if (!isRequestName(name)) return err({ code: 'invalid', message: 'There is no such request.' });
  try {
    return await run(handlers, name, argument);
  } catch (error) {
    reportFault(name, error);
    return err({
      code: 'internal',
      message: `Herdscope could not do this (${name}) because of a fault of its own. Its log file says more.`,
    });
  }
}

async function run<N extends RequestName>(
  handlers: Handlers,
  name: N,
  argument: unknown,
): Promise<Result<Responses[N], RequestError>> {
  const parsed = requestSchemas[name].safeParse(argument);
  if (!parsed.success) return err({ code: 'invalid', message: whatIsWrong(parsed.error.issues) });
  // The schema of this very name made it.
  return handlers[name](parsed.data as RequestArgument<N>);
}

/** A sentence that names the first thing that is wrong, never its value: it may be a password. */
function whatIsWrong(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const issue = issues[0];
  if (issue === undefined) return 'The request is not what it should be.';
  const place = issue.path.map(String).join('.');
  return place === '' ? `The request is not what it should be: ${issue.message}.` : `${place}: ${issue.message}.`;
}
