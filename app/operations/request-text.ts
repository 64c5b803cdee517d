import type { PlannedRequest } from './plan';

/** A request in one line. */
export function requestText(request: PlannedRequest): string {
  switch (request.kind) {
    case 'rest':
      return `${request.method} ${request.url}${request.body === null ? '' : ` ${JSON.stringify(request.body)}`}`;
    case 'store':
      return `${request.key} = ${request.value}`;
    case 'remove':
      return `every key below ${request.prefix} is removed`;
  }
}
