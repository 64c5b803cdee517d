import { describe, expect, it } from 'vitest';
import { whenFirstAnswered } from './when-first-answered';

describe('whenFirstAnswered', () => {
  it('passes requests and answers on, and resolves after the first answer has gone out', async () => {
    const order: string[] = [];
    const { answer, first } = whenFirstAnswered((n: number) => Promise.resolve(n + 1));
    const told = first.then(() => order.push('first'));
    void answer(1).then((n) => order.push(`answer ${n}`));
    await told;
    expect(order).toEqual(['answer 2', 'first']);
  });

  it('also after an answer that failed', async () => {
    const { answer, first } = whenFirstAnswered(() => Promise.reject(new Error('gone')));
    await expect(answer(undefined)).rejects.toThrow('gone');
    await first;
  });
});
