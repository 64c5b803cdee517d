import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../../../app/cluster/build-cluster';
import type { JsonObject } from '../../../app/json';
import { objectFrom, objectNodes, podNode, type PatroniLayout } from './patroni-objects';

const endpoints: PatroniLayout = { namespace: 'pg', scopeLabel: 'cluster-name', useEndpoints: true };
const maps: PatroniLayout = { ...endpoints, useEndpoints: false };

function object(name: string, annotations: JsonObject, labels: JsonObject = { 'cluster-name': 'demo' }) {
  const found = objectFrom({ metadata: { name, resourceVersion: '12', annotations, labels } });
  if (found === null) throw new Error('it is an object');
  return found;
}
const values = (nodes: ReturnType<typeof objectNodes>) =>
  Object.fromEntries(nodes.map(({ key, value }) => [key, value]));

describe('what Patroni keeps in Kubernetes', () => {
  it('is, annotation by annotation, the keys that it has elsewhere', () => {
    expect(
      values(
        objectNodes(object('demo-config', { initialize: '7', config: '{"ttl":30}', history: '[]', other: 'x' }), maps),
      ),
    ).toEqual({
      '/pg/demo/initialize': '7',
      '/pg/demo/config': '{"ttl":30}',
      '/pg/demo/history': '[]',
    });
    expect(values(objectNodes(object('demo-sync', { leader: 'a', sync_standby: 'b,c', quorum: '1' }), maps))).toEqual({
      '/pg/demo/sync': '{"leader":"a","sync_standby":"b,c","quorum":1}',
    });
    expect(values(objectNodes(object('demo-failover', { leader: 'a', member: 'b' }), maps))).toEqual({
      '/pg/demo/failover': '{"leader":"a","member":"b"}',
    });
    expect(objectNodes(object('demo-failover', {}), maps)).toEqual([]);
  });

  it('the leader is in SCOPE with Endpoints, in SCOPE-leader with ConfigMaps', () => {
    const annotations = { leader: 'a', ttl: '30', optime: '67108864', slots: '{"b":5}', failsafe: '{"a":"http://a"}' };
    const keys = {
      '/pg/demo/leader': 'a',
      '/pg/demo/status': '{"optime":67108864,"slots":{"b":5}}',
      '/pg/demo/failsafe': '{"a":"http://a"}',
    };
    expect(values(objectNodes(object('demo', annotations), endpoints))).toEqual(keys);
    expect(values(objectNodes(object('demo-leader', annotations), maps))).toEqual(keys);
    expect(objectNodes(object('demo', annotations), maps)).toEqual([]);
    expect(objectNodes(object('demo-repl', annotations), endpoints)).toEqual([]);
    expect(objectNodes(object('demo', { leader: '', optime: '5' }), endpoints).map(({ key }) => key)).toEqual([
      '/pg/demo/status',
    ]);
  });

  it('a group is told by its label, and an object of no scope is nobody’s', () => {
    const worker = { 'cluster-name': 'demo', 'citus-group': '2' };
    expect(values(objectNodes(object('demo-2', { leader: 'w' }, worker), endpoints))).toEqual({
      '/pg/demo/2/leader': 'w',
    });
    expect(values(objectNodes(object('demo-2-config', { config: '{}' }, worker), endpoints))).toEqual({
      '/pg/demo/2/config': '{}',
    });
    expect(objectNodes(object('demo', { leader: 'a' }, {}), endpoints)).toEqual([]);
    expect(podNode(object('demo-0', {}, {}), endpoints)).toBeNull();
    expect(objectFrom({ metadata: { name: 'x' } })).toBeNull();
    expect(objectFrom({ metadata: { name: 'x', resourceVersion: '1', labels: { a: 1 } } })?.labels.size).toBe(0);
  });

  it('a pod is a member, with its labels, whatever its status says', () => {
    const labels = { 'cluster-name': 'demo', role: 'primary' };
    expect(podNode(object('demo-0', { status: '{"state":"running"}' }, labels), endpoints)).toMatchObject({
      key: '/pg/demo/members/demo-0',
      value: '{"state":"running","pod_labels":{"cluster-name":"demo","role":"primary"}}',
      modRevision: '12',
    });
    expect(podNode(object('demo-0', { status: '{"state' }, labels), endpoints)?.value).toBe('{"state');
  });

  it('makes the cluster that Patroni sees', () => {
    const nodes = [
      ...objectNodes(object('demo', { leader: 'demo-0', optime: '5' }), endpoints),
      ...objectNodes(object('demo-config', { config: '{"ttl":20}' }), endpoints),
      podNode(object('demo-0', { status: '{"role":"primary","state":"running"}' }), endpoints),
    ].flatMap((one) => (one === null ? [] : [[one.key, one] as const]));
    const { cluster } = new ClusterBuilder('/pg').build(new Map(nodes)).groups[0] ?? {};
    expect(cluster).toMatchObject({
      leader: { member: { name: 'demo-0' } },
      status: { lastLsn: 5 },
      members: [{ name: 'demo-0' }],
    });
  });
});
