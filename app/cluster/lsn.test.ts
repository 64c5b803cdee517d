import { describe, expect, it } from 'vitest';
import * as Lsn from './lsn';

describe('format', () => {
  it('writes a position as PostgreSQL does', () => {
    expect([0, 67420968, 0x1_0000_0000, 0x12_abcd_ef01].map(Lsn.format)).toEqual([
      '0/0',
      '0/404C328',
      '1/0',
      '12/ABCDEF01',
    ]);
  });
});

describe('parse', () => {
  it('undoes format', () => {
    for (const lsn of [0, 67420968, 0xffff_ffff, 0x1_0000_0000, 2 ** 53 - 1])
      expect(Lsn.parse(Lsn.format(lsn))).toBe(lsn);
  });

  it('is null for what is no position', () => {
    expect(['', '0', '0/', '/0', '0/G', '0/123456789', 'FFFFFFFF/0', '0/0 '].map(Lsn.parse)).toEqual(
      Array(8).fill(null),
    );
  });
});

describe('formatBytes', () => {
  it('gives a number that a person can read, with its unit', () => {
    const bytes = [0, 1, 1023, 1024, 1536, 999_424, 1024 ** 2, 19_293_798, 1024 ** 3 - 1, 5 * 1024 ** 4, -2048];
    expect(bytes.map(Lsn.formatBytes)).toEqual([
      '0 B',
      '1 B',
      '1023 B',
      '1 kB',
      '1.5 kB',
      '976 kB',
      '1 MB',
      '18.4 MB',
      '1.0 GB',
      '5 TB',
      '-2 kB',
    ]);
  });
});
