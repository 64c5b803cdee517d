import { describe, expect, it } from 'vitest';
import type { ClusterDetail, DetailPatch } from '../../app/ipc/detail';
import { type DetailState, detailArrived, patchDetail } from './detail';

const detail: ClusterDetail = {
  id: 'a',
  connectionId: 'e',
  scope: 'demo',
  groups: [],
  findings: [],
  keys: [],
  sessions: [],
};
const patch = (id: string, askedAt: string): DetailPatch => ({
  id,
  groups: [],
  groupsRemoved: [],
  keysSet: [],
  keysRemoved: [],
  sessions: [{ id: '1', grantedTtlSeconds: 20, remainingTtlSeconds: 20, askedAt }],
});
const loading: DetailState = { kind: 'loading', id: 'a', waiting: [] };

describe('the open cluster’s detail', () => {
  it('takes patches that came before the whole on top of it, in their order', () => {
    const waiting = patchDetail(patchDetail(loading, patch('a', 'first')), patch('a', 'second'));
    const state = detailArrived(waiting, 'a', detail);
    expect(state.kind === 'shown' && state.detail.sessions[0]?.askedAt).toBe('second');
  });

  it('does not listen to what belongs to another cluster', () => {
    const shown = detailArrived(loading, 'a', detail);
    expect(patchDetail(shown, patch('b', 'x'))).toBe(shown);
    expect(patchDetail(loading, patch('b', 'x'))).toBe(loading);
    expect(detailArrived(loading, 'b', { ...detail, id: 'b' })).toBe(loading);
  });

  it('says that a cluster is absent when the store has none', () => {
    expect(detailArrived(loading, 'a', null)).toEqual({ kind: 'absent', id: 'a' });
  });
});
