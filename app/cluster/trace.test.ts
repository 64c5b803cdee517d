import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoreNode } from '../dcs/node';
import { type Finding } from '../findings/finding';
import { findings } from '../findings';
import { topology } from '../topology/topology';
import { ClusterBuilder } from './build-cluster';
import * as Cluster from './cluster';
import { memberRows } from './member-row';
import { summarize } from './summarize';
import type { ClusterSummary } from './summary';

// The event log of a real herd: Patroni 4.1.5 on etcd v3, through switchover, cascade, quorum, pause, a killed leader,
// reinit and a manual failover. `/service/.lab/mark` names what was done next.

interface TraceEvent {
  readonly at: string;
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly value?: string;
  readonly create_revision?: number;
  readonly mod_revision: number;
  readonly version?: number;
}

interface Moment {
  readonly at: string;
  readonly mark: string;
  readonly cluster: Cluster.Cluster;
  readonly findings: readonly Finding[];
  readonly summary: ClusterSummary;
}

const MARK = '/service/.lab/mark';

// JSON.parse would round a lease, which is larger than 2^53.
const lines = readFileSync(new URL('../../e2e/traces/demo-patroni-4.1.5-etcd3.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const events = lines.map((line) => ({
  event: JSON.parse(line) as TraceEvent,
  lease: /"lease":(\d+)\}$/.exec(line)?.[1] ?? null,
}));

function replay(): readonly Moment[] {
  const nodes = new Map<string, StoreNode>();
  const builder = new ClusterBuilder('service');
  const seenMembers = new Map<string, string>();
  let mark = '';
  return events.flatMap(({ event, lease }): Moment[] => {
    if (event.key === MARK) mark = event.value ?? '';
    if (!event.key.startsWith('/service/demo/')) return [];
    if (event.type === 'delete') nodes.delete(event.key);
    else {
      nodes.set(event.key, {
        key: event.key,
        value: event.value ?? '',
        bytes: Buffer.byteLength(event.value ?? ''),
        createRevision: String(event.create_revision),
        modRevision: String(event.mod_revision),
        version: String(event.version),
        session: lease,
      });
    }
    const built = builder.build(nodes);
    const { groups } = built;
    const cluster = groups[0]?.cluster ?? Cluster.empty;
    for (const { name } of cluster.members) seenMembers.set(name, event.at);
    const observed = () => ({ seenMembers, unlockedSince: null, storeHasSessions: true });
    const found = findings({
      namespace: 'service',
      scope: 'demo',
      ...built,
      keys: nodes,
      now: event.at,
      observed,
    });
    const summary = summarize({
      id: 'x',
      connectionId: 'c',
      scope: 'demo',
      groups,
      findings: found,
      unlockedSince: null,
    });
    expect(topology(cluster).nodes.length).toBeGreaterThanOrEqual(memberRows(cluster).length);
    return [{ at: event.at, mark, cluster, findings: found, summary }];
  });
}

const moments = replay();

/** A list without repeats of what stands before. */
const changes = <T>(values: readonly T[]): T[] => values.filter((value, i) => i === 0 || value !== values[i - 1]);

/** What the cluster was like at the last event before the next mark. */
const endOf = (mark: string): Moment => {
  const last = moments.filter((moment) => moment.mark === mark).at(-1);
  if (last === undefined) throw new Error(`the trace has no mark ${mark}`);
  return last;
};
const codes = (moment: Moment): string[] => moment.findings.map(({ code }) => code);

describe('the log of a real herd', () => {
  it('has no value that cannot be read', () => {
    expect(moments.flatMap(codes)).not.toContain('bad-value');
  });

  it('passes the lead on as was done: switchover, kill -9, manual failover', () => {
    const leaders = changes(moments.map(({ cluster }) => Cluster.leaderName(cluster)));
    expect(leaders).toEqual([null, 'pg1', null, 'pg2', null, 'pg3', null, 'pg1']);
  });

  it('rises by a timeline with each', () => {
    const timelines = changes(
      moments.map(({ cluster }) => Cluster.timeline(cluster)).filter((timeline) => timeline > 0),
    );
    expect(timelines).toEqual([2, 3, 4]);
    expect(endOf('failover-manual').summary.timeline).toBe(4);
  });

  it('finds that there is no leader exactly while there is none', () => {
    for (const moment of moments) {
      const lost = codes(moment).includes('no-leader');
      expect(lost).toBe(Cluster.isUnlocked(moment.cluster) && moment.cluster.members.length > 0);
    }
  });

  it('hangs the cascading member below the one that it names', () => {
    const edge = topology(endOf('quorum').cluster).edges.find(({ to }) => to === 'member/pg4');
    expect(edge).toMatchObject({ from: 'member/pg3', kind: 'streaming' });
  });

  it('shows who is synchronous, then who votes', () => {
    const roles = (mark: string) => memberRows(endOf(mark).cluster).map(({ name, role }) => `${name} ${role}`);
    expect(roles('sync-on')).toContain('pg3 Sync Standby');
    expect(roles('quorum')).toEqual(expect.arrayContaining(['pg1 Quorum Standby', 'pg2 Leader', 'pg3 Quorum Standby']));
  });

  it('finds the pause, and that it ended', () => {
    expect([codes(endOf('pause')).includes('paused'), codes(endOf('resume')).includes('paused')]).toEqual([
      true,
      false,
    ]);
  });

  it('finds what waits for a restart, with its parameter', () => {
    const waiting = endOf('pending-restart').findings.filter(({ code }) => code === 'pending-restart');
    expect(waiting.length).toBeGreaterThan(0);
    const labels = waiting.flatMap(({ evidence }) => evidence.map(({ label }) => label));
    expect(labels.some((label) => label.startsWith('max_connections'))).toBe(true);
  });

  it('finds the scheduled switchover until it is flushed', () => {
    expect(codes(endOf('scheduled-switchover'))).toContain('scheduled-switchover');
    expect(codes(endOf('flush'))).not.toContain('scheduled-switchover');
  });

  it('finds that the killed leader is gone, and that it came back', () => {
    const gone = (moment: Moment) =>
      moment.findings.some(
        ({ code, subject }) => code === 'member-gone' && subject.kind === 'member' && subject.name === 'pg2',
      );
    expect([gone(endOf('kill-leader')), gone(endOf('bring-back-pg2'))]).toEqual([true, false]);
  });

  it('ends healthy', () => {
    expect(
      endOf('failover-manual')
        .findings.filter(({ severity }) => severity !== 'info')
        .map(({ title }) => title),
    ).toEqual([]);
  });
});
