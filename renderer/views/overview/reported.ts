import type { SessionState } from '../../../app/dcs/store';
import type { KeyDetail } from '../../../app/ipc/detail';
import { renewedAt } from '../cluster/lock';
import { memberId } from '../../../app/findings/mark';

/** When a member was last heard of by its store, and how that is known. `at` in milliseconds since 1970. */
export type Reported =
  /** Its session was renewed: to the second, as the store counts. */
  | { readonly kind: 'renewed'; readonly at: number }
  /** Its key changed while this program watched. */
  | { readonly kind: 'changed'; readonly at: number }
  | { readonly kind: 'unknown' };

const unknown: Reported = { kind: 'unknown' };

/** When the keys of members last changed, by `memberId`. */
export function memberKeyChanges(keys: readonly KeyDetail[], hasGroups: boolean): ReadonlyMap<string, number> {
  const changes = new Map<string, number>();
  for (const { key, changedAt } of keys) {
    const cut = key.lastIndexOf('/members/');
    if (cut < 0 || changedAt === null) continue;
    const group = hasGroups ? Number(key.slice(key.lastIndexOf('/', cut - 1) + 1, cut)) : null;
    changes.set(memberId(group, key.slice(cut + '/members/'.length)), Date.parse(changedAt));
  }
  return changes;
}

/** What is known of a member: its session's last renewal, else its key's last change. */
export function reported(session: SessionState | undefined, keyChangedAt: number | undefined): Reported {
  const renewed = renewedAt(session);
  if (renewed !== null) return { kind: 'renewed', at: renewed };
  return keyChangedAt === undefined || Number.isNaN(keyChangedAt) ? unknown : { kind: 'changed', at: keyChangedAt };
}

/** Where the figure comes from, for the hover. */
export const reportedWords: Record<Reported['kind'], string> = {
  renewed: 'Since the member renewed its session in the store, from the session’s remaining time.',
  changed: 'Since the member’s key last changed while this program watched. The store does not tell about its session.',
  unknown:
    'Not known: the store does not tell about the session, and the key has not changed since the program watches.',
};
