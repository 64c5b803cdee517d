import * as Member from '../cluster/member';
import { patronictl } from '../patronictl';
import type { ChangeOfLeader } from './intent';
import type { PlannedRequest } from './plan';

/** What `patronictl` is called with to do the same; it asks once more before it does it. */
export function changeCommand(intent: ChangeOfLeader, scope: string): string {
  const candidate = intent.candidate === null ? [] : ['--candidate', intent.candidate];
  if (intent.kind === 'failover') return patronictl('failover', scope, intent.group, ...candidate);
  const when = ['--scheduled', intent.scheduledAt ?? 'now'];
  return patronictl('switchover', scope, intent.group, '--leader', intent.leader, ...candidate, ...when);
}

/** A request to a member, with the whole address for a person; null when its key names no REST API. */
export function restRequest(
  member: Member.Member,
  method: 'POST' | 'PATCH' | 'DELETE' | 'PUT',
  path: string,
  body: unknown,
): Extract<PlannedRequest, { readonly kind: 'rest' }> | null {
  const apiUrl = Member.apiUrl(member);
  const url = Member.endpointUrl(member, path.replace(/^\//, ''));
  if (apiUrl === null || url === null) return null;
  return { kind: 'rest', member: member.name, apiUrl, method, path, body, url };
}

/** The same request for a shell. Patroni’s login, where it has one, is for the person to add. */
export function curl(request: PlannedRequest): readonly string[] {
  if (request.kind !== 'rest') return [];
  const body =
    request.body === null ? '' : ` -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(request.body))}`;
  return [`curl -s -X ${request.method} ${quoted(request.url)}${body}`];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
