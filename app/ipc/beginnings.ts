import { z } from 'zod';
import type { Intent } from '../operations/intent';

// The operations in the native menu. What can be begun on the cluster that is shown only the window knows; it tells main.

/** What the native menu calls each operation, in its order. */
export const beginningLabels = {
  switchover: 'Switchover…',
  failover: 'Failover…',
  'cancel-switchover': 'Cancel the Scheduled Switchover…',
  pause: 'Pause…',
  resume: 'Resume…',
  restart: 'Restart…',
  'cancel-restart': 'Cancel a Scheduled Restart…',
  reload: 'Reload…',
  reinitialize: 'Reinitialize a Member…',
  'edit-config': 'Edit the Configuration…',
  'remove-cluster': 'Remove the Cluster…',
} as const satisfies Record<Intent['kind'], string>;

export type BeginningKind = keyof typeof beginningLabels;

/** All of them, in the menu's order. */
export const beginningKinds = Object.keys(beginningLabels) as readonly BeginningKind[];

export const beginningRequests = {
  /** What can be begun on the cluster that is shown; the menu's other entries are dimmed. */
  'menu.beginnings': z.object({
    kinds: z
      .array(z.string().refine((kind): kind is BeginningKind => Object.hasOwn(beginningLabels, kind)))
      .max(beginningKinds.length),
  }),
} as const;

export interface BeginningResponses {
  'menu.beginnings': null;
}

export interface BeginningEvents {
  /** The menu's entry of an operation was chosen. */
  begin: BeginningKind;
}
