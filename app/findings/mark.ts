import type { Finding, Severity } from './finding';

/** How something is, as a person sees it at a glance. */
export type Mark = Severity | 'ok' | 'unknown';

/** Names a member within all groups of a cluster. */
export const memberId = (group: number | null, name: string): string => `${group ?? ''}/${name}`;

const well = new Set(['running', 'streaming', 'in archive recovery']);

/** The worst of the findings about each member, by `memberId`; findings that are only worth knowing do not count. */
export function worstByMember(findings: readonly Finding[]): ReadonlyMap<string, 'critical' | 'warning'> {
  const worst = new Map<string, 'critical' | 'warning'>();
  for (const { subject, severity, group } of findings) {
    if (subject.kind !== 'member' || severity === 'info') continue;
    const id = memberId(group, subject.name);
    if (severity === 'critical' || !worst.has(id)) worst.set(id, severity);
  }
  return worst;
}

/** The mark beside a member: what the findings say, else what its state says. */
export function markOf(finding: 'critical' | 'warning' | undefined, state: string | null): Mark {
  if (finding) return finding;
  if (state === null) return 'unknown';
  return well.has(state) ? 'ok' : 'warning';
}
