import { z } from 'zod';

/** What of a herd's options can be said on a command line. */
export const herdOptions = z.object({
  patroni: z.enum(['3.0', '4.1']).exactOptional(),
  members: z.number().int().min(1).max(20).exactOptional(),
  cascade: z.boolean().exactOptional(),
  scope: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a scope has letters, digits, dots, dashes and underscores')
    .exactOptional(),
  namespace: z
    .string()
    .regex(/^\/\S*[^/\s]$/, 'a namespace begins with / and does not end with it')
    .exactOptional(),
  sync: z.enum(['off', 'on', 'quorum']).exactOptional(),
});
