import { describe, expect, it } from 'vitest';
import { node } from '../../cluster/test-nodes';
import type { Picture } from '../picture';
import { compare, sentencesOf } from './compare';

const picture = (values: Readonly<Record<string, unknown>>, over: Partial<Picture> = {}): Picture => ({
  connection: 'production',
  store: { kind: 'etcd3', version: null },
  namespace: '/service',
  at: '2026-03-01T02:03:04.000Z',
  revision: '9000',
  nodes: Object.entries(values).map(([relative, value]) => node(`/service/demo/${relative}`, value)),
  sessions: [],
  untold: [],
  ...over,
});
const GB = 1_000_000_000;
const member = (role: string, timeline: number, over: object = {}) => ({
  role,
  state: 'running',
  conn_url: 'postgres://10.0.0.1:5432/postgres',
  xlog_location: 20 * GB,
  timeline,
  version: '4.1.5',
  ...over,
});
const before = {
  leader: 'pg1',
  'members/pg1': member('primary', 3),
  'members/pg2': member('replica', 3),
  status: { optime: 20 * GB, slots: { pg2: 20 * GB, pg4: 20 * GB } },
  config: { ttl: 30, postgresql: { parameters: { max_connections: 100 } } },
};

describe('comparing two pictures', () => {
  it('finds nothing between a picture and itself, however its JSON is written', () => {
    const again = picture({ ...before, config: '{ "postgresql":{"parameters":{"max_connections":100}}, "ttl": 30 }' });
    expect(compare(picture(before), again)).toEqual({ groups: [], keys: [] });
  });

  it('says in words who leads now, on which timeline, and what a slot holds', () => {
    const after = {
      ...before,
      leader: 'pg2',
      'members/pg2': member('primary', 4),
      'members/pg1': member('replica', 4, { state: 'stopped' }),
      status: { optime: 20 * GB, slots: { pg2: 20 * GB, pg4: 8 * GB } },
    };
    expect(sentencesOf(compare(picture(before), picture(after)))).toEqual([
      'pg2 became leader after pg1, timeline 3 → 4',
      'pg1 is stopped (it was running)',
      expect.stringMatching(/^the slot pg4 now holds 1[12](\.\d)? GB/) as unknown,
    ]);
  });

  it('says that a cluster has no leader any more, who came and who went', () => {
    const after = { 'members/pg1': before['members/pg1'], 'members/pg3': member('replica', 3), config: before.config };
    expect(sentencesOf(compare(picture(before), picture(after))).slice(0, 3)).toEqual([
      'nobody leads (pg1 did)',
      'pg3 is new',
      'pg2 is gone',
    ]);
  });

  it('lists members, options and keys with what they were and are', () => {
    const after = {
      ...before,
      'members/pg2': member('replica', 3, { tags: { nofailover: true } }),
      config: { ttl: 20, postgresql: { parameters: { max_connections: 100, work_mem: '8MB' } } },
    };
    const { groups, keys } = compare(picture(before), picture(after));
    expect(groups[0]?.members).toEqual([{ what: 'pg2: tags', before: null, after: 'nofailover: true' }]);
    expect(groups[0]?.config).toEqual([
      { what: 'postgresql.parameters.work_mem', before: null, after: '8MB' },
      { what: 'ttl', before: '30', after: '20' },
    ]);
    expect(groups[0]?.words).toEqual(['the configuration changed: postgresql.parameters.work_mem, ttl']);
    expect(keys.map(({ what }) => what)).toEqual(['demo/config', 'demo/members/pg2']);
  });

  it('compares what stands below the namespaces, whatever these are called', () => {
    const elsewhere = picture(
      {},
      {
        namespace: '/db',
        nodes: picture(before).nodes.map((one) => ({ ...one, key: one.key.replace('/service/', '/db/') })),
      },
    );
    expect(compare(picture(before), elsewhere)).toEqual({ groups: [], keys: [] });
  });
});
