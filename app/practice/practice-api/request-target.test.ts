import { describe, expect, it } from 'vitest';
import { hostOf, requestTarget } from './request-target';

describe('what a request asks for', () => {
  it('is its path and its query, decoded; the first of a name counts', () => {
    const { path, query } = requestTarget('/replica?lag=10MB&tag_a%2Fb=x+y&lag=1&empty#end');
    expect(path).toBe('/replica');
    expect([...query]).toEqual([
      ['lag', '10MB'],
      ['tag_a/b', 'x y'],
      ['empty', ''],
    ]);
  });

  it('is read though it is badly encoded, or asks for nothing', () => {
    expect(requestTarget('/x?a=%zz')).toEqual({ path: '/x', query: new Map([['a', '%zz']]) });
    expect(requestTarget('/')).toEqual({ path: '/', query: new Map() });
  });
});

describe('a URL’s host', () => {
  it('is there with its port, without the user', () => {
    expect(hostOf('http://u:p@PG1.practice:8008/patroni')).toBe('pg1.practice:8008');
    expect(hostOf('https://[::1]:8008')).toBe('[::1]:8008');
    expect(hostOf('ftp://x')).toBeNull();
    expect(hostOf('')).toBeNull();
  });
});
