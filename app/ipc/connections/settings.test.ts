import { describe, expect, it } from 'vitest';
import { addressesOf, namespaceOf } from './kinds';
import { connectionSettingsSchema } from './settings';

const read = (settings: Readonly<Record<string, unknown>>) =>
  connectionSettingsSchema.parse({ id: 'a', name: 'a', ...settings });

describe('the settings of a connection', () => {
  it('are read from a file that was written before there was a choice of stores: read-only, and no production', () => {
    const old = { kind: 'etcd3', id: 'c1', name: 'prod', endpoints: ['https://etcd1:2379'], namespace: '/service' };
    const files = { username: null, caFile: '/ca.pem', certFile: null, keyFile: null };
    expect(connectionSettingsSchema.parse({ ...old, ...files })).toEqual({
      ...old,
      ...files,
      writable: false,
      production: false,
      bastion: null,
      restApi: { username: null, caFile: null, certFile: null, keyFile: null, verify: true },
    });
  });

  it.each([
    [{ kind: 'consul', endpoints: ['http://c:8500'], namespace: '/db' }, '/db', ['http://c:8500']],
    [{ kind: 'zookeeper', hosts: ['zk:2181', '[::1]:2181'] }, '/service', ['zk:2181', '[::1]:2181']],
    [{ kind: 'exhibitor', hosts: ['ex'], port: 8181 }, '/service', ['ex:8181']],
    [{ kind: 'kubernetes', context: 'prod', namespace: 'db' }, '/db', ['prod']],
    [{ kind: 'kubernetes', server: 'https://api:6443' }, '/default', ['https://api:6443']],
    [{ kind: 'rest', members: ['https://pg1:8008'] }, '/', ['https://pg1:8008']],
  ])('say where %j goes and below what its clusters are', (settings, namespace, addresses) => {
    expect(namespaceOf(read(settings))).toBe(namespace);
    expect(addressesOf(read(settings))).toEqual(addresses);
  });

  it.each([
    { kind: 'zookeeper', hosts: ['zk'] },
    { kind: 'zookeeper', hosts: ['u:p@zk:2181'] },
    { kind: 'exhibitor', hosts: ['ex:8080'] },
    { kind: 'kubernetes', namespace: 'Not A Name' },
    { kind: 'rest', members: ['pg1:8008'] },
    { kind: 'consul', endpoints: [] },
    { kind: 'mongodb', endpoints: ['http://a'] },
  ])('are refused when they are %j', (settings) => {
    expect(connectionSettingsSchema.safeParse({ id: 'a', name: 'a', ...settings }).success).toBe(false);
  });

  it('take labels of any name', () => {
    const settings = read(
      JSON.parse('{"kind":"kubernetes","labels":{"__proto__":"x","app":"patroni"}}') as object as Record<
        string,
        unknown
      >,
    );
    expect(settings).toMatchObject({ labels: { app: 'patroni' } });
    expect(Object.getPrototypeOf(settings.kind === 'kubernetes' ? settings.labels : null)).toBe(Object.prototype);
  });
});
