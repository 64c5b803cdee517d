import { describe, expect, it } from 'vitest';
import type { Finding } from './finding';
import { fold, isFolded } from './fold';

const finding = (code: string, i: number, severity: Finding['severity'] = 'warning'): Finding => ({
  id: `${code}:${String(i)}`,
  code,
  severity,
  subject: { kind: 'member', name: `pg${String(i)}` },
  group: null,
  title: '',
  meaning: '',
  advice: '',
  evidence: [],
});
const many = (code: string, count: number): readonly Finding[] =>
  Array.from({ length: count }, (_, i) => finding(code, i));
const idsOf = (list: ReturnType<typeof fold>): readonly string[] =>
  list.map((one) => (isFolded(one) ? `${String(one.count)} more ${one.id}` : one.id));

describe('findings of one kind', () => {
  it('are shown one by one while they are few', () => {
    const few = many('lag', 19);
    expect(fold(few, new Set())).toEqual(few);
  });

  it('are the first few and how many more there are, and what else was found stays in its place', () => {
    const all = [finding('paused', 0), ...many('lag', 500), finding('versions', 0, 'info')];
    expect(idsOf(fold(all, new Set()))).toEqual([
      'paused:0',
      ...[0, 1, 2, 3, 4].map((i) => `lag:${String(i)}`),
      '495 more lag:warning:',
      'versions:0',
    ]);
  });

  it('come whole when they are asked for', () => {
    const all = many('lag', 500);
    expect(fold(all, new Set(['lag:warning:']))).toEqual(all);
  });
});
