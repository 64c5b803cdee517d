import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionKind } from '../../../app/ipc/connections/settings';
import { parseConnectUrl } from './connect-url';

function parse(text: string) {
  const result = parseConnectUrl(text, '/home/dba');
  if (!result.ok) throw new Error(result.error);
  const { settings, secrets } = result.value;
  if (settings.kind !== 'etcd3') throw new Error(settings.kind);
  return { settings, secrets };
}
function refusal(text: string): string {
  const result = parseConnectUrl(text, '/home/dba');
  if (result.ok) throw new Error('it was taken');
  return result.error;
}

describe('an address given with --connect', () => {
  it('names the host, the port and the namespace', () => {
    expect(parse('etcd3://127.0.0.1:2379/service')).toEqual({
      settings: {
        kind: 'etcd3',
        id: '',
        name: '127.0.0.1',
        endpoints: ['http://127.0.0.1:2379'],
        namespace: '/service',
        username: null,
        caFile: null,
        certFile: null,
        keyFile: null,
        writable: false,
        production: false,
        restApi: { username: null, caFile: null, certFile: null, keyFile: null, verify: true },
        bastion: null,
      },
      secrets: {},
    });
  });

  it('needs neither port nor namespace', () => {
    const { settings } = parse('etcd3://db.example');
    expect(settings.endpoints).toEqual(['http://db.example:2379']);
    expect(settings.namespace).toBe('/service');
  });

  it('keeps an empty namespace apart from none', () => {
    expect(parse('etcd3://h/').settings.namespace).toBe('/');
    expect(parse('etcd3://h/team%2Fa/b').settings.namespace).toBe('/team/a/b');
  });

  it('takes several hosts, IPv6 in brackets', () => {
    expect(parse('etcd3s://a:1,[::1]:2,[fe80::1]').settings.endpoints).toEqual([
      'https://a:1',
      'https://[::1]:2',
      'https://[fe80::1]:2379',
    ]);
  });

  it('reads user and password, percent-encoded', () => {
    const connection = parse('etcd3://dba:p%40ss%3Aw%2Frd@h/service');
    expect(connection.settings.username).toBe('dba');
    expect(connection.secrets.password).toBe('p@ss:w/rd');
    expect(JSON.stringify(connection.settings)).not.toContain('p@ss');
  });

  it('uses TLS when it says so or names a file, and finds files from where it was started', () => {
    expect(parse('etcd3://h?tls=1').settings.endpoints).toEqual(['https://h:2379']);
    const { settings } = parse('etcd3://h/service?cacert=ca.pem&cert=/c.pem&key=k.pem');
    expect(settings.endpoints).toEqual(['https://h:2379']);
    expect([settings.caFile, settings.certFile, settings.keyFile]).toEqual([
      '/home/dba/ca.pem',
      '/c.pem',
      '/home/dba/k.pem',
    ]);
  });

  it.each([
    ['http://h:2379', 'no address'],
    ['etcd3://', 'not a host'],
    ['etcd3://h:99999', 'not a host'],
    ['etcd3://h:1,,i:2', 'not a host'],
    ['etcd3://::1', 'not a host'],
    ['etcd3://h?ssl=1', 'no option “ssl”'],
    ['etcd3://h?__proto__=1', 'no option “__proto__”'],
    ['etcd3://h?cert=c.pem', 'both cert and key'],
    ['etcd3://h?tls=0&cacert=ca.pem', 'tls=0'],
    ['etcd3://h/100%', 'Write % as %25'],
    [`etcd3://h/${'a'.repeat(2000)}`, '--connect:'],
  ])('is refused with a sentence when it is %s', (text, words) => {
    expect(refusal(text)).toContain(words);
  });

  it('never has its password in the refusal', () => {
    for (const rest of ['h:99999', 'h?x=1', 'h/100%', '', 'h#frag', 'h h']) {
      expect(refusal(`etcd3://dba:secret-word@${rest}`)).not.toContain('secret-word');
      expect(refusal(`etcd3://dba:secret-word%@${rest}`)).not.toContain('secret-word');
    }
  });

  it('gives its user, password, hosts and namespace back whatever they hold', () => {
    const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (user, password, namespace) => {
        const url = `etcd3://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h/${encodeURIComponent(namespace)}`;
        const connection = parse(url);
        expect(connection.settings.username).toBe(user);
        expect(connection.secrets.password).toBe(password);
        expect(connection.settings.namespace).toBe(`/${namespace}`);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseConnectUrl(text, '/');
        parseConnectUrl(`etcd3://${text}`, '/');
      }),
    );
  });
});

const all: readonly ConnectionKind[] = [
  'etcd3',
  'etcd',
  'consul',
  'zookeeper',
  'exhibitor',
  'kubernetes',
  'rest',
  'raft',
];
const any = (text: string) => {
  const result = parseConnectUrl(text, '/home/dba', all);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};
const anyRefusal = (text: string): string => {
  const result = parseConnectUrl(text, '/home/dba', all);
  return result.ok ? 'it was taken' : result.error;
};

describe('the address of another store', () => {
  it.each([
    ['etcds://u@h', { kind: 'etcd', name: 'h', endpoints: ['https://h:2379'], username: 'u' }],
    [
      'consul://h,i:1/db?dc=eu&consistency=stale&verify=0&tls=1',
      {
        name: 'h/db',
        endpoints: ['https://h:8500', 'https://i:1'],
        namespace: '/db',
        dc: 'eu',
        consistency: 'stale',
        verify: false,
      },
    ],
    [
      'zk://h,[::1]:1/patroni',
      { kind: 'zookeeper', hosts: ['h:2181', '[::1]:1'], namespace: '/patroni', useSsl: false, authScheme: null },
    ],
    ['zookeepers://h?verify=0', { kind: 'zookeeper', hosts: ['h:2181'], useSsl: true, verify: false }],
    ['exhibitor://h:8181,i:8181?poll_interval=60', { hosts: ['h', 'i'], port: 8181, pollIntervalSeconds: 60 }],
    [
      'kubernetes://me%40prod/db?kubeconfig=k.yaml&labels=application=patroni,env=prod&use_endpoints=1&scope_label=scope',
      {
        name: 'me@prod/db',
        context: 'me@prod',
        namespace: 'db',
        kubeconfig: '/home/dba/k.yaml',
        labels: { application: 'patroni', env: 'prod' },
        useEndpoints: true,
        scopeLabel: 'scope',
      },
    ],
    ['k8s://', { kind: 'kubernetes', context: null, namespace: 'default', labels: {} }],
    ['k8s://?server=https://api:6443', { name: 'api:6443', server: 'https://api:6443' }],
    [
      'rests://u@pg1,pg2:1',
      { members: ['https://pg1:8008', 'https://pg2:1'], restApi: { username: 'u', verify: true } },
    ],
    ['raft://pg1?cacert=ca.pem', { members: ['https://pg1:8008'], restApi: { caFile: '/home/dba/ca.pem' } }],
    [
      'etcd3://h?name=Prod&writable=1&production=1&rest_user=p&rest_cacert=ca.pem&rest_verify=0',
      {
        name: 'Prod',
        writable: true,
        production: true,
        restApi: { username: 'p', caFile: '/home/dba/ca.pem', verify: false },
      },
    ],
  ])('is read from %s', (text, settings) => {
    expect(any(text).settings).toMatchObject(settings);
  });

  it('keeps its secrets apart from the settings', () => {
    const cases = [
      ['consul://:s3cret@h', { password: 's3cret' }],
      ['zk://u:s3cret@h?key_password=k3y', { password: 'u:s3cret', keyPassword: 'k3y' }],
      ['kubernetes://:s3cret@prod', { password: 's3cret' }],
      ['rest://u:s3cret@h', { restPassword: 's3cret' }],
      ['etcd3://h?rest_user=u&rest_password=s3cret', { restPassword: 's3cret' }],
    ] as const;
    for (const [text, secrets] of cases) {
      const read = any(text);
      expect(read.secrets).toEqual(secrets);
      expect(JSON.stringify(read.settings)).not.toContain('s3cret');
    }
    expect(any('zk://u:p@h').settings).toMatchObject({ authScheme: 'digest' });
    expect(any('zk://u:p@h?auth_scheme=super').settings).toMatchObject({ authScheme: 'super' });
  });

  it.each([
    ['consul://u:t@h', 'no users'],
    ['consul://h?consistency=soon', 'consistency'],
    ['zk://h?auth_scheme=digest', 'needs credentials'],
    ['exhibitor://h:1,i:2', 'same port'],
    ['kubernetes://prod?server=https://api', 'does not go with'],
    ['kubernetes:///Not%20A%20Name', 'namespace'],
    ['kubernetes://prod?labels=x', 'name=value'],
    ['k8ss://prod', 'no address'],
    ['rest://h/service', 'no namespace'],
    ['rest://h?rest_user=x', 'no option “rest_user”'],
    ['raft://', 'not a host'],
    ['etcd3://h?rest_cert=c.pem', 'both rest_cert and rest_key'],
    ['etcd3://h?writable=yes', 'writable is 1 or 0'],
  ])('is refused with a sentence when it is %s', (text, words) => {
    expect(anyRefusal(text)).toContain(words);
  });

  it('is refused when its kind cannot be connected to', () => {
    expect(parseConnectUrl('consul://h', '/', ['etcd3'])).toMatchObject({ ok: false });
  });

  it('never has a secret in the refusal', () => {
    for (const scheme of ['consul', 'zk', 'exhibitor', 'kubernetes', 'rest', 'raft']) {
      for (const rest of ['h:99999', 'h?x=1', 'h/100%', '', 'h h', 'h/A B'])
        expect(anyRefusal(`${scheme}://u:secret-word@${rest}`)).not.toContain('secret-word');
    }
  });
});
