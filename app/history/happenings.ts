import type { Cluster } from '../cluster/cluster';
import * as ClusterOf from '../cluster/cluster';
import * as GlobalConfig from '../cluster/global-config';
import type { Finding } from '../findings/finding';
import type { JsonObject } from '../json';
import type { ObservedEvent } from '../ipc/contract';
import type { GroupDetail } from '../ipc/detail';
import { sameData } from '../same-data';
import { excerpt } from '../text';

/** What happened, before it has an id, an instant and a cluster. */
export type Happening = Pick<ObservedEvent, 'kind' | 'words'>;

/** How many names a sentence lists before it counts the rest. */
const mostNames = 4;

/** What happened to one group between two pictures of it. `lastLeader` is who led last, when nobody did before. */
export function happenings(before: Cluster, after: GroupDetail, lastLeader: string | null): readonly Happening[] {
  const { cluster, group } = after;
  const found: Happening[] = [];
  const add = (kind: ObservedEvent['kind'], words: string): void => {
    found.push({ kind, words: group === null ? words : `group ${String(group)}: ${words}` });
  };
  leadership(before, cluster, lastLeader, add);
  membership(before, cluster, add);
  timeline(before, cluster, add);
  configuration(before, cluster, add);
  return found;
}

/** Findings that an event of its own tells of. */
const toldOtherwise = new Set(['no-leader', 'paused', 'member-gone']);

/** What is found now and was not before, and the other way round; what is merely worth knowing is not counted. */
export function findingsComingAndGoing(before: readonly Finding[], after: readonly Finding[]): readonly Happening[] {
  const was = new Set(before.map(({ id }) => id));
  const is = new Set(after.map(({ id }) => id));
  const tells = ({ severity, code }: Finding): boolean => severity !== 'info' && !toldOtherwise.has(code);
  const came = after.filter((finding) => tells(finding) && !was.has(finding.id));
  const went = before.filter((finding) => tells(finding) && !is.has(finding.id));
  return [
    ...came.map(({ title }): Happening => ({ kind: 'finding-came', words: excerpt(title, 200) })),
    ...went.map(({ title }): Happening => ({ kind: 'finding-went', words: `no longer: ${excerpt(title, 200)}` })),
  ];
}

type Add = (kind: ObservedEvent['kind'], words: string) => void;

function leadership(before: Cluster, after: Cluster, lastLeader: string | null, add: Add): void {
  const was = ClusterOf.leaderName(before);
  const is = ClusterOf.leaderName(after);
  if (was === is) return;
  if (is === null) add('leader-lost', `${short(was)} lost the leader lock`);
  else if (was !== null) add('leader-changed', `${short(was)} → ${short(is)}`);
  else if (lastLeader === null) add('leader-elected', `${short(is)} took the leader lock`);
  else if (lastLeader === is) add('leader-elected', `${short(is)} took the leader lock again`);
  else add('leader-elected', `${short(is)} took the leader lock after ${short(lastLeader)}`);
}

function membership(before: Cluster, after: Cluster, add: Add): void {
  if (before.members === after.members) return;
  const was = new Set(before.members.map(({ name }) => name));
  const is = new Set(after.members.map(({ name }) => name));
  for (const name of is) if (!was.has(name)) add('member-joined', `${short(name)} joined`);
  for (const name of was) if (!is.has(name)) add('member-left', `${short(name)} left`);
}

function timeline(before: Cluster, after: Cluster, add: Add): void {
  const was = ClusterOf.currentTimeline(before);
  const is = ClusterOf.currentTimeline(after);
  // A leader that restarts tells no timeline for a moment, and the history may lag behind it.
  if (was !== 0 && is > was) add('timeline-changed', `timeline ${String(was)} → ${String(is)}`);
}

function configuration(before: Cluster, after: Cluster, add: Add): void {
  if (before.config === after.config) return;
  const wasPaused = GlobalConfig.isPaused(before.config);
  const isPaused = GlobalConfig.isPaused(after.config);
  if (wasPaused !== isPaused) add(isPaused ? 'paused' : 'resumed', isPaused ? 'paused' : 'resumed');
  const changed = changedOptions(before.config?.data ?? {}, after.config?.data ?? {}).filter(
    (name) => name !== 'pause',
  );
  if (changed.length === 0) return;
  const more = changed.length - mostNames;
  const names = changed.slice(0, mostNames).map(short).join(', ');
  add('config-changed', `configuration changed: ${names}${more > 0 ? ` and ${String(more)} more` : ''}`);
}

function changedOptions(before: JsonObject, after: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const own = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);
  return [...names].filter((name) => !sameData(own(before, name), own(after, name)));
}

function short(name: string | null): string {
  return excerpt(name ?? 'nobody', 60);
}
