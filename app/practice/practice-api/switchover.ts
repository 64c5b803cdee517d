import * as Cluster from '../../cluster/cluster';
import * as GlobalConfig from '../../cluster/global-config';
import * as Member from '../../cluster/member';
import { truthy } from '../../cluster/coerce';
import { get } from '../../cluster/parsed';
import { str } from '../../cluster/python-text';
import * as SyncState from '../../cluster/sync-state';
import type { Clock } from '../../clock';
import type { JsonObject } from '../../json';
import { requestedFailover } from '../leader-race';
import type { AskPeer } from '../peer-status';
import { bodyOf, errorPage, type RestAnswer, textAnswer } from './answer';
import type { RestMember } from './rest-member';
import { parseSchedule, type Schedule } from './schedule';

type Action = 'switchover' | 'failover';

/** What is wrong with a request, and the status of the answer that says so. */
interface Refusal {
  readonly status: number;
  readonly words: string;
}

/** `POST /switchover` and `POST /failover` (`patroni/api.py: do_POST_failover`). */
export async function postFailover(
  member: RestMember,
  clock: Clock,
  asked: Action,
  sent: unknown,
): Promise<RestAnswer> {
  const body = bodyOf(sent, false);
  if (body.kind === 'bad') return body.answer;
  const leader = textOf(body.data, 'leader');
  const candidate = textOf(body.data, 'candidate') ?? textOf(body.data, 'member');
  const wanted = get(body.data, 'scheduled_at');
  const cluster = await member.dcs.getCluster();
  const isPaused = GlobalConfig.isPaused(cluster.config);
  const schedule = truthy(wanted) ? parseSchedule(wanted, 'switchover', clock.now()) : null;

  const misshapen = refusalOf({ asked, leader, candidate, schedule, isPaused });
  if (misshapen !== null) return textAnswer(misshapen.status, misshapen.words);
  // A failover from a leader that is named is a switchover.
  const action = leader === null ? asked : 'switchover';
  if (leader === candidate) return textAnswer(400, 'Switchover target and source are the same');
  const scheduledAt = schedule?.kind === 'at' ? schedule.iso : null;
  const impossible = scheduledAt === null ? whyNot(cluster, leader, candidate, action, member.ask) : null;
  if (impossible !== null) return textAnswer(412, impossible);

  if (!(await member.dcs.manualFailover(leader, candidate, scheduledAt)))
    return textAnswer(503, 'failed to write failover key into DCS');
  member.wakeUp();
  if (scheduledAt !== null) return textAnswer(202, `${title(action)} scheduled`);
  return followUp(member, clock, Cluster.leaderName(cluster), candidate, action);
}

/** `DELETE /switchover` (`patroni/api.py: do_DELETE_switchover`). */
export async function deleteSwitchover({ dcs }: RestMember): Promise<RestAnswer> {
  const { failover } = await dcs.getCluster();
  if (failover === null || failover.scheduledAt === null) return textAnswer(404, 'no switchover is scheduled');
  if (!(await dcs.manualFailover(null, null, null, failover.version))) return errorPage(409);
  return textAnswer(200, 'scheduled switchover deleted');
}

interface Asked {
  readonly asked: Action;
  readonly leader: string | null;
  readonly candidate: string | null;
  readonly schedule: Schedule | null;
  readonly isPaused: boolean;
}

function refusalOf({ asked, candidate, isPaused, leader, schedule }: Asked): Refusal | null {
  const bad = (words: string): Refusal => ({ status: 400, words });
  if (asked === 'failover' && candidate === null)
    return bad('Failover could be performed only to a specific candidate');
  if (asked === 'switchover' && leader === null)
    return bad('Switchover could be performed only from a specific leader');
  if (schedule !== null) {
    if (asked === 'failover') return bad("Failover can't be scheduled");
    if (isPaused) return bad("Can't schedule switchover in the paused state");
    if (schedule.kind === 'refused') return schedule;
  }
  return isPaused && candidate === null
    ? bad('Switchover is possible only to a specific candidate in a paused state')
    : null;
}

/** Why nobody could take over; null when somebody can be reached who may (`patroni/api.py: is_failover_possible`). */
function whyNot(
  cluster: Cluster.Cluster,
  leader: string | null,
  candidate: string | null,
  action: Action,
  ask: AskPeer,
): string | null {
  const { config, members, sync } = cluster;
  const holder = Cluster.leaderName(cluster);
  const onlyNamed = GlobalConfig.isSynchronousMode(config) && !GlobalConfig.isQuorumCommitMode(config);
  if (leader !== null && holder !== leader) return 'leader name does not match';
  if (candidate !== null && action === 'switchover' && onlyNamed && !SyncState.matches(sync, candidate))
    return 'candidate name does not match with sync_standby';
  const able = members.filter((member) => {
    if (candidate !== null) return member.name === candidate;
    if (onlyNamed) return SyncState.matches(sync, member.name);
    return member.name !== holder && Member.apiUrl(member) !== null;
  });
  if (able.length === 0) {
    if (candidate !== null) return 'candidate does not exists';
    return onlyNamed
      ? `${action} is not possible: can not find sync_standby`
      : `${action} is not possible: cluster does not have members except leader`;
  }
  const isGood = able.some(({ name }) => ask(name)?.nofailover === false);
  return isGood ? null : `${action} is not possible: no good candidates have been found`;
}

/** Looks every second what came of it (`patroni/api.py: poll_failover_result`). */
async function followUp(
  member: RestMember,
  clock: Clock,
  before: string | null,
  candidate: string | null,
  action: Action,
): Promise<RestAnswer> {
  const verb = action.slice(0, -4);
  for (let left = 2 * Math.max(10, member.dcs.loopWait); left > 0; left -= 1) {
    await new Promise<void>((resolve) => clock.after(1_000, resolve));
    const cluster = await member.dcs.getCluster().catch(() => null);
    if (cluster === null) continue;
    const leader = Cluster.leaderName(cluster);
    if (leader !== null && leader !== before) {
      if (candidate === null || candidate === leader)
        return textAnswer(200, `Successfully ${verb}ed over to "${leader}"`);
      return textAnswer(200, `${title(verb)}ed over to "${leader}" instead of "${candidate}"`);
    }
    if (requestedFailover(cluster) === null) return textAnswer(503, `${title(action)} failed`);
  }
  return textAnswer(503, `${title(action)} status unknown`);
}

function textOf(data: JsonObject, name: string): string | null {
  const value = get(data, name);
  if (value === undefined || !truthy(value)) return null;
  return typeof value === 'string' ? value : str(value);
}

function title(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
