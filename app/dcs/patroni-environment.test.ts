import { describe, expect, it } from 'vitest';
import { environmentConfig, withEnvironment } from './patroni-environment';

describe('a configuration from the environment', () => {
  it('has the options of its store, each as Patroni reads it', () => {
    expect(
      environmentConfig({
        PATRONI_SCOPE: 'demo',
        PATRONI_NAMESPACE: '/db',
        PATRONI_ETCD3_HOSTS: "10.0.0.1:2379, '10.0.0.2:2379'",
        PATRONI_ETCD3_PROTOCOL: 'https',
        PATRONI_ETCD3_USERNAME: 'patroni',
        PATRONI_ETCD3_PASSWORD: 'p:w',
        PATRONI_CONSUL_PORT: '8501',
        PATRONI_CONSUL_VERIFY: 'off',
        PATRONI_ZOOKEEPER_AUTH_DATA: 'digest: "u:p"',
        PATRONI_KUBERNETES_LABELS: '{application: patroni}',
        PATRONI_KUBERNETES_USE_ENDPOINTS: 'true',
        PATRONI_CITUS_GROUP: '0',
        PATRONI_CITUS_DATABASE: 'citus',
      }),
    ).toEqual({
      scope: 'demo',
      namespace: '/db',
      etcd3: { hosts: ['10.0.0.1:2379', '10.0.0.2:2379'], protocol: 'https', username: 'patroni', password: 'p:w' },
      consul: { port: 8501, verify: false },
      zookeeper: { auth_data: { digest: 'u:p' } },
      kubernetes: { labels: { application: 'patroni' }, use_endpoints: true },
      citus: { group: 0, database: 'citus' },
    });
  });

  it('has the members’ REST API and Raft', () => {
    expect(
      environmentConfig({
        PATRONI_CTL_CACERT: '/ca.pem',
        PATRONI_CTL_INSECURE: 'on',
        PATRONI_RESTAPI_USERNAME: 'patroni',
        PATRONI_RESTAPI_PASSWORD: 'x',
        PATRONI_RAFT_PARTNER_ADDRS: 'pg2:2222,pg3:2222',
      }),
    ).toEqual({
      ctl: { cacert: '/ca.pem', insecure: true },
      restapi: { authentication: { username: 'patroni', password: 'x' } },
      raft: { partner_addrs: ['pg2:2222', 'pg3:2222'] },
    });
  });

  it('leaves out what is none of Patroni’s, and what cannot be read', () => {
    expect(
      environmentConfig({
        HOME: '/root',
        PATRONI_ETCD3_HOSTS: '[a',
        PATRONI_ETCD3_PORT: 'x',
        PATRONI_ETCD3_DRAGONS: 'here',
        PATRONI_ETCD_USERNAME: 'alone',
        PATRONI___PROTO___HOST: 'x',
        PATRONI_NAME: '',
      }),
    ).toEqual({});
    expect(Object.getPrototypeOf(environmentConfig({ PATRONI_SCOPE: 'a' }))).toBe(Object.prototype);
  });

  it('goes over what a file says, option by option', () => {
    const file = { scope: 'demo', consul: { host: 'a', token: 't' }, etcd3: true };
    expect(
      withEnvironment(file, { PATRONI_CONSUL_HOST: 'b', PATRONI_ETCD3_HOST: 'c', PATRONI_SCOPE: 'other' }),
    ).toEqual({ scope: 'other', consul: { host: 'b', token: 't' }, etcd3: { host: 'c' } });
  });
});
