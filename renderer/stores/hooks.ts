import { useStore } from 'zustand';
import type { ClusterDetail } from '../../app/ipc/detail';
import { detailStore, type DetailState } from './detail';
import { fleetStore, type FleetState } from './fleet';
import { operationsStore, type OperationsState } from './operations';
import { sessionStore, type SessionStoreState } from './session';
import { uiStore, type UiState } from './ui';

// Selectors must answer the same reference while nothing changed (zustand 5): pick, do not build.

export const useSession = <T>(select: (state: SessionStoreState) => T): T => useStore(sessionStore, select);
export const useFleet = <T>(select: (state: FleetState) => T): T => useStore(fleetStore, select);
export const useUi = <T>(select: (state: UiState) => T): T => useStore(uiStore, select);
export const useOperations = <T>(select: (state: OperationsState) => T): T => useStore(operationsStore, select);
export const useDetailState = <T>(select: (state: DetailState) => T): T =>
  useStore(detailStore, (s) => select(s.state));

/** Reads the open cluster's detail; `fallback` while there is none. */
export const useDetail = <T>(select: (detail: ClusterDetail) => T, fallback: T): T =>
  useStore(detailStore, (s) => (s.state.kind === 'shown' ? select(s.state.detail) : fallback));
