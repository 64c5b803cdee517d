import { describe, expect, it } from 'vitest';
import { isCostlyYaml } from './yaml-cost';

describe('YAML that the parser would take minutes over', () => {
  it.each([
    ['keys within keys', '? '.repeat(400)],
    ['keys within keys, a line each', Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}?`).join('\n')],
    ['keys of brackets', `${'{'.repeat(300)}a: 1${'}: 1'.repeat(300)}`],
    ['brackets', `a: ${'['.repeat(2000)}`],
    ['anchors before nothing', '&a '.repeat(80_000)],
    ['tags before nothing', '!a '.repeat(80_000)],
    ['aliases', `a: &a 1\nb: [${'*a,'.repeat(80_000)}]`],
  ])('is known by its look: %s', (_what, text) => {
    expect(isCostlyYaml(text)).toBe(true);
  });

  it('is no configuration, however long', () => {
    const member = `  - name: pg1 # why? because & and so on!\n    conn: "a=b&c=d?!"\n    tags: {nosync: [true], x: {y: z}}\n`;
    expect(isCostlyYaml(`scope: demo\nbase: &base {a: 1}\nmembers:\n${member.repeat(3000)}other: {<<: *base}\n`)).toBe(
      false,
    );
  });
});
