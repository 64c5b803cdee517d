import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../cluster/build-cluster';
import type { StoreNode } from '../dcs/node';
import type { SessionState } from '../dcs/store';
import type { Finding } from '../findings/finding';
import { compareText } from '../text';
import { applyPatch } from './apply-patch';
import type { ClusterDetail } from './detail';
import { diffDetail, isEmptyPatch } from './diff-detail';

const name = fc.oneof(
  fc.constantFrom('pg1', 'pg2', '__proto__', 'constructor', '\u{10000}', '\uffee'),
  fc.string({ maxLength: 4, unit: 'binary' }),
);
const relative = fc.oneof(
  fc.constantFrom(
    'leader',
    'config',
    'status',
    'sync',
    'failover',
    'history',
    'failsafe',
    'initialize',
    'other',
    '0/leader',
    '1/config',
  ),
  name.map((member) => `members/${member}`),
  name.map((member) => `2/members/${member}`),
);
const value = fc.oneof(
  fc.constantFrom('pg1', 'pg2', '', '{}', '[]', '{"ttl":30}', '{"__proto__":{"a":1}}'),
  fc.json(),
  fc.string(),
);
const keyValues = fc.array(
  fc.record({ relative, value, revision: fc.integer({ min: 1, max: 3 }), truncated: fc.boolean() }),
  { maxLength: 12 },
);

const finding = fc
  .record({ code: fc.constantFrom('no-leader', 'paused'), title: fc.string() })
  .map(({ code, title }): Finding => {
    return {
      id: code,
      code,
      severity: 'info',
      subject: { kind: 'cluster' },
      group: null,
      title,
      meaning: '',
      advice: '',
      evidence: [],
    };
  });
const session = fc.integer({ min: 0, max: 30 }).map((left): SessionState => {
  return { id: '1', grantedTtlSeconds: 30, remainingTtlSeconds: left, askedAt: '2026-01-15T12:00:00.000Z' };
});

interface Picture {
  readonly keys: readonly { relative: string; value: string; revision: number; truncated: boolean }[];
  readonly findings: readonly Finding[];
  readonly sessions: readonly SessionState[];
}
const picture: fc.Arbitrary<Picture> = fc.record({
  keys: keyValues,
  findings: fc.array(finding, { maxLength: 2 }),
  sessions: fc.array(session, { maxLength: 1 }),
});

/** The detail that a builder (which keeps what did not change) makes of a picture. */
function detailOf(builder: ClusterBuilder, now: Picture): ClusterDetail {
  const nodes = new Map<string, StoreNode>();
  const truncated = new Set<string>();
  for (const key of now.keys) {
    const revision = String(key.revision);
    const node: StoreNode = {
      key: `/service/demo/${key.relative}`,
      value: key.value,
      bytes: key.value.length,
      createRevision: '1',
      modRevision: revision,
      version: revision,
      session: null,
    };
    nodes.set(node.key, node);
    if (key.truncated) truncated.add(node.key);
  }
  return {
    id: 'c/demo',
    connectionId: 'c',
    scope: 'demo',
    groups: builder.build(nodes).groups,
    findings: now.findings,
    keys: [...nodes.values()]
      .sort((a, b) => compareText(a.key, b.key))
      .map((node) => ({ ...node, truncated: truncated.has(node.key), changedAt: null })),
    sessions: now.sessions,
  };
}

describe('the patch between two details of a cluster', () => {
  it('turns the one into the other, whatever the keys hold', () => {
    fc.assert(
      fc.property(picture, picture, fc.boolean(), (first, second, sameBuilder) => {
        const builder = new ClusterBuilder('/service');
        const before = detailOf(builder, first);
        const after = detailOf(sameBuilder ? builder : new ClusterBuilder('/service'), second);
        const patch = structuredClone(diffDetail(before, after));
        expect(applyPatch(structuredClone(before), patch)).toStrictEqual(structuredClone(after));
      }),
      { numRuns: 500 },
    );
  });

  it('is empty between a detail and itself, also when it was built anew', () => {
    fc.assert(
      fc.property(picture, (now) => {
        const before = detailOf(new ClusterBuilder('/service'), now);
        expect(isEmptyPatch(diffDetail(before, before))).toBe(true);
        expect(isEmptyPatch(diffDetail(before, detailOf(new ClusterBuilder('/service'), now)))).toBe(true);
      }),
    );
  });

  it('names only the member that changed, and applying it leaves the others as they were', () => {
    const builder = new ClusterBuilder('/service');
    const keys = ['pg1', 'pg2', 'pg3'].map((member) => ({
      relative: `members/${member}`,
      value: '{"state":"running"}',
      revision: 1,
      truncated: false,
    }));
    const before = detailOf(builder, { keys, findings: [], sessions: [] });
    const changed = keys.map((key, index) =>
      index === 1 ? { ...key, value: '{"state":"stopped"}', revision: 2 } : key,
    );
    const after = detailOf(builder, { keys: changed, findings: [], sessions: [] });
    const patch = diffDetail(before, after);
    expect(patch.groups.map((group) => group.membersSet.map((member) => member.name))).toEqual([['pg2']]);
    expect(patch.groups[0]?.parts).toEqual({});
    expect(patch.keysSet.map((key) => key.key)).toEqual(['/service/demo/members/pg2']);
    const applied = applyPatch(before, patch);
    expect(applied.groups[0]?.cluster.members[0]).toBe(before.groups[0]?.cluster.members[0]);
    expect(applied.findings).toBe(before.findings);
  });
});
