import type { Cluster } from '../../../app/cluster/cluster';
import * as Member from '../../../app/cluster/member';
import { checkConfig } from '../../../app/configuration/check';
import { editedBy } from '../../../app/configuration/problem';
import type { ConfigPath } from '../../../app/configuration/catalogue';
import { type ConfigRow, pathId } from '../../../app/configuration/tree';
import type { Finding, Severity } from '../../../app/findings/finding';
import { patronictl } from '../../../app/patronictl';
import { isSecretName, type Range, secretRanges } from '../../../app/secrets/secret-ranges';

/** Something wrong, beside the key that it is about. */
export interface KeyNote {
  readonly severity: Severity;
  readonly title: string;
  readonly meaning: string;
  readonly advice: string;
}

const TIMINGS: readonly ConfigPath[] = [['ttl'], ['loop_wait'], ['retry_timeout']];

/** What is wrong, by the id of each key that it rests on. */
export function notesByKey(
  cluster: Cluster,
  findings: readonly Finding[],
  { scope, group }: { readonly scope: string; readonly group: number | null },
): ReadonlyMap<string, readonly KeyNote[]> {
  const notes = new Map<string, KeyNote[]>();
  const add = (paths: readonly ConfigPath[], note: KeyNote): void => {
    for (const path of paths) notes.set(pathId(path), [...(notes.get(pathId(path)) ?? []), note]);
  };
  const edit = patronictl('edit-config', scope, group);
  for (const problem of checkConfig(cluster)) {
    add(problem.paths, { ...problem, advice: editedBy(problem.advice, edit) });
  }
  for (const finding of findings) {
    if (finding.code === 'timings' && finding.group === group) add(TIMINGS, finding);
  }
  return notes;
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** The worst of some notes; null for none. */
export function worstOf(notes: readonly KeyNote[] | undefined): Severity | null {
  if (notes === undefined || notes.length === 0) return null;
  return notes.reduce((worst, { severity }) => (RANK[severity] < RANK[worst] ? severity : worst), 'info' as Severity);
}

/** Members on which a parameter waits for a restart, with what it is and what it will be. */
export function waitingFor(
  cluster: Cluster,
  path: ConfigPath,
): readonly { readonly member: string; readonly from: string; readonly to: string }[] {
  const [, section, name = ''] = path;
  if (section !== 'parameters') return [];
  return cluster.members.flatMap((one) =>
    Member.pendingRestartReason(one)
      .filter(({ parameter }) => parameter.toLowerCase() === name.toLowerCase())
      .map(({ oldValue, newValue }) => ({ member: one.name, from: oldValue ?? '?', to: newValue ?? '?' })),
  );
}

/** What of a shown value is a password. */
export function hiddenIn(row: ConfigRow, text: string): readonly Range[] {
  if (row.path.some(isSecretName)) return text === '' ? [] : [[0, text.length]];
  return secretRanges(text, [], false);
}

/** The row that a key press leads to, and the branch that it opens or closes; null when it is no such key. */
export function treeKey(
  key: string,
  rows: readonly ConfigRow[],
  at: number,
  closed: ReadonlySet<string>,
): { readonly to: number } | { readonly toggle: string } | null {
  const row = rows[at];
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(rows.length - 1, at + 1) };
    case 'ArrowUp':
      return { to: Math.max(0, at < 0 ? rows.length - 1 : at - 1) };
    case 'PageDown':
      return { to: Math.min(rows.length - 1, at + 10) };
    case 'PageUp':
      return { to: Math.max(0, at - 10) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: rows.length - 1 };
    case 'ArrowRight':
      if (row === undefined || !row.isBranch) return null;
      return closed.has(row.id) ? { toggle: row.id } : { to: Math.min(rows.length - 1, at + 1) };
    case 'ArrowLeft': {
      if (row === undefined) return null;
      if (row.isBranch && !closed.has(row.id)) return { toggle: row.id };
      const parent = rows.findIndex(({ id }) => id === pathId(row.path.slice(0, -1)));
      return parent < 0 ? null : { to: parent };
    }
    case 'Enter':
    case ' ':
      return row?.isBranch === true ? { toggle: row.id } : null;
    default:
      return null;
  }
}
