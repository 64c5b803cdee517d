import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { topology } from './topology';

const running = (over: object = {}) => ({
  state: 'running',
  role: 'replica',
  replication_state: 'streaming',
  version: '4.1.5',
  ...over,
});
const from = (name: string) => running({ tags: { replicatefrom: name } });

function treeOf(values: Record<string, unknown>) {
  return topology(build(nodes(values)).groups[0]?.cluster ?? Cluster.empty);
}

/** One line a node: two spaces a level, the name, and why it hangs there. */
function outline(values: Record<string, unknown>): string[] {
  return treeOf(values).nodes.map((node) => {
    const label = node.kind === 'remote' ? `remote ${node.address ?? '?'}` : node.name;
    return `${'  '.repeat(node.depth)}${label} (${node.kind === 'missing' ? 'missing, ' : ''}${node.upstream.kind})`;
  });
}

describe('topology', () => {
  it('hangs replicas below the leader, by name, and cascading ones below whom they name', () => {
    expect(
      outline({
        leader: 'pg2',
        'members/pg3': running(),
        'members/pg2': running(),
        'members/pg1': running(),
        'members/pg0': from('pg3'),
      }),
    ).toEqual(['pg2 (none)', '  pg1 (leader)', '  pg3 (leader)', '    pg0 (replicatefrom)']);
  });

  it('falls back to the leader when the named member is missing or the member itself', () => {
    const tree = treeOf({ leader: 'a', 'members/a': running(), 'members/b': from('gone'), 'members/c': from('c') });
    expect(tree.nodes.map(({ upstream }) => upstream)).toEqual([
      { kind: 'none' },
      { kind: 'fallback', missing: 'gone' },
      { kind: 'self' },
    ]);
    expect(tree.edges.map((edge) => edge.from)).toEqual(['member/a', 'member/a']);
  });

  it('passes over the leader’s own replicatefrom', () => {
    expect(outline({ leader: 'a', 'members/a': from('b'), 'members/b': from('a') })).toEqual([
      'a (none)',
      '  b (replicatefrom)',
    ]);
  });

  it('cuts a loop above the member that comes first by name', () => {
    const values = {
      leader: 'a',
      'members/a': running(),
      'members/z': from('d'),
      'members/b': from('d'),
      'members/c': from('b'),
      'members/d': from('c'),
    };
    expect(outline(values)).toEqual([
      'a (none)',
      'b (loop)',
      '  c (replicatefrom)',
      '    d (replicatefrom)',
      '      z (replicatefrom)',
    ]);
    expect(treeOf(values).nodes[1]?.upstream).toEqual({ kind: 'loop', members: ['b', 'd', 'c'] });
  });

  it('draws a member that does not stream below the leader, and says so', () => {
    expect(
      outline({ leader: 'a', 'members/a': running(), 'members/b': running({ tags: { nostream: true } }) }),
    ).toEqual(['a (none)', '  b (nostream)']);
  });

  it('shows the lock’s holder even without a member key', () => {
    expect(outline({ leader: 'gone', 'members/b': running() })).toEqual(['gone (missing, none)', '  b (leader)']);
  });

  it('has only roots without a leader, except below a named member', () => {
    expect(outline({ 'members/a': running(), 'members/b': from('a') })).toEqual([
      'a (no-leader)',
      '  b (replicatefrom)',
    ]);
  });

  it('hangs a standby leader below the remote source', () => {
    const config = { standby_cluster: { host: 'FD00::1', port: '5433', primary_slot_name: 'dr' } };
    const values = { config, leader: 'a', 'members/a': running(), 'members/b': running() };
    expect(outline(values)).toEqual(['remote [FD00::1]:5433 (none)', '  a (remote)', '    b (leader)']);
    expect(treeOf(values).nodes[0]).toMatchObject({ kind: 'remote', slot: 'dr' });
  });

  it('turns a standby cluster without a leader to the remote source, unless it is paused', () => {
    const config = { standby_cluster: { restore_command: 'cp' } };
    expect(outline({ config, 'members/a': running() })).toEqual(['remote ? (none)', '  a (remote)']);
    expect(outline({ config: { ...config, pause: true }, 'members/a': running() })).toEqual([
      'remote ? (none)',
      'a (no-leader)',
    ]);
  });

  it.each([
    ['streaming', running()],
    ['in archive recovery', running({ replication_state: 'in archive recovery' })],
    ['not streaming', running({ replication_state: null })],
    ['unknown', running({ replication_state: null, version: '3.0.2' })],
    ['not streaming', { state: 'stopped' }],
    ['unknown', {}],
  ])('says %s of an edge when the member below tells so', (kind, member) => {
    expect(treeOf({ leader: 'a', 'members/a': running(), 'members/b': member }).edges[0]?.kind).toBe(kind);
  });

  it('carries the lag behind the leader', () => {
    const b = running({ replay_lsn: 40, receive_lsn: 90 });
    const { nodes: places, edges } = treeOf({
      status: { optime: 100 },
      leader: 'a',
      'members/a': running(),
      'members/b': b,
    });
    expect([edges[0]?.lagBytes, places[1]]).toEqual([60, expect.objectContaining({ lagBytes: 60 })]);
  });

  it('holds every member exactly once, whoever names whom', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const name = fc.constantFrom(...names, 'x');
    fc.assert(
      fc.property(fc.option(name), fc.array(name, { minLength: 6, maxLength: 6 }), (leader, upstreams) => {
        const members = names.map((member, i) => [`members/${member}`, from(upstreams[i] ?? '')] as const);
        const tree = treeOf({ ...Object.fromEntries<unknown>(members), ...(leader === null ? {} : { leader }) });
        const drawn = tree.nodes.map((node) => (node.kind === 'remote' ? '' : node.name)).sort();
        expect(drawn).toEqual(leader === 'x' ? [...names, 'x'] : names);
        const depths = new Map(tree.nodes.map(({ id, depth }) => [id, depth]));
        for (const edge of tree.edges) expect(depths.get(edge.to)).toBe((depths.get(edge.from) ?? NaN) + 1);
      }),
    );
  });
});
