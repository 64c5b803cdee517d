import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConnectUrl } from './connect-url';

function parse(text: string) {
  const result = parseConnectUrl(text, '/home/dba');
  if (!result.ok) throw new Error(result.error);
  return result.value;
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
      },
      password: null,
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
    expect(connection.password).toBe('p@ss:w/rd');
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
        expect(connection.password).toBe(password);
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
