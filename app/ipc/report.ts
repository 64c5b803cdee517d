import { z } from 'zod';

// Requests about reports: a cluster as it stands, as a page to send.

export const reportRequests = {
  /** Asks where to, and writes the page there. */
  'report.save': z.object({
    clusterId: z.string().max(1024),
    format: z.enum(['html', 'pdf']),
    /** Whether host names, addresses, users, members and clusters get other names. Secrets always go. */
    replaceNames: z.boolean(),
  }),
} as const;

export type ReportFormat = 'html' | 'pdf';

export interface ReportResponses {
  /** Where it was written; null when the person chose no place. */
  'report.save': string | null;
}
