import type { JsonObject } from '../../json';

/** What a member's REST API answers. */
export interface RestAnswer {
  readonly status: number;
  readonly body: string;
}

export const textAnswer = (status: number, body: string): RestAnswer => ({ status, body });

export const jsonAnswer = (status: number, body: unknown): RestAnswer => ({ status, body: JSON.stringify(body) });

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  409: 'Conflict',
  411: 'Length Required',
  501: 'Unsupported method',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** The page that Python's web server makes of a status alone. */
export function errorPage(status: number): RestAnswer {
  return textAnswer(
    status,
    `<h1>Error response</h1><p>Error code: ${String(status)}</p><p>${REASONS[status] ?? ''}</p>`,
  );
}

/** The body of a request that needs one: an object that says something, or the answer to one that does not. */
export type Body =
  { readonly kind: 'object'; readonly data: JsonObject } | { readonly kind: 'bad'; readonly answer: RestAnswer };

/** `patroni/api.py: RestApiHandler._read_json_content`. */
export function bodyOf(body: unknown, isOptional: boolean): Body {
  if (body === null || body === undefined)
    return isOptional ? { kind: 'object', data: {} } : { kind: 'bad', answer: errorPage(411) };
  // As it would be on the wire.
  const data: unknown = JSON.parse(JSON.stringify(body));
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  if (!isObject || (Object.keys(data).length === 0 && !isOptional)) return { kind: 'bad', answer: errorPage(400) };
  return { kind: 'object', data: data as JsonObject };
}
