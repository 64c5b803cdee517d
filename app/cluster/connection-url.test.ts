import { describe, expect, it } from 'vitest';
import { connUrlOf, hostPort, parseConnectionString, parseConnUrl, withPath } from './connection-url';

describe('a connection string as Governor wrote it', () => {
  it.each([
    [
      'postgres://u:p@h:5432/postgres?application_name=http://h:8008/patroni',
      'postgres://u:p@h:5432/postgres',
      'http://h:8008/patroni',
    ],
    ['postgres://h/x?application_name=&application_name=a%20b+c#f', 'postgres://h/x#f', 'a b c'],
    ['postgres://h?application_name=%ff%e2%82x', 'postgres://h', '\uFFFD\uFFFDx'],
    ['Postgres://h?x', 'postgres://h', null],
    ['postgres', 'postgres', null],
  ])('%s', (value, connUrl, apiUrl) => {
    expect(parseConnectionString(value)).toEqual({ connUrl, apiUrl });
  });

  it.each([
    'postgres://[::1/x',
    'postgres://[1.2.3.4]/x',
    'postgres://[1::2::3]/x',
    'postgres://a[::1]/x',
    'postgres://℀/x',
  ])('%s is no URL', (value) => {
    expect(parseConnectionString(value)).toBeNull();
  });
});

describe('a connection URL', () => {
  it.each([
    ['postgres://u@H:5433/db', { host: 'h', port: 5433, dbname: 'db' }],
    ['postgres://[FE80::1%Eth0]/db', { host: 'fe80::1%Eth0', port: 5432, dbname: 'db' }],
    ['postgres://[::ffff:1.2.3.4]:0/', { host: '::ffff:1.2.3.4', port: 5432, dbname: '' }],
    ['postgres://h:99999/x', { host: 'h', port: null, dbname: 'x' }],
    ['nonsense', { host: null, port: 5432, dbname: 'onsense' }],
  ])('%s leads to a host', (url, expected) => {
    expect(parseConnUrl(url)).toEqual(expected);
  });

  it('is made of a host and a port', () => {
    expect([connUrlOf('h', 1), connUrlOf('::1', 2), connUrlOf('h', '')]).toEqual([
      'postgresql://h:1',
      'postgresql://[::1]:2',
      'postgresql://h',
    ]);
    expect([hostPort('::1', 5), hostPort('h', null)]).toEqual(['[::1]:5', 'h']);
  });

  it('of the REST API may be asked for another page', () => {
    expect(withPath('http://h:8008/patroni?x#y', 'cluster')).toBe('http://h:8008/cluster');
  });
});
