import { z } from 'zod';

const memberSchema = z.object({
  name: z.string(),
  role: z.string(),
  state: z.string(),
  timeline: z.number().optional(),
  pending_restart: z.boolean().optional(),
  scheduled_restart: z.object({ schedule: z.string() }).optional(),
  tags: z.record(z.string(), z.unknown()).optional(),
});

const clusterSchema = z.object({
  members: z.array(memberSchema),
  pause: z.boolean().optional(),
});

/** What `GET /cluster` of a member says is in the store (`patroni/utils.py: cluster_as_json`), as far as the lab waits for it. */
export type ClusterView = z.infer<typeof clusterSchema>;

/** Asks the member at this REST port for the cluster. Rejects when it does not answer, or cannot reach the store itself. */
export async function askForCluster(apiPort: number): Promise<ClusterView> {
  return clusterSchema.parse(await askForAllOfCluster(apiPort));
}

/** The whole answer to `GET /cluster`. Rejects as `askForCluster` does. */
export async function askForAllOfCluster(apiPort: number): Promise<unknown> {
  return (await ask(apiPort, '/cluster')).json();
}

/** Whether the member at this REST port runs as the primary, or leads a standby cluster, and holds the leader lock. */
export async function isLeading(apiPort: number, kind: 'primary' | 'standby-leader'): Promise<boolean> {
  const response = await ask(apiPort, `/${kind}`).catch(() => null);
  await response?.body?.cancel();
  return response?.status === 200;
}

function ask(apiPort: number, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(apiPort)}${path}`, { signal: AbortSignal.timeout(3000) });
}

/** The member that holds the leader lock; null when none does. */
export function leaderIn(view: ClusterView | null): string | null {
  return view?.members.find((m) => m.role === 'leader' || m.role === 'standby_leader')?.name ?? null;
}

/** The members that commits wait for, under `synchronous_mode` on or quorum. */
export function syncStandbysIn(view: ClusterView | null): readonly string[] {
  return (view?.members ?? []).filter((m) => /^(sync|quorum)_standby$/.test(m.role)).map((m) => m.name);
}

/**
 * Whether these members run on one timeline, one of them leads and the others are in one of `replicaStates`: nothing more will happen by
 * itself.
 */
export function isSettled(
  view: ClusterView | null,
  names: readonly string[],
  replicaStates: readonly string[],
): boolean {
  if (view === null || names.length === 0) return false;
  const expected = names.map((name) => view.members.find((m) => m.name === name));
  const leader = leaderIn(view);
  const timelines = new Set(expected.map((m) => m?.timeline));
  return (
    leader !== null &&
    names.includes(leader) &&
    timelines.size === 1 &&
    !timelines.has(undefined) &&
    // The leader of a standby cluster is a replica itself.
    expected.every((m) => (m?.role === 'leader' ? m.state === 'running' : replicaStates.includes(m?.state ?? '')))
  );
}

/** One line for a person who waits: each member with its role and state. */
export function describeView(view: ClusterView | null, names: readonly string[]): string {
  const each = names.map((name) => {
    const member = view?.members.find((m) => m.name === name);
    return member === undefined ? `${name} not there yet` : `${name} ${member.role} ${member.state}`;
  });
  return each.join(', ');
}
