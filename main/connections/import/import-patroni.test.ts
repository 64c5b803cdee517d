import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionKind } from '../../../app/ipc/connections/settings';
import { readPatroniEnvironment, readPatroniFile } from './import-patroni';

function read(text: string, file: string | null = '/etc/patroni/patroni.yml') {
  const result = readPatroniFile(text, file, ['etcd3']);
  if (!result.ok) throw new Error(result.error);
  const [connection] = result.value;
  if (connection?.settings.kind !== 'etcd3') throw new Error('no etcd3 was found');
  return { ...connection, settings: connection.settings };
}
function refusal(text: string): string {
  const result = readPatroniFile(text, '/etc/patroni/patroni.yml', ['etcd3']);
  if (result.ok) throw new Error('it was taken');
  return result.error;
}

describe('a connection in a configuration of Patroni', () => {
  it('is read from a patroni.yml with hosts as a list', () => {
    const connection = read(`
scope: demo
namespace: /db/
name: pg1
etcd3:
  hosts: [10.0.0.1:2379, "10.0.0.2:12379", etcd-3]
  protocol: https
  username: patroni
  password: "p:w"
  cacert: tls/ca.pem
  cert: /tls/client.pem
  key: ../client.key
postgresql:
  listen: 0.0.0.0:5432
`);
    expect(connection.settings).toEqual({
      kind: 'etcd3',
      id: '',
      name: '10.0.0.1/db',
      endpoints: ['https://10.0.0.1:2379', 'https://10.0.0.2:12379', 'https://etcd-3:2379'],
      namespace: '/db/',
      username: 'patroni',
      caFile: '/etc/patroni/tls/ca.pem',
      certFile: '/tls/client.pem',
      keyFile: '/etc/client.key',
      writable: false,
      production: false,
      restApi: { username: null, caFile: null, certFile: null, keyFile: null, verify: true },
      bastion: null,
    });
    expect(connection.secrets.password).toBe('p:w');
    expect(connection.notes).toEqual([]);
  });

  it('is read from a patronictl.yaml with hosts as text and a port for those without', () => {
    const { settings, secrets } = read('etcd3:\n  hosts: "a, b:1,[::1]:2,fe80::1:3"\n  port: 5000\n');
    expect(settings.endpoints).toEqual(['http://a:5000', 'http://b:1', 'http://[::1]:2', 'http://[fe80::1]:3']);
    expect(settings.namespace).toBe('/service');
    expect([settings.username, secrets]).toEqual([null, {}]);
  });

  it.each([
    ['host: db:1234', 'http://db:1234'],
    ['host: db', 'http://db:2379'],
    ['{host: db, port: 99, protocol: HTTPS}', 'https://db:99'],
    ['url: https://db', 'https://db:2379'],
    ['url: https://db:443/v3', 'https://db:443'],
    ['url: http://[::1]:2380', 'http://[::1]:2380'],
    ['{proxy: "http://proxy:9", hosts: a}', 'http://proxy:9'],
  ])('names its host by %s', (options, endpoint) => {
    const text = options.startsWith('{') ? `etcd3: ${options}` : `etcd3:\n  ${options}`;
    expect(read(text).settings.endpoints).toEqual([endpoint]);
  });

  it('takes user and password from the url alone, as Patroni does, and says so', () => {
    const both = read('etcd3: {url: "http://u:p%40@db:1", username: x, password: y}');
    expect([both.settings.username, both.secrets.password, both.notes]).toEqual(['u', 'p@', []]);
    const none = read('etcd3: {url: "http://db:1", username: x, password: y}');
    expect([none.settings.username, none.secrets]).toEqual([null, {}]);
    expect(none.notes[0]).toContain('left out');
  });

  it('follows YAML anchors and merge keys', () => {
    const { settings } = read('common: &c\n  protocol: https\n  hosts: &h [a:1]\netcd3:\n  <<: *c\n  username: u\n');
    expect(settings.endpoints).toEqual(['https://a:1']);
    expect(settings.username).toBe('u');
  });

  it('keeps relative paths of a pasted text, with a note', () => {
    const { settings, notes } = read('etcd3: {host: a, protocol: https, cacert: ca.pem}', null);
    expect(settings.caFile).toBe('ca.pem');
    expect(notes).toEqual(['The path of cacert is relative; choose the file again so that it is found.']);
  });

  it.each([
    ['scope: demo', 'no section etcd3'],
    ['etcd3: true', 'not a list of options'],
    ['etcd3: {srv: example.com}', 'DNS record (srv)'],
    ['etcd3: {username: a}', 'names no host'],
    ['etcd3: {host: "a b"}', 'cannot be read'],
    ['etcd3: {host: "a:b"}', 'cannot be read'],
    ['etcd3: {url: "ftp://a"}', 'no http or https'],
    ['[1, 2]', 'holds no options'],
    ['', 'holds no options'],
    ['a: [', 'not YAML'],
    ['a: b: c', 'not YAML that can be read (line 1)'],
    ['__proto__: {etcd3: {host: a}}', 'no section etcd3'],
  ])('is refused with a sentence: %s', (text, words) => {
    expect(refusal(text)).toContain(words);
  });

  it('is not looked for in what would blow up', () => {
    const levels = Array.from(
      { length: 12 },
      (_none, i) => `l${String(i + 1)}: &l${String(i + 1)} [${`*l${String(i)},`.repeat(10)}]`,
    );
    expect(refusal(['l0: &l0 x', ...levels, 'etcd3: *l12'].join('\n'))).toContain('not YAML that can be read');
    expect(refusal('['.repeat(200_000))).toContain('not YAML');
    // The parser would be at these for hours.
    for (const costly of [`${'? '.repeat(2000)}a`, '{'.repeat(900) + 'a: 1' + '}: 1'.repeat(900), '&a '.repeat(80_000)])
      expect(refusal(costly)).toContain('nested in ways');
    expect(refusal(`a: ${'x'.repeat(300_000)}`)).toContain('larger than 256 KiB');
  });

  it('never shows the password in a refusal, and never throws', () => {
    expect(refusal('etcd3: {password: secret-word, host: "a:b"}')).not.toContain('secret-word');
    expect(refusal('etcd3: {password: secret-word, host: [')).not.toContain('secret-word');
    expect(refusal('etcd3: {url: "gopher://u:secret-word@h"}')).not.toContain('secret-word');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.json(), (text, json) => {
        readPatroniFile(text, null);
        readPatroniFile(`etcd3: ${json}`, null);
        readPatroniFile(`etcd3:\n  hosts: ${json}\n  port: ${json}\n  username: ${json}`, null);
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
function one(text: string) {
  const result = readPatroniFile(text, '/etc/patroni/patroni.yml', all);
  if (!result.ok) throw new Error(result.error);
  const [found] = result.value;
  if (found === undefined || result.value.length > 1) throw new Error(`${String(result.value.length)} were found`);
  return found;
}

describe('another store in a configuration of Patroni', () => {
  it.each([
    ['etcd: {host: a}', { kind: 'etcd', name: 'a', endpoints: ['http://a:2379'] }],
    ['consul: {}', { endpoints: ['http://127.0.0.1:8500'], verify: true, dc: null, consistency: 'default' }],
    [
      'consul: {host: a, port: 1, scheme: https, dc: eu, consistency: stale, verify: no}',
      { endpoints: ['https://a:1'], dc: 'eu', consistency: 'stale', verify: false },
    ],
    ['consul: {host: "a:1", port: 2}', { endpoints: ['http://a:2'] }],
    [
      'consul: {url: "https://a", host: b, cacert: ca.pem, verify: false}',
      { endpoints: ['https://a:8500'], caFile: '/etc/patroni/ca.pem', verify: true },
    ],
    [
      'zookeeper: {hosts: ["a:1", b]}',
      { hosts: ['a:1', 'b:2181'], namespace: '/service', useSsl: false, authScheme: null },
    ],
    [
      'zookeeper: {hosts: "a,b:1/root/"}\nnamespace: db',
      { hosts: ['a:2181', 'b:1'], namespace: '/root/db', name: 'a/root/db' },
    ],
    [
      'zookeeper: {hosts: [a], use_ssl: true, verify: false, cert: c.pem, set_acls: {CN=pg1: [all], CN=pg2: [read, x]}}',
      {
        useSsl: true,
        verify: false,
        keyFile: '/etc/patroni/c.pem',
        setAcls: { 'CN=pg1': ['ALL'], 'CN=pg2': ['READ'] },
      },
    ],
    [
      'exhibitor: {hosts: [a, b], port: 8181, poll_interval: 60}',
      { hosts: ['a', 'b'], port: 8181, pollIntervalSeconds: 60 },
    ],
    [
      'kubernetes: {namespace: x, labels: {application: patroni}, scope_label: scope, use_endpoints: true, context: prod, role_label: r}\nnamespace: db',
      {
        namespace: 'db',
        labels: { application: 'patroni' },
        scopeLabel: 'scope',
        roleLabel: 'r',
        useEndpoints: true,
        context: 'prod',
        name: 'prod/db',
      },
    ],
    [
      'raft: {self_addr: "10.0.0.1:2222", partner_addrs: ["10.0.0.2:2222"]}\nrestapi: {connect_address: "10.0.0.1:8010", certfile: x}',
      { members: ['https://10.0.0.1:8010', 'https://10.0.0.2:8010'] },
    ],
    ['raft: {partner_addrs: [a:1]}\nrestapi: {listen: 0.0.0.0:8008}', { members: ['http://a:8008'] }],
  ])('is read from %s', (text, settings) => {
    expect(one(text).settings).toMatchObject(settings);
  });

  it('keeps its secrets apart from the settings', () => {
    const cases = [
      ['consul: {token: s3cret}', { password: 's3cret' }],
      [
        'zookeeper: {hosts: [a], auth_data: {digest: "u:s3cret"}, key_password: k3y}',
        { password: 'u:s3cret', keyPassword: 'k3y' },
      ],
      ['etcd3: {host: a}\nrestapi: {authentication: {username: u, password: s3cret}}', { restPassword: 's3cret' }],
      [
        'etcd3: {host: a}\nctl: {certfile: c, keyfile_password: k3y, auth: "u:s3cret"}',
        { restPassword: 's3cret', restKeyPassword: 'k3y' },
      ],
    ] as const;
    for (const [text, secrets] of cases) {
      const found = one(text);
      expect(found.secrets).toEqual(secrets);
      expect(JSON.stringify(found.settings)).not.toContain('s3cret');
    }
  });

  it('comes with how patronictl speaks to the members', () => {
    const ctl = 'ctl: {insecure: on, cacert: ca.pem, certfile: c.pem, authentication: {username: u}}';
    expect(one(`etcd3: {host: a}\n${ctl}\nrestapi: {cafile: other.pem}`).settings.restApi).toEqual({
      username: 'u',
      caFile: '/etc/patroni/ca.pem',
      certFile: '/etc/patroni/c.pem',
      keyFile: '/etc/patroni/c.pem',
      verify: false,
    });
  });

  it('says what is guessed or left out', () => {
    expect(one('raft: {partner_addrs: [a:1]}').notes.join()).toContain('port 8008 is a guess');
    expect(one('zookeeper: {hosts: [a], auth_data: {digest: "u:p", sasl: x}}').notes.join()).toContain('only digest');
    expect(one('kubernetes: {labels: {a: b}}').notes.join()).toContain('current context');
  });

  it('is found beside another, and the one that Patroni takes comes first', () => {
    const result = readPatroniFile('zookeeper: {hosts: [a]}\nconsul: {host: b}\nexhibitor: {hosts: [c]}', null, all);
    if (!result.ok) throw new Error(result.error);
    expect(result.value.map(({ settings }) => settings.kind)).toEqual(['consul', 'zookeeper']);
    expect(result.value[0]?.notes.join()).toContain('exhibitor names no port');
    expect(result.value[1]?.notes.join()).toContain('consul too, which Patroni takes first');
  });

  it.each([
    ['consul: {host: "a b"}', 'cannot be read'],
    ['consul: {url: "ftp://a"}', 'no http or https'],
    ['zookeeper: {hosts: "/root"}', 'names no hosts'],
    ['exhibitor: {hosts: ["a:1"], port: 1}', 'cannot be read'],
    ['kubernetes: {namespace: Not A Name}', 'cannot use (namespace)'],
    ['raft: {}', 'names no member'],
  ])('is refused with a sentence: %s', (text, words) => {
    const result = readPatroniFile(text, null, all);
    expect(result.ok ? 'it was taken' : result.error).toContain(words);
  });

  it('is told of when it is of a kind that is not read', () => {
    expect(refusal('consul: {host: a}')).toContain('tells of Consul');
  });

  it('never throws', () => {
    const sections = ['etcd', 'consul', 'zookeeper', 'exhibitor', 'kubernetes', 'raft'];
    fc.assert(
      fc.property(fc.constantFrom(...sections), fc.json(), (section, json) => {
        readPatroniFile(`${section}: ${json}\nctl: ${json}\nrestapi: ${json}`, null, all);
        readPatroniFile(
          `${section}: {hosts: ${json}, host: ${json}, port: ${json}, auth_data: ${json}, set_acls: ${json}, labels: ${json}, partner_addrs: ${json}}`,
          null,
          all,
        );
      }),
    );
  });
});

describe('the environment', () => {
  it('is imported as Patroni reads it', () => {
    const result = readPatroniEnvironment({ PATRONI_ZOOKEEPER_HOSTS: 'zk1,zk2:1', PATRONI_NAMESPACE: '/db' }, all);
    expect(result).toMatchObject({
      ok: true,
      value: [{ settings: { kind: 'zookeeper', hosts: ['zk1:2181', 'zk2:1'], namespace: '/db' } }],
    });
  });

  it('says that there is nothing in it', () => {
    expect(readPatroniEnvironment({ HOME: '/' }, all)).toMatchObject({ ok: false });
    expect(readPatroniEnvironment({ PATRONI_NAME: 'pg1' }, all)).toMatchObject({
      ok: false,
      error: expect.stringContaining('The environment has no section') as string,
    });
  });
});
