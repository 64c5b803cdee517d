import { describe, expect, it } from 'vitest';
import * as Cluster from './cluster';
import type * as Member from './member';
import { shownColumns } from '../../renderer/views/overview/member-columns';
import { cellText, sortedIds, tableRows, toTsv } from './member-table';
import { drawing, neighbour } from '../topology/drawing';

const member = (name: string, data: Member.Member['data']): Member.Member => ({
  version: '1',
  name,
  session: null,
  data,
});
const replica = (lsn: number, more: Member.Member['data'] = {}) => ({
  conn_url: 'postgres://10.0.0.1:5432/postgres',
  state: 'running',
  role: 'replica',
  replication_state: 'streaming',
  receive_lsn: lsn,
  replay_lsn: lsn,
  timeline: 4,
  version: '4.1.5',
  ...more,
});
const leader = member('pg1', { state: 'running', role: 'primary', xlog_location: 5000, timeline: 4 });
const groups = [
  {
    group: null,
    cluster: {
      ...Cluster.empty,
      leader: { version: '1', session: null, member: leader },
      status: { lastLsn: 5000, slots: null, retainSlots: [] },
      members: [
        leader,
        member('pg2', replica(5000)),
        member('pg3', replica(1000, { tags: { replicatefrom: 'pg2', nofailover: true } })),
        member('pg4', replica(5000)),
      ],
    },
  },
];
const rows = tableRows(groups, null);
const never = (): null => null;

describe('the rows of the members table', () => {
  it('keep their identity while they say the same', () => {
    const [first] = groups;
    const again = tableRows(first ? [{ ...first, cluster: { ...first.cluster } }] : [], rows);
    expect(again).toBe(rows);
  });

  it('sort by value, not by text; what has no value comes last in both directions', () => {
    const by = (descending: boolean) => sortedIds(rows, { column: 'replayLag', descending }, never);
    expect(by(false)).toEqual(['/pg2', '/pg4', '/pg3', '/pg1']);
    expect(by(true)).toEqual(['/pg3', '/pg2', '/pg4', '/pg1']);
  });

  it('keep equals in the order of their names, and names in theirs without a sort', () => {
    expect(sortedIds(rows, { column: 'state', descending: true }, never)).toEqual(['/pg2', '/pg3', '/pg4', '/pg1']);
    expect(sortedIds(rows, null, never)).toEqual(['/pg1', '/pg2', '/pg3', '/pg4']);
  });

  it('read like patronictl’s', () => {
    const text = (name: string, column: Parameters<typeof cellText>[1]) => {
      const row = rows.find((r) => r.row.name === name);
      return row ? cellText(row, column) : null;
    };
    expect(text('pg1', 'role')).toBe('Leader');
    expect(text('pg2', 'replay')).toBe('0/1388');
    expect(text('pg3', 'replayLag')).toBe('3.9 kB');
    expect(text('pg3', 'tags')).toBe('replicatefrom pg2, nofailover');
    expect(text('pg1', 'receive')).toBe('');
  });

  it('have a column for restarts only while one is pending', () => {
    expect(shownColumns(rows, null).map((c) => c.id)).not.toContain('restart');
  });

  it('are copied with lag in bytes, one line each, whatever is in a value', () => {
    const odd = tableRows(
      [{ group: null, cluster: { ...Cluster.empty, members: [member('a\tb', replica(1))] } }],
      null,
    );
    const [head, line, ...rest] = toTsv(odd).split('\n');
    expect(rest).toEqual([]);
    expect(line?.split('\t')).toHaveLength(head?.split('\t').length ?? 0);
    expect(line?.startsWith('a b\t10.0.0.1:5432\tReplica')).toBe(true);
  });
});

describe('the arrow keys in the tree', () => {
  it('lead to the member that is followed, to the one that follows, and up and down a column', () => {
    const picture = drawing(groups, null);
    const from = (id: string, key: string) => neighbour(picture, `/member/${id}`, key);
    expect(from('pg1', 'ArrowRight')).toBe('/member/pg2');
    expect(from('pg2', 'ArrowRight')).toBe('/member/pg3');
    expect(from('pg2', 'ArrowDown')).toBe('/member/pg4');
    expect(from('pg3', 'ArrowLeft')).toBe('/member/pg2');
    expect(from('pg1', 'ArrowLeft')).toBeNull();
  });
});
