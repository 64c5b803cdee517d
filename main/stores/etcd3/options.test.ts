import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMING, parseEndpoint } from './options';

describe('an endpoint', () => {
  it('has a host and a port, 2379 unless told', () => {
    expect(parseEndpoint('http://etcd1:2380')).toMatchObject({ secure: false, host: 'etcd1', port: 2380 });
    expect(parseEndpoint('https://etcd1')).toMatchObject({ secure: true, target: 'etcd1:2379' });
    // 80 and 443 are ports like any other here.
    expect(parseEndpoint('http://etcd1:80')?.target).toBe('etcd1:80');
    expect(parseEndpoint('http://[::1]:2379')).toMatchObject({ host: '::1', target: '[::1]:2379' });
  });

  it('is none with a path, a user, or a port that cannot be', () => {
    for (const url of [
      'etcd1:2379',
      'ftp://etcd1',
      'http://u:p@etcd1',
      'http://etcd1/x',
      'http://etcd1:70000',
      'http://',
    ]) {
      expect(parseEndpoint(url), url).toBeNull();
    }
  });

  it('is given up, with the reason found, before 5 s are over', () => {
    expect(DEFAULT_TIMING.connectMs + DEFAULT_TIMING.diagnosisMs).toBeLessThan(4800);
    expect(DEFAULT_TIMING.callMs).toBeLessThanOrEqual(4000);
    expect(DEFAULT_TIMING.heartbeatMs + DEFAULT_TIMING.callMs).toBeLessThan(10_000);
  });
});
