import type { StoreFailure } from '../dcs/store';

/** One question to the REST API of a member, e.g. `GET /patroni` or `POST /switchover`. */
export interface MemberRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** From the first slash on, with its query, e.g. `/patroni`. */
  readonly path: string;
  /** What is sent as JSON; null for no body. */
  readonly body: unknown;
  /** After so long without the whole answer the member counts as unreachable. */
  readonly timeoutMs: number;
}

/** What came of asking a member. */
export type MemberAnswer =
  /** It answered, with whatever status: a refusal is an answer too. `body` is the text as it came, for whoever parses it. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly elapsedMs: number }
  /**
   * No whole answer came. `sent` says whether the member may have taken the request and acts on it: `no` only when it cannot
   * have reached it (no connection was made, the address is none).
   */
  | { readonly kind: 'unreachable'; readonly failure: StoreFailure; readonly sent: 'no' | 'perhaps' };

/** The door to the REST API of the members of one connection: over http(s), or to the simulated members of the practice herd. */
export interface MemberApi {
  /**
   * Asks the member whose `api_url`, as its key in the store tells it (e.g. `http://10.0.0.1:8008/patroni`), is this one. Only
   * the scheme, host and port of it count: the request has its own path. Never rejects.
   */
  ask(apiUrl: string, request: MemberRequest): Promise<MemberAnswer>;
}
