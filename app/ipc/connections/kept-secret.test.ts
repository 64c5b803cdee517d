import { describe, expect, it } from 'vitest';
import { mayKeepSecret, secretFor } from './kept-secret';
import type { SecretName } from './secrets';
import { connectionSettingsSchema, type ConnectionSettings } from './settings';

const of = (settings: Readonly<Record<string, unknown>>): ConnectionSettings =>
  connectionSettingsSchema.parse({ id: 'a', name: 'a', ...settings });

function keeps(
  before: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
  secret: SecretName = 'password',
): boolean {
  return mayKeepSecret(secretFor(of(before), secret), secretFor(of({ ...before, ...change }), secret));
}

const etcd = { kind: 'etcd3', endpoints: ['https://etcd1:2379', 'https://etcd2:2379'], username: 'patroni' };

describe('a secret that is kept', () => {
  it('stays with the same user of the same endpoints, however they are written', () => {
    expect(keeps(etcd, {})).toBe(true);
    expect(keeps(etcd, { endpoints: ['https://ETCD2', 'HTTPS://etcd1:2379'] })).toBe(true);
    expect(keeps(etcd, { endpoints: ['https://etcd2:2379'] })).toBe(true);
    expect(keeps(etcd, { name: 'b', namespace: '/other', writable: true })).toBe(true);
  });

  it('does not go to another host, port, user or kind of store', () => {
    expect(keeps(etcd, { endpoints: [...etcd.endpoints, 'https://etcd3:2379'] })).toBe(false);
    expect(keeps(etcd, { endpoints: ['https://etcd1:2380'] })).toBe(false);
    expect(keeps(etcd, { username: 'root' })).toBe(false);
    expect(keeps(etcd, { username: null })).toBe(false);
    expect(keeps(etcd, { kind: 'consul' })).toBe(false);
  });

  it('does not go in the clear what went over TLS', () => {
    expect(keeps(etcd, { endpoints: ['http://etcd1:2379'] })).toBe(false);
    expect(keeps({ kind: 'zookeeper', hosts: ['zk:2181'], useSsl: true }, { useSsl: false })).toBe(false);
  });

  it('does not go to one that is no longer checked', () => {
    const consul = { kind: 'consul', endpoints: ['https://consul:8501'] };
    expect(keeps(consul, { verify: false })).toBe(false);
    expect(keeps({ ...consul, verify: false }, { verify: true })).toBe(true);
  });

  it('keeps each kind of store to its own addresses', () => {
    expect(keeps({ kind: 'consul', endpoints: ['http://a'] }, { endpoints: ['http://A:8500'] })).toBe(true);
    expect(keeps({ kind: 'consul', endpoints: ['http://a'] }, { endpoints: ['http://b'] })).toBe(false);
    const zookeeper = { kind: 'zookeeper', hosts: ['zk1:2181', 'zk2:2181'], authScheme: 'digest' };
    expect(keeps(zookeeper, { hosts: ['zk2:2181'] })).toBe(true);
    expect(keeps(zookeeper, { hosts: ['zk3:2181'] })).toBe(false);
    expect(keeps(zookeeper, { authScheme: 'ip' })).toBe(false);
    const exhibitor = { kind: 'exhibitor', hosts: ['ex1'], port: 8181 };
    expect(keeps(exhibitor, { pollIntervalSeconds: 60 })).toBe(true);
    expect(keeps(exhibitor, { port: 8182 })).toBe(false);
  });

  it('goes to the API server of the same kubeconfig and context, or to the same server', () => {
    const kubernetes = { kind: 'kubernetes', kubeconfig: '/home/dba/.kube/config', context: 'prod' };
    expect(keeps(kubernetes, { namespace: 'other' })).toBe(true);
    expect(keeps(kubernetes, { context: 'other' })).toBe(false);
    expect(keeps(kubernetes, { kubeconfig: '/tmp/config' })).toBe(false);
    expect(keeps(kubernetes, { server: 'https://elsewhere:6443' })).toBe(false);
    expect(keeps({ kind: 'kubernetes', server: 'https://API:6443' }, { server: 'https://api:6443/' })).toBe(true);
  });

  it('is, for the REST API, for its user and the members of that store', () => {
    const before = { ...etcd, restApi: { username: 'patroni' } };
    expect(keeps(before, { username: 'other' }, 'restPassword')).toBe(true);
    expect(keeps(before, { restApi: { username: 'other' } }, 'restPassword')).toBe(false);
    expect(keeps(before, { restApi: { username: 'patroni', verify: false } }, 'restPassword')).toBe(false);
    expect(keeps(before, { endpoints: ['https://elsewhere:2379'] }, 'restPassword')).toBe(false);
    expect(
      keeps({ kind: 'rest', members: ['http://pg1:8008'] }, { members: ['http://pg2:8008'] }, 'restPassword'),
    ).toBe(false);
  });

  it('goes nowhere when it opens a key on this machine', () => {
    expect(keeps(etcd, { endpoints: ['https://elsewhere:2379'] }, 'keyPassword')).toBe(true);
  });
});
