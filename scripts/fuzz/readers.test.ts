import { describe, expect, it } from 'vitest';
import { fuzzReaders } from './readers';

describe('the readers of exports', () => {
  it('take anything without a crash: 20,000 texts, most of them damaged exports', () => {
    expect(fuzzReaders({ runs: 20_000, seed: 7 }).runs).toBe(20_000);
  }, 300_000);
});
