import { describe, expect, it } from 'vitest';
import { mayKeepPassword, type PasswordFor } from './kept-password';

const before: PasswordFor = { endpoints: ['https://etcd1:2379', 'https://etcd2:2379'], username: 'patroni' };
const keeps = (change: Partial<PasswordFor>): boolean => mayKeepPassword(before, { ...before, ...change });

describe('a password that is kept', () => {
  it('stays with the same user of the same endpoints, however they are written', () => {
    expect(keeps({})).toBe(true);
    expect(keeps({ endpoints: ['https://ETCD2', 'HTTPS://etcd1:2379'] })).toBe(true);
    expect(keeps({ endpoints: ['https://etcd2:2379'] })).toBe(true);
  });

  it('does not go to another host, port or user', () => {
    expect(keeps({ endpoints: [...before.endpoints, 'https://etcd3:2379'] })).toBe(false);
    expect(keeps({ endpoints: ['https://etcd1:2380'] })).toBe(false);
    expect(keeps({ username: 'root' })).toBe(false);
    expect(keeps({ username: null })).toBe(false);
  });

  it('does not go in the clear what went over TLS', () => {
    expect(keeps({ endpoints: ['http://etcd1:2379'] })).toBe(false);
  });
});
