import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etcd3SettingsSchema } from '../../../app/ipc/connections/etcd';
import { exhibitorSettingsSchema, zookeeperSettingsSchema } from '../../../app/ipc/connections/zookeeper';
import { readEndpoints, readHosts, withScheme } from './endpoints';

const urls = (text: string, secure = false) => readEndpoints(text, secure, 2379).urls;
const problem = (text: string) => readEndpoints(text, false, 2379).problem;

describe('reading endpoints', () => {
  it('takes hosts with ports, one a line or between commas, and none twice', () => {
    expect(urls('10.0.0.1:2379, 10.0.0.2:2379\n10.0.0.3:2379;10.0.0.1:2379')).toEqual([
      'http://10.0.0.1:2379',
      'http://10.0.0.2:2379',
      'http://10.0.0.3:2379',
    ]);
  });

  it('adds etcd’s port where there is none', () => {
    expect(urls('etcd1 https://etcd2')).toEqual(['https://etcd1:2379', 'https://etcd2:2379']);
  });

  it('keeps a scheme that was typed, and gives it to those without', () => {
    expect(urls('HTTPS://etcd1:2379/')).toEqual(['https://etcd1:2379']);
    expect(urls('etcd1:2379,https://etcd2:2379')).toEqual(['https://etcd1:2379', 'https://etcd2:2379']);
  });

  it('means https where files for TLS are given and nothing else is said', () => {
    expect(urls('etcd1:2379', true)).toEqual(['https://etcd1:2379']);
    expect(urls('http://etcd1:2379', true)).toEqual(['http://etcd1:2379']);
  });

  it('takes IPv6 addresses in brackets and says so where they have none', () => {
    expect(urls('[::1]:2379 [fe80::1]')).toEqual(['http://[::1]:2379', 'http://[fe80::1]:2379']);
    expect(problem('fe80::1:2379')).toContain('brackets');
  });

  it.each([
    ['', 'at least one'],
    ['http://user:secret@etcd1:2379', 'fields for them below'],
    ['etcd3://etcd1:2379', 'begins with etcd3://'],
    ['http://etcd1:2379/service', 'after the port'],
    ['etcd1:99999', 'no valid port'],
    ['etcd1:http', 'no valid port'],
    ['http://', 'names no host'],
    ['http://a:1 https://b:1', 'Some endpoints are http'],
    [Array.from({ length: 33 }, (_, i) => `h${i}`).join(), '33 addresses'],
  ])('says what is wrong with %j', (text, words) => {
    expect(problem(text)).toContain(words);
  });

  it('never repeats a password in its sentence', () => {
    expect(problem('http://user:secret@etcd1:2379')).not.toContain('secret');
    expect(problem('etcd3://user:secret@etcd1:2379')).not.toContain('secret');
    expect(problem('user:sec/ret@etcd1:2379')).not.toContain('ret@');
  });

  it('gives only what main accepts', () => {
    const text = fc.oneof(fc.string(), fc.webAuthority(), fc.webUrl({ validSchemes: ['http', 'https'] }));
    fc.assert(
      fc.property(text, (typed) => {
        const { urls: read, problem: words } = readEndpoints(typed, false, 2379);
        if (words === null) expect(etcd3SettingsSchema.shape.endpoints.safeParse(read).success).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes hosts without a scheme, with the port of their store or with none at all', () => {
    expect(readHosts('zk1, zk2:2182 [::1]', 2181).urls).toEqual(['zk1:2181', 'zk2:2182', '[::1]:2181']);
    expect(readHosts('ex1 [::1]', null).urls).toEqual(['ex1', '[::1]']);
    expect(readHosts('ex1:8080', null).problem).toContain('field of its own');
    expect(readHosts('http://zk1:2181', 2181).problem).toContain('no http://');
    expect(readHosts('', 2181).problem).toContain('at least one');
    expect(readHosts('zk1:99999', 2181).problem).toContain('no valid port');
  });

  it('gives only hosts that main accepts', () => {
    const text = fc.oneof(fc.string(), fc.webAuthority());
    fc.assert(
      fc.property(text, (typed) => {
        const withPort = readHosts(typed, 2181);
        if (withPort.problem === null)
          expect(zookeeperSettingsSchema.shape.hosts.safeParse(withPort.urls).success).toBe(true);
        const alone = readHosts(typed, null);
        if (alone.problem === null)
          expect(exhibitorSettingsSchema.shape.hosts.safeParse(alone.urls).success).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('changes the scheme of all', () => {
    expect(withScheme(['http://a:1', 'http://b:2'], 'https')).toBe('https://a:1\nhttps://b:2');
  });
});
