import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Etcd3Settings } from '../../../app/ipc/connections/etcd';
import { etcdctlGet } from './etcdctl';

const settings: Etcd3Settings = {
  kind: 'etcd3',
  id: 'c1',
  name: 'prod',
  endpoints: ['https://etcd1:2379', 'https://etcd2:2379'],
  namespace: '/service',
  username: null,
  caFile: null,
  certFile: null,
  keyFile: null,
  writable: false,
  production: false,
  bastion: null,
  restApi: { username: null, caFile: null, certFile: null, keyFile: null, verify: true },
};

describe('the etcdctl command for a key', () => {
  it('names the endpoints and the key', () => {
    expect(etcdctlGet(settings, '/service/demo/leader')).toBe(
      'etcdctl --endpoints=https://etcd1:2379,https://etcd2:2379 get -- /service/demo/leader',
    );
  });

  it('names files and user, never a password', () => {
    const command = etcdctlGet({ ...settings, caFile: '/my files/ca.pem', username: 'patroni' }, '/k');
    expect(command).toContain("'--cacert=/my files/ca.pem' --user=patroni get");
  });

  it('reaches etcdctl through a shell as it is meant, whatever the key holds', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(key, (text) => {
        const command = etcdctlGet(settings, text).replace(/^etcdctl/, 'printf "%s"');
        const args = command.slice(command.indexOf('-- ') + 3);
        expect(execFileSync('sh', ['-c', `printf %s ${args}`], { encoding: 'utf8' })).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});
