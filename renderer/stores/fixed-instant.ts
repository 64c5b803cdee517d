import { useFleet } from './hooks';
import type { FleetState } from './fleet';

/** The instant that a connection's picture stands at, in milliseconds since 1970; null for one that lives. */
export function fixedInstant({ connections }: FleetState, connectionId: string | null): number | null {
  const status = connections.find((c) => c.id === connectionId)?.status;
  return status?.kind === 'as-of' ? Date.parse(status.at) : null;
}

/** The instant that a connection's picture stands at, in milliseconds since 1970; null for one that lives. */
export const useFixedInstant = (connectionId: string | null): number | null =>
  useFleet((s) => fixedInstant(s, connectionId));
