import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPatroniFile } from './import-patroni';

function read(text: string, file: string | null = '/etc/patroni/patroni.yml') {
  const result = readPatroniFile(text, file);
  if (!result.ok) throw new Error(result.error);
  const [connection] = result.value;
  if (connection === undefined) throw new Error('nothing was found');
  return connection;
}
function refusal(text: string): string {
  const result = readPatroniFile(text, '/etc/patroni/patroni.yml');
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
    });
    expect(connection.password).toBe('p:w');
    expect(connection.notes).toEqual([]);
  });

  it('is read from a patronictl.yaml with hosts as text and a port for those without', () => {
    const { settings, password } = read('etcd3:\n  hosts: "a, b:1,[::1]:2,fe80::1:3"\n  port: 5000\n');
    expect(settings.endpoints).toEqual(['http://a:5000', 'http://b:1', 'http://[::1]:2', 'http://[fe80::1]:3']);
    expect(settings.namespace).toBe('/service');
    expect([settings.username, password]).toEqual([null, null]);
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
    expect([both.settings.username, both.password, both.notes]).toEqual(['u', 'p@', []]);
    const none = read('etcd3: {url: "http://db:1", username: x, password: y}');
    expect([none.settings.username, none.password]).toEqual([null, null]);
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
    ['etcd: {host: a}', 'v2'],
    ['consul: {host: a}', 'Consul'],
    ['zookeeper: {hosts: [a]}', 'ZooKeeper'],
    ['kubernetes: {}', 'Kubernetes'],
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
