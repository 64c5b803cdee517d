import type { ConnectionView, RequestError } from '../../app/ipc/contract';
import type { ComparedClusters } from '../../app/ipc/snapshot';
import { parseKey } from '../../app/dcs/keys';
import { compare } from '../../app/snapshot/compare/compare';
import type { Picture } from '../../app/snapshot/picture';
import { redact } from '../../app/snapshot/redact';
import { err, ok, type Result } from '../../app/result';
import { clusterId as idOf } from '../inspection/observed-cluster';
import { pastPicture } from './past';
import type { Recorders } from './recorders';

/** What changed in a cluster from one instant to another, both in milliseconds since 1970, as far as it was recorded. */
export async function compareInstants(
  recorders: Pick<Recorders, 'at'>,
  views: readonly ConnectionView[],
  clusterId: string,
  fromMs: number,
  toMs: number,
): Promise<Result<ComparedClusters, RequestError>> {
  const view = views.find(({ id }) => clusterId.startsWith(`${id}/`));
  if (view === undefined) return err({ code: 'not-found', message: 'The connection of this cluster is gone.' });
  // One after the other: what the first is made of may change with the second.
  const pictures: Picture[] = [];
  for (const ms of [fromMs, toMs]) {
    const instant = await recorders.at(view.id, ms);
    if (instant === null) return err({ code: 'not-found', message: 'This was not recorded.' });
    pictures.push(ofCluster(pastPicture(view, ms, instant), view.id, clusterId));
  }
  // A password that changed would be shown otherwise.
  const [before, after] = redact(pictures, false).pictures;
  if (before === undefined || after === undefined)
    return err({ code: 'not-found', message: 'This cluster was not recorded.' });
  return ok({ beforeAt: before.at, afterAt: after.at, comparison: compare(before, after) });
}

function ofCluster(picture: Picture, connectionId: string, clusterId: string): Picture {
  const nodes = picture.nodes.filter(({ key }) => {
    const scope = parseKey(picture.namespace, key)?.scope;
    return scope !== undefined && idOf(connectionId, scope) === clusterId;
  });
  return { ...picture, nodes };
}
