import { describe, expect, it } from 'vitest';
import { whenFirstAnswered } from './when-first-answered';

describe('whenFirstAnswered', () => {
  it('passes requests and answers on, and resolves once the first was given', async () => {
    let told = false;
    const { answer, first } = whenFirstAnswered((n: number) => n + 1);
    void first.then(() => (told = true));
    await Promise.resolve();
    expect(told).toBe(false);
    expect(answer(1)).toBe(2);
    await first;
    expect(answer(2)).toBe(3);
  });

  it('also after an answer that failed', async () => {
    const { answer, first } = whenFirstAnswered(() => {
      throw new Error('gone');
    });
    expect(() => answer(undefined)).toThrow('gone');
    await first;
  });
});
