import { describe, expect, it } from 'vitest';
import * as Cluster from '../cluster/cluster';
import { build, nodes } from '../cluster/test-nodes';
import { drawing } from './drawing';
import { type PictureColours, treePicture } from './tree-picture';
import { upstreamNote } from './upstream-note';

const colours: PictureColours = {
  panel: '#fff',
  raise: '#fff',
  line: '#ccc',
  edge: '#888',
  text: '#000',
  dim: '#444',
  accent: '#00f',
  marks: { ok: '#0a0', warning: '#a70', critical: '#a00', info: '#55a', unknown: '#777' },
};

const draw = (values: Record<string, unknown>) =>
  drawing([{ group: null, cluster: build(nodes(values)).groups[0]?.cluster ?? Cluster.empty }], null);

const picture = (values: Record<string, unknown>, title = 'pg') =>
  treePicture(draw(values), () => 'ok', colours, { title, source: 'etcd · 2026-11-23 03:04:05 UTC' }).svg;

describe('the tree as a picture', () => {
  it('holds every member with its role, and where it comes from', () => {
    const svg = picture({ leader: 'pg1', 'members/pg1': { state: 'running' }, 'members/pg2': { state: 'running' } });
    for (const word of ['pg1', 'pg2', 'Leader', 'Replica', 'running', 'lag not known', '2026-11-23 03:04:05 UTC'])
      expect(svg).toContain(word);
  });

  it('takes names as text, whatever is in them', () => {
    const svg = picture({ leader: '<b>&"', 'members/<b>&"': {}, 'members/\u0001\ud800x': {} }, '<script>');
    expect(svg).toContain('&lt;b&gt;&amp;&quot;');
    expect(svg).not.toMatch(/<b>|<script>/);
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Surrogate}/u);
  });

  it('says what is unusual about where a member hangs', () => {
    const svg = picture({ leader: 'pg1', 'members/pg1': {}, 'members/pg2': { tags: { replicatefrom: 'gone' } } });
    expect(svg).toContain('instead of gone');
  });
});

describe('the note on a node', () => {
  const noteOf = (values: Record<string, unknown>, name: string) => {
    const placed = draw(values).nodes.find(({ node }) => node.kind === 'member' && node.name === name);
    return placed === undefined ? undefined : (upstreamNote(placed.node.upstream)?.text ?? null);
  };
  const herd = (tags: object) => ({ leader: 'a', 'members/a': {}, 'members/b': { tags }, 'members/c': {} });

  it.each([
    ['none where the tree says it all', {}, null],
    ['none for a cascading member', { replicatefrom: 'c' }, null],
    ['the missing upstream', { replicatefrom: 'x' }, 'instead of x'],
    ['a member that names itself', { replicatefrom: 'b' }, 'names itself'],
    ['nostream', { nostream: true }, 'nostream'],
  ])('%s', (_, tags, text) => {
    expect(noteOf(herd(tags), 'b')).toBe(text);
  });

  it('a circle, on the member above which it is cut', () => {
    const values = {
      leader: 'a',
      'members/a': {},
      'members/b': { tags: { replicatefrom: 'c' } },
      'members/c': { tags: { replicatefrom: 'b' } },
    };
    expect(noteOf(values, 'b')).toBe('replicatefrom in a circle');
    expect(noteOf(values, 'c')).toBe(null);
  });

  it('no leader', () => {
    expect(noteOf({ 'members/b': {} }, 'b')).toBe('nobody to follow');
  });
});
