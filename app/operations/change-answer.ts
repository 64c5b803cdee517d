import { excerpt } from '../text';
import type { ChangeOfLeader } from './intent';
import type { Outcome } from './phase';
import type { Sent } from './change-course';

/** What a member's refusal means; null when what came back is none. `patroni/api.py: do_POST_failover`. */
export function answered(intent: ChangeOfLeader, sent: Sent): Outcome | null {
  switch (sent.kind) {
    case 'written':
      return null;
    case 'not-written':
      return sent.sure ? refused(sent.words, 'Look at the cluster as it is now, and begin again.') : null;
    case 'unreachable':
      return sent.sent === 'no' ? refused(`${sent.words} Nothing was sent.`, 'Check the way to the member.') : null;
    case 'answered':
      return refusal(intent, sent.status, sent.body.trim());
  }
}

function refusal(intent: ChangeOfLeader, status: number, body: string): Outcome | null {
  if (status === 200 || status === 202) return null;
  const said = `It answered: ${body === '' ? `HTTP ${String(status)}` : `“${excerpt(body)}”`} (HTTP ${String(status)}).`;
  if (status === 401 || status === 403) {
    return refused(
      `The member’s REST API does not let us. ${said}`,
      'Give its user name and password, or a client certificate, in the settings of the connection.',
    );
  }
  if (/status unknown/.test(body)) return null;
  if (/^(switchover|failover) failed$/i.test(body)) {
    return {
      kind: 'failed',
      title: 'Patroni dropped the request',
      words: `The leader accepted it and dropped it in its next round. ${said}`,
      advice: 'The log of the leader says why, at that time.',
      dropped: true,
    };
  }
  return refused(`${meaning(intent, body)} ${said}`, adviceFor(body));
}

/** Patroni's words, in more of them. */
function meaning({ kind, candidate }: ChangeOfLeader, body: string): string {
  const to = candidate ?? 'the candidate';
  if (/no good candidates/.test(body)) {
    return candidate === null
      ? 'The leader asked every member, and none of them answered as one that may lead: not reachable from the leader, nofailover, or its watchdog failed.'
      : `The leader asked ${to}, and it did not answer as one that may lead: not reachable from the leader, nofailover, or its watchdog failed.`;
  }
  if (/does not match with sync_standby/.test(body)) return `${to} is not named in /sync.`;
  if (/can not find sync_standby/.test(body)) return 'No member is named in /sync.';
  if (/leader name does not match/.test(body)) return 'Another member leads by now.';
  if (/candidate does not exist/.test(body)) return `${to} is not a member any more.`;
  if (/paused state/.test(body)) return 'The cluster is paused.';
  if (/does not have members except leader/.test(body)) return 'There is no other member.';
  if (/failed to write failover key/.test(body)) return 'The member could not write to the store.';
  if (/in the past/.test(body)) return 'By the clock of the member its time has passed.';
  return `The ${kind} was refused.`;
}

function adviceFor(body: string): string {
  if (/no good candidates/.test(body))
    return 'Look whether the leader reaches the REST API of the candidate, and at its watchdog.';
  if (/in the past/.test(body)) return 'Compare the clocks of the members with this one.';
  return 'Look at the checks as they are now, and begin again.';
}

function refused(words: string, advice: string): Outcome {
  return { kind: 'refused', title: 'Nothing was changed', words, advice };
}
