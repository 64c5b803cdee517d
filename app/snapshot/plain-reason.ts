import type { z } from 'zod';

/** The first thing that a schema found wrong, as a phrase that names the place and never the value. */
export function plainReason(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'content is not what it should be';
  const place = issue.path.map(String).join('.');
  return `${place === '' ? 'content' : place} is not what it should be`;
}
