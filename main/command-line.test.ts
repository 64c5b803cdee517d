import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line';

describe('the command line', () => {
  it('names the folder for settings, and connections as often as one likes', () => {
    const args = ['.', '--no-sandbox', '--user-data=data', '--connect', 'etcd3://a', '--connect=etcd3://b/x'];
    expect(readCommandLine(args, '/home/dba')).toEqual({
      userData: '/home/dba/data',
      connect: ['etcd3://a', 'etcd3://b/x'],
    });
  });

  it('may say nothing', () => {
    expect(readCommandLine([], '/')).toEqual({ userData: null, connect: [] });
    expect(readCommandLine(['--user-data=', '--connect', '--inspect'], '/')).toEqual({ userData: null, connect: [] });
  });
});
