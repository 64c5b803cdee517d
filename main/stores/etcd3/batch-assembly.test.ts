import type { IEvent, IWatchResponse } from 'etcd3';
import { describe, expect, it } from 'vitest';
import { BatchAssembly } from './batch-assembly';

function event(key: string, revision: number): IEvent {
  const kv = {
    key: Buffer.from(key),
    value: Buffer.from('v'),
    create_revision: String(revision),
    mod_revision: String(revision),
    version: '1',
    lease: '0',
  };
  return { type: 'Put', kv, prev_kv: kv };
}

function message(events: readonly IEvent[], more: Partial<IWatchResponse> = {}): IWatchResponse {
  const header = { cluster_id: '1', member_id: '1', revision: '900', raft_term: '2' };
  const none = { created: false, canceled: false, compact_revision: '0', cancel_reason: '', fragment: false };
  return { header, watch_id: '0', ...none, events: [...events], ...more };
}

const keys = (batch: ReturnType<BatchAssembly['take']>): string[] =>
  batch.changes.map((change) => (change.kind === 'put' ? change.node.key : change.key));

describe('a batch', () => {
  it('ends at the last revision of its message, not at the head of the store', () => {
    const batch = new BatchAssembly('9').take(message([event('a', 10), event('b', 11)]));
    expect(batch.revision).toBe('11');
    expect(keys(batch)).toEqual(['a', 'b']);
  });

  it('never holds half a revision: fragments wait until it is whole', () => {
    const assembly = new BatchAssembly('9');
    const first = assembly.take(message([event('a', 10), event('b', 11)], { fragment: true }));
    expect([first.revision, keys(first)]).toEqual(['10', ['a']]);
    const second = assembly.take(message([event('c', 11)], { fragment: true }));
    expect([second.revision, keys(second)]).toEqual(['10', []]);
    const third = assembly.take(message([event('d', 11), event('e', 12)]));
    expect([third.revision, keys(third)]).toEqual(['12', ['b', 'c', 'd', 'e']]);
  });

  it('leaves out what the reader has', () => {
    const batch = new BatchAssembly('10').take(message([event('a', 10), event('b', 11)]));
    expect(keys(batch)).toEqual(['b']);
  });

  it('without changes takes the reader to the revision that etcd names', () => {
    const assembly = new BatchAssembly('9');
    expect(assembly.take(message([])).revision).toBe('900');
    expect(assembly.done).toBe('900');
  });
});
