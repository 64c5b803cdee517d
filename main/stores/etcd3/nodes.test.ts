import { describe, expect, it } from 'vitest';
import { decodeKey } from './nodes';

describe('a key', () => {
  it('is its text', () => {
    expect(decodeKey(Buffer.from('/service/größe/members/日本'))).toBe('/service/größe/members/日本');
    expect(decodeKey(Buffer.from('/service/\ufffd'))).toBe('/service/\ufffd');
  });

  it('that is no UTF-8 stays apart from others like it', () => {
    expect(decodeKey(Buffer.from([0x2f, 0xff]))).toBe('/\\xff');
    expect(decodeKey(Buffer.from([0x2f, 0xfe]))).toBe('/\\xfe');
  });
});
