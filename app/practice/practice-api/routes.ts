import { clusterAsJson } from '../../cluster/cluster-as-json';
import type * as Cluster from '../../cluster/cluster';
import * as GlobalConfig from '../../cluster/global-config';
import { newest } from '../../cluster/rules';
import type { Clock } from '../../clock';
import type { MemberRequest } from '../../operations/member-api';
import { sameData } from '../../same-data';
import { bodyOf, errorPage, jsonAnswer, type RestAnswer, textAnswer } from './answer';
import { healthCode } from './health';
import { patchConfig } from './patch-config';
import { requestTarget } from './request-target';
import type { RestMember } from './rest-member';
import { deleteRestart, postReinitialize, postRestart } from './restart';
import { statusOf } from './status';
import { deleteSwitchover, postFailover } from './switchover';

/** What Patroni 4.1 answers to a request; the method and the path's first word say which it is (`patroni/api.py: parse_request`). */
export async function answerRequest(member: RestMember, clock: Clock, request: MemberRequest): Promise<RestAnswer> {
  const target = requestTarget(request.path);
  const word = target.path.split('/')[1] ?? '';
  const { dcs } = member;
  switch (`${request.method} ${word}`) {
    case 'GET patroni':
      return jsonAnswer(200, statusOf(member, await clusterOf(member)));
    case 'GET cluster':
      return jsonAnswer(200, { ...clusterAsJson(await dcs.getCluster(), newest), scope: member.scope });
    case 'GET history':
      return jsonAnswer(200, (await dcs.getCluster()).history?.lines ?? []);
    case 'GET config': {
      const { config } = await dcs.getCluster();
      return config === null || config.modifyVersion === '0' ? errorPage(502) : jsonAnswer(200, config.data);
    }
    case 'GET failsafe':
      return dcs.failsafe === null ? errorPage(502) : jsonAnswer(200, Object.fromEntries(dcs.failsafe));
    case 'GET liveness':
      return textAnswer(200, '');
    case 'GET readiness':
      return textAnswer(isReady(member, await clusterOf(member)) ? 200 : 503, '');
    case 'POST switchover':
      return postFailover(member, clock, 'switchover', request.body);
    case 'POST failover':
      return postFailover(member, clock, 'failover', request.body);
    case 'DELETE switchover':
      return deleteSwitchover(member);
    case 'PATCH config':
      return changeConfig(member, request.body);
    case 'PUT config':
      return replaceConfig(member, request.body);
    case 'POST restart':
      return postRestart(member, clock, request.body);
    case 'DELETE restart':
      return deleteRestart(member);
    case 'POST reload':
      member.wakeUp();
      return textAnswer(202, 'reload scheduled');
    case 'POST reinitialize':
      return postReinitialize(member, request.body);
    default: {
      if (request.method !== 'GET' && request.method !== 'OPTIONS') return errorPage(501);
      const cluster = await clusterOf(member);
      const status = healthCode(member, cluster, target.path, target.query);
      return request.method === 'OPTIONS' ? textAnswer(status, '') : jsonAnswer(status, statusOf(member, cluster));
    }
  }
}

/** Null when the store does not answer the member. */
function clusterOf({ dcs }: RestMember): Promise<Cluster.Cluster | null> {
  return dcs.getCluster().catch(() => null);
}

/** `patroni/api.py: _readiness`. */
function isReady(member: RestMember, cluster: Cluster.Cluster | null): boolean {
  const { isLeader, server, state } = member.facts();
  if (isLeader) return true;
  if (state !== 'running' || server === null || !server.streaming || cluster === null) return false;
  return cluster.status.lastLsn - server.replayed <= GlobalConfig.maximumLagOnFailover(cluster.config);
}

/** `patroni/api.py: do_PATCH_config`. */
async function changeConfig(member: RestMember, sent: unknown): Promise<RestAnswer> {
  const body = bodyOf(sent, false);
  if (body.kind === 'bad') return body.answer;
  const { config } = await member.dcs.getCluster();
  if (config === null || config.modifyVersion === '0') return errorPage(503);
  const data = patchConfig(config.data, body.data);
  if (data !== null && !(await member.dcs.setConfigValue(JSON.stringify(data), config.version))) return errorPage(409);
  member.wakeUp();
  return jsonAnswer(200, data ?? config.data);
}

/** `patroni/api.py: do_PUT_config`. */
async function replaceConfig(member: RestMember, sent: unknown): Promise<RestAnswer> {
  const body = bodyOf(sent, false);
  if (body.kind === 'bad') return body.answer;
  const { config } = await member.dcs.getCluster();
  const isSame = config !== null && sameData(config.data, body.data);
  if (!isSame && !(await member.dcs.setConfigValue(JSON.stringify(body.data)))) return errorPage(502);
  return jsonAnswer(200, body.data);
}
