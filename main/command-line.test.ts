import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line';

describe('the command line', () => {
  it('names the folder for settings, and connections as often as one likes', () => {
    const args = ['.', '--no-sandbox', '--user-data=data', '--connect', 'etcd3://a', '--connect=etcd3://b/x'];
    expect(readCommandLine(args, '/home/dba', true)).toEqual({
      userData: '/home/dba/data',
      connect: ['etcd3://a', 'etcd3://b/x'],
      files: [],
    });
  });

  it('names files to open, from the folder that it was typed in', () => {
    const args = [
      '--inspect=0',
      '.',
      '--user-data',
      'data',
      'night.herdscope',
      '--connect',
      'etcd3://a',
      '/tmp/x.json',
    ];
    expect(readCommandLine(args, '/home/dba', true).files).toEqual(['/home/dba/night.herdscope', '/tmp/x.json']);
    expect(readCommandLine(['a.herdscope'], '/home/dba').files).toEqual(['/home/dba/a.herdscope']);
  });

  it('may say nothing', () => {
    const nothing = { userData: null, connect: [], files: [] };
    expect(readCommandLine([], '/')).toEqual(nothing);
    expect(readCommandLine(['--user-data=', '--connect', '--inspect'], '/')).toEqual(nothing);
  });
});
