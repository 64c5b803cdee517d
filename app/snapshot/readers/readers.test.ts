import { describe, expect, it } from 'vitest';
import { assemble, namespacesOf } from './assemble';
import { readPiece } from '.';

const openedAt = '2026-11-23T12:00:00.000Z';

function opened(...texts: readonly string[]) {
  const readings = texts.flatMap((text, index) => {
    const read = readPiece({ name: `file-${index + 1}`, text });
    if (!read.ok) throw new Error(read.error);
    return read.value.map((reading) => ({ name: `file-${index + 1}`, modifiedAt: null, reading }));
  });
  return assemble(readings, openedAt);
}
const problemOf = (text: string): string => {
  const read = readPiece({ name: 'x', text });
  return read.ok ? 'read' : read.error;
};
const values = (of: ReturnType<typeof opened>): Record<string, string> =>
  Object.fromEntries(of.pictures.flatMap(({ nodes }) => nodes.map(({ key, value }) => [key, value])));

describe('what Kubernetes has', () => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        kind: 'Endpoints',
        metadata: {
          name: 'demo',
          namespace: 'db',
          resourceVersion: '900',
          labels: { 'cluster-name': 'demo' },
          annotations: { leader: 'demo-0', optime: '83886432', slots: '{"demo_1":83886432}', ttl: '30' },
        },
      },
      {
        kind: 'Endpoints',
        metadata: {
          name: 'demo-config',
          namespace: 'db',
          resourceVersion: '850',
          labels: { 'cluster-name': 'demo' },
          annotations: { config: '{"ttl":30}', initialize: '7000000000000000001', history: '[]' },
        },
      },
      {
        kind: 'Pod',
        metadata: {
          name: 'demo-0',
          namespace: 'db',
          labels: { 'cluster-name': 'demo' },
          annotations: { status: '{"role":"primary","state":"running"}' },
        },
      },
      { kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'db', annotations: { note: 'x' } } },
    ],
  };
  const expected = {
    '/db/demo/leader': 'demo-0',
    '/db/demo/status': '{"optime":83886432,"slots":{"demo_1":83886432}}',
    '/db/demo/config': '{"ttl":30}',
    '/db/demo/initialize': '7000000000000000001',
    '/db/demo/history': '[]',
    '/db/demo/members/demo-0': '{"role":"primary","state":"running"}',
  };

  it('is read from JSON and from YAML, as the keys that its annotations stand for', () => {
    expect(values(opened(JSON.stringify(list)))).toEqual(expected);
    const yaml = `apiVersion: v1\nkind: List\nitems:\n${list.items.map((item) => `- ${JSON.stringify(item)}`).join('\n')}\n`;
    expect(values(opened(yaml))).toEqual(expected);
  });
});

describe('what ZooKeeper has', () => {
  it('is read from a session of zkCli', () => {
    const session = [
      'Connecting to localhost:2181',
      '[zk: localhost:2181(CONNECTED) 0] get -s /service/demo/leader',
      'pg1',
      'cZxid = 0x10',
      'mZxid = 0x12',
      'ephemeralOwner = 0x100000000000001',
      '[zk: localhost:2181(CONNECTED) 1] get -s /service/demo/config',
      '{"ttl":30}',
      'cZxid = 0x8',
      'mZxid = 0x9',
      'ephemeralOwner = 0x0',
      '[zk: localhost:2181(CONNECTED) 2] quit',
    ].join('\n');
    const { pictures } = opened(session);
    expect(pictures[0]).toMatchObject({ store: { kind: 'zookeeper' }, namespace: '/service' });
    expect(
      pictures[0]?.nodes.map(({ key, value, modRevision, session: owner }) => [key, value, modRevision, owner]),
    ).toEqual([
      ['/service/demo/leader', 'pg1', '18', '0x100000000000001'],
      ['/service/demo/config', '{"ttl":30}', '9', null],
    ]);
  });

  it('is read from JSON of paths', () => {
    expect(values(opened('{"/service/demo/leader":"pg1","/service/demo/config":{"data":"{}"}}'))).toEqual({
      '/service/demo/leader': 'pg1',
      '/service/demo/config': '{}',
    });
  });
});

describe('several that belong together', () => {
  const cluster = JSON.stringify({
    scope: 'demo',
    members: [{ name: 'pg1', role: 'leader', state: 'running', timeline: 3 }],
  });

  it('fit into one picture: what no key tells is taken from what Patroni says', () => {
    const dump = '/service/demo/leader\npg1\n/service/demo/initialize\n7000000000000000001\n';
    expect(values(opened(dump, cluster, '{"ttl":20,"loop_wait":5}'))).toMatchObject({
      '/service/demo/leader': 'pg1',
      '/service/demo/initialize': '7000000000000000001',
      '/service/demo/members/pg1': expect.stringContaining('"timeline":3') as unknown,
      '/service/demo/config': '{"ttl":20,"loop_wait":5}',
    });
  });

  it('say so when one does not tell which cluster it is of', () => {
    const other = cluster.replace('demo', 'other');
    expect(opened(cluster, other, '{"ttl":20}').notes).toEqual([
      'file-3 does not say of which cluster it is, and there are several: it was left out.',
    ]);
  });

  it('and what they do not tell is said to be not known', () => {
    expect(opened(cluster).pictures[0]?.untold).toEqual([
      'instant',
      'revisions',
      'sessions',
      'times-to-live',
      'configuration',
      'history',
      'synchronisation',
      'status',
      'system-identifier',
      'failsafe',
      'member-details',
    ]);
  });
});

describe('the namespace', () => {
  it('is what stands before the scope; the groups of an MPP cluster are no scopes', () => {
    expect(namespacesOf(['/service/demo/leader', '/service/citus/0/leader', '/service/citus/1/members/w'])).toEqual([
      '/service',
    ]);
    expect(namespacesOf(['/a/b/demo/leader', '/x/demo/initialize'])).toEqual(['/x', '/a/b']);
    expect(namespacesOf(['/demo/leader', '/registry/pods/x'])).toEqual(['/']);
  });
});

describe('what is none of it', () => {
  it('is told in a sentence that says what it is and what is wrong', () => {
    expect(problemOf('')).toBe('is empty.');
    expect(problemOf('\u0000\u0001binary')).toBe('is no text, and none of the archives that can be opened.');
    expect(problemOf('{"header":{},"kvs":[{"key":"L3')).toBe('is JSON that ends in the middle: its end is missing.');
    expect(problemOf('{"a" 1}')).toBe('is JSON with a mistake in it, at character 5.');
    expect(problemOf('[]')).toBe('is an empty list: there was nothing to export.');
    expect(problemOf('{"name":"left-pad","version":"1.0.0"}')).toContain('is JSON, but no export that Herdscope knows');
    expect(problemOf('<html><body>502</body></html>')).toContain('It begins with “<html><body>502</body></html>”');
    expect(problemOf('['.repeat(100_000) + ']'.repeat(100_000))).toBe('is JSON that is nested deeper than any export.');
    expect(
      problemOf('scope: demo\nname: pg1\nrestapi:\n  listen: 0.0.0.0:8008\nbootstrap:\n  dcs:\n    ttl: 30\n'),
    ).toContain('is no export');
  });

  it('takes no longer than other text, whatever is repeated in it', () => {
    // Within the time of a test only if each character is looked at a few times at most.
    const many = 500_000;
    const lines = '\n'.repeat(many);
    const read = [
      `/service/demo/leader\npg1${lines}x`,
      `service/demo/leader:pg1${lines}x`,
      `Connecting to h\n[zk: h(CONNECTED) 0] get /service/demo/leader\npg1${lines}x\ncZxid = 0x1\n`,
    ].map((text) => Object.values(values(opened(text)))[0]);
    expect(read.map((value) => value?.length)).toEqual(Array(3).fill(many + 4));
    expect(problemOf(`Connecting to h\n[zk: h 0] get /a${' '.repeat(many)}y z\n`)).toContain('is no export');
    expect(problemOf(`+ Cluster: ${' ('.repeat(many)}x\n| Member | Host |\n`)).toContain('is no export');
  });

  it('never quotes what is wrong in JSON: it may be a secret', () => {
    expect(problemOf('{"password": hunter2}')).not.toContain('hunter2');
  });

  it('and a name that every object has is a name like any other', () => {
    const hostile =
      '{"header":{},"kvs":[{"key":"L3NlcnZpY2UvX19wcm90b19fL2xlYWRlcg==","value":"cGcx","__proto__":{"x":1}}],"__proto__":{"y":1}}';
    expect(values(opened(hostile))).toEqual({ '/service/__proto__/leader': 'pg1' });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
