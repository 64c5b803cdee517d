import { createStore } from 'zustand/vanilla';
import type { Failover } from '../time-bar/marks';

/** The pages of a cluster. */
export type ClusterTab =
  'overview' | 'slots' | 'history' | 'sync' | 'forecast' | 'config' | 'keys' | 'practice' | 'operation' | 'incident';

/** What lies over the window, one at a time. */
export type Overlay =
  | { readonly kind: 'none' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'settings' }
  /** The connection form; `id` null for a new one. */
  | { readonly kind: 'connection'; readonly id: string | null }
  | { readonly kind: 'import' }
  | { readonly kind: 'open-snapshot' }
  | { readonly kind: 'compare'; readonly clusterId: string }
  /** The cluster that it begins with; null for all that is connected. */
  | { readonly kind: 'export-snapshot'; readonly clusterId: string | null }
  | { readonly kind: 'report'; readonly clusterId: string }
  /** What led to a change of leader. */
  | { readonly kind: 'failover'; readonly failover: Failover }
  | { readonly kind: 'shortcuts' };

/** A member of the open cluster; `group` is the MPP group or null. */
export interface MemberRef {
  readonly group: number | null;
  readonly name: string;
}

export interface ToastMessage {
  readonly id: number;
  readonly tone: 'info' | 'critical';
  readonly text: string;
}

/** What the person looks at. Nothing here comes from a store or goes to one. */
export interface UiState {
  readonly clusterId: string | null;
  readonly tab: ClusterTab;
  readonly member: MemberRef | null;
  /** The key that the Keys tab shows; null for its first. */
  readonly key: string | null;
  readonly search: string;
  readonly overlay: Overlay;
  /** In a narrow window the fleet list is a drawer; this says whether it is out. */
  readonly sidebarOpen: boolean;
  readonly toasts: readonly ToastMessage[];
}

export const uiStore = createStore<UiState>(() => ({
  clusterId: null,
  tab: 'overview',
  member: null,
  key: null,
  search: '',
  overlay: { kind: 'none' },
  sidebarOpen: false,
  toasts: [],
}));

/** Shows a cluster; null for none. Another cluster starts with no member and no key chosen. */
export function openCluster(clusterId: string | null): void {
  uiStore.setState((s) =>
    s.clusterId === clusterId ? { sidebarOpen: false } : { clusterId, member: null, key: null, sidebarOpen: false },
  );
}

export function openTab(tab: ClusterTab): void {
  uiStore.setState({ tab });
}

/** Chooses a member, in the tree and in the table alike. */
export function selectMember(member: MemberRef | null): void {
  uiStore.setState({ member });
}

/** Goes to the Keys tab with this absolute key shown. */
export function openKey(key: string): void {
  uiStore.setState({ tab: 'keys', key });
}

export function openOverlay(overlay: Overlay): void {
  uiStore.setState({ overlay });
}

export function closeOverlay(): void {
  uiStore.setState({ overlay: { kind: 'none' } });
}

export function setSearch(search: string): void {
  uiStore.setState({ search });
}

export function setSidebarOpen(sidebarOpen: boolean): void {
  uiStore.setState({ sidebarOpen });
}

let lastToast = 0;

/** Says something for six seconds; a critical one stays until it is closed. */
export function toast(text: string, tone: ToastMessage['tone'] = 'info'): void {
  const id = ++lastToast;
  uiStore.setState((s) => ({ toasts: [...s.toasts, { id, tone, text }].slice(-4) }));
  if (tone === 'info') setTimeout(() => dismissToast(id), 6000);
}

export function dismissToast(id: number): void {
  uiStore.setState((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }));
}
