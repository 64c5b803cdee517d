import { createStore } from 'zustand/vanilla';
import type { ClusterDetail, DetailPatch } from '../../app/ipc/detail';
import { applyPatch } from '../../app/ipc/apply-patch';

/** The open cluster in detail. */
export type DetailState =
  | { readonly kind: 'none' }
  /** Asked for; patches that come before the answer wait here. */
  | { readonly kind: 'loading'; readonly id: string; readonly waiting: readonly DetailPatch[] }
  | { readonly kind: 'shown'; readonly id: string; readonly detail: ClusterDetail }
  /** The store has no such cluster (any more). */
  | { readonly kind: 'absent'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string };

export const detailStore = createStore<{ readonly state: DetailState }>(() => ({ state: { kind: 'none' } }));

/** The state after a patch. A patch for another cluster is late and says nothing about this one. */
export function patchDetail(state: DetailState, patch: DetailPatch): DetailState {
  switch (state.kind) {
    case 'loading':
      return patch.id === state.id ? { ...state, waiting: [...state.waiting, patch] } : state;
    case 'shown':
      return patch.id === state.id ? { ...state, detail: applyPatch(state.detail, patch) } : state;
    case 'none':
    case 'absent':
    case 'failed':
      return state;
  }
}

/** The state after the whole detail arrived: patches that overtook it are applied on top (they set whole parts, so once more does no harm). */
export function detailArrived(state: DetailState, id: string, detail: ClusterDetail | null): DetailState {
  if (state.kind !== 'loading' || state.id !== id) return state;
  if (detail === null) return { kind: 'absent', id };
  return { kind: 'shown', id, detail: state.waiting.reduce(applyPatch, detail) };
}
