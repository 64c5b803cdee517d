/** What Consul, or the way to it, said when a call failed. */
export interface HttpError {
  /** Null when no answer came. */
  readonly status: number | null;
  /** The system's code, e.g. `ECONNREFUSED`; empty where there is none. */
  readonly code: string;
  readonly timedOut: boolean;
  /** The answer's text, else the error's. */
  readonly words: string;
}

/** Reads an error of the consul package. */
export function readHttpError(error: unknown): HttpError {
  if (!(error instanceof Error)) return { status: null, code: '', timedOut: false, words: String(error) };
  const code = 'code' in error ? String(error.code) : '';
  const timedOut = 'isTimeout' in error && error.isTimeout === true;
  const response: unknown = 'response' in error ? error.response : null;
  if (typeof response !== 'object' || response === null || !('statusCode' in response)) {
    return { status: null, code, timedOut, words: error.message };
  }
  const body: unknown = 'body' in response ? response.body : null;
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : body ? JSON.stringify(body) : '';
  return { status: Number(response.statusCode), code, timedOut, words: text === '' ? error.message : text };
}

/** The connection or the agent, not the request, is at fault: another agent may do better. */
export function isTransportError({ status, words }: HttpError): boolean {
  return status === null || (status >= 500 && !/invalid session|Session TTL|Permission denied|UUID/i.test(words));
}

/** Consul has no leader, and looks for it before it takes a request. */
export function isWithoutLeader({ words }: HttpError): boolean {
  return /no (known )?(cluster )?leader|node is not the leader|not ready to serve consistent/i.test(words);
}

/** What every answer of Consul about its keys has: without it somebody else answered. */
export const NO_INDEX = 'no X-Consul-Index';
