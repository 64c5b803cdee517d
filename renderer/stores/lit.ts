import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import type { MemberRef } from './ui';

/** Members to be lit in the tree, because something about them is under the pointer or has the focus elsewhere. */
const litStore = createStore<{ readonly lit: readonly MemberRef[] }>(() => ({ lit: [] }));

/** Lights these members and no others. */
export function light(lit: readonly MemberRef[]): void {
  const before = litStore.getState().lit;
  const same =
    before.length === lit.length && before.every((m, i) => m.group === lit[i]?.group && m.name === lit[i].name);
  if (!same) litStore.setState({ lit });
}

/** Whether a member is lit. */
export const useIsLit = (group: number | null, name: string | null): boolean =>
  useStore(litStore, ({ lit }) => lit.some((m) => m.group === group && m.name === name));
