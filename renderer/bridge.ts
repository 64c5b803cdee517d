import type { Bridge, RequestArgument, RequestError, RequestName, Responses } from '../app/ipc/contract';
import type { Result } from '../app/result';

declare global {
  interface Window {
    /** Put there by the preload script; there is no other way out of the renderer. */
    readonly herdscope: Bridge;
  }
}

/** The bridge to main. Read when it is used, so that a test can put its own there first. */
export const bridge = (): Bridge => window.herdscope;

/**
 * Sends one request to main and gives its answer. A request that was lost on the way (main threw, the window closes)
 * comes back as an `internal` error and never as an exception.
 */
export async function request<N extends RequestName>(
  name: N,
  argument: RequestArgument<N>,
): Promise<Result<Responses[N], RequestError>> {
  try {
    return await bridge().request(name, argument);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { code: 'internal', message: `The request ${name} was not answered: ${reason}` } };
  }
}
