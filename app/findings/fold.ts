import type { Finding, Severity } from './finding';

/** From how many of one kind on they are not shown one by one, and how many then are. */
const MANY = 20;
const SHOWN = 5;

/** Findings of one kind that are not shown one by one. */
export interface Folded {
  /** Of the rule, the severity and the group: stable while they last. */
  readonly id: string;
  readonly severity: Severity;
  readonly count: number;
}

/**
 * The findings as a list shows them: where one rule found many things of one severity in one group, the first few and how many more
 * there are, so that what else was found is not lost below them. Those whose id is in `unfolded` come whole.
 */
export function fold(findings: readonly Finding[], unfolded: ReadonlySet<string>): readonly (Finding | Folded)[] {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(kindOf(finding), (counts.get(kindOf(finding)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return findings.flatMap((finding): (Finding | Folded)[] => {
    const id = kindOf(finding);
    const all = counts.get(id) ?? 0;
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    if (all < MANY || unfolded.has(id) || before < SHOWN) return [finding];
    return before === SHOWN ? [{ id, severity: finding.severity, count: all - SHOWN }] : [];
  });
}

export function isFolded(one: Finding | Folded): one is Folded {
  return 'count' in one;
}

function kindOf({ code, severity, group }: Finding): string {
  return [code, severity, group ?? ''].join(':');
}
