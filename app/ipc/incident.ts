import { z } from 'zod';
import type { Story } from '../incident/story';

// Requests about incidents: a span of what was recorded of a cluster, told; and what a person kept of it.

/** No longer span is told at once. */
export const LONGEST_SPAN_MS = 86_400_000;

/** So many logs can be joined to an incident. */
export const MOST_LOGS = 20;

/** So many entries of each log are kept with an incident. */
export const MOST_KEPT_LINES = 2000;

const instant = z.iso.datetime();
const id = z.string().regex(/^[0-9a-f]{16}$/);
const short = z.string().max(1024);

const keptLogSchema = z.object({
  name: short,
  member: short.nullable(),
  /** What is added to its times in place of what is found, in milliseconds; null to take that. */
  byHandMs: z.number().nullable(),
  /** As the log's own clock had them. */
  lines: z
    .array(
      z.object({
        atMs: z.number(),
        tellsZone: z.boolean(),
        program: z.enum(['patroni', 'postgresql']),
        level: z.string().max(32),
        text: z.string().max(4000),
      }),
    )
    .max(MOST_KEPT_LINES),
});

/** Logs that are kept with an incident. */
export const keptLogsSchema = z.array(keptLogSchema).max(MOST_LOGS);

const about = {
  connectionId: short,
  /** What the connection is called. */
  connection: short,
  scope: z.string().max(4096),
  from: instant,
  to: instant,
  title: z.string().max(300),
  notes: z.string().max(100_000),
} as const;

/** What is in the file of a kept incident, beside its logs. */
export const keptIncidentSchema = z.object({ id, keptAt: instant, logs: z.number(), ...about });

export const incidentRequests = {
  /** Tells what was recorded of a cluster in a span. Of several that are asked for only the last is told. */
  'incident.read': z.object({ connectionId: short, scope: z.string().max(4096), from: instant, to: instant }),
  /** Those that were kept, the newest span first. */
  'incident.list': z.undefined(),
  'incident.open': z.object({ id }),
  /** Keeps it on disk: under a new id, or in place of what was kept under this one. */
  'incident.keep': z.object({ id: id.nullable(), logs: keptLogsSchema, ...about }),
  'incident.delete': z.object({ id }),
} as const;

export type IncidentHead = z.infer<typeof keptIncidentSchema>;
export type KeptLog = z.infer<typeof keptLogSchema>;
export type IncidentDraft = z.infer<(typeof incidentRequests)['incident.keep']>;

export type IncidentTold =
  | { readonly kind: 'told'; readonly story: Story }
  /** Nothing was recorded then of this cluster. */
  | { readonly kind: 'nothing' };

export interface IncidentResponses {
  'incident.read': IncidentTold;
  /** `unreadable`: names of files in its folder that are no incident that can be read. */
  'incident.list': { readonly incidents: readonly IncidentHead[]; readonly unreadable: readonly string[] };
  /** `logsLost`: its logs cannot be read any more. */
  'incident.open': { readonly head: IncidentHead; readonly logs: readonly KeptLog[]; readonly logsLost: boolean };
  'incident.keep': IncidentHead;
  'incident.delete': null;
}
