import { z } from 'zod';

const text = z.string().max(1024);
const port = z.number().int().min(1).max(65_535);

/** A bastion that a connection goes through by SSH. The passphrase of its key is among the secrets. */
export const bastionSchema = z.object({
  /** A name or an address; an IPv6 address stands in brackets. */
  host: z
    .string()
    .max(255)
    .regex(/^(?:\[[0-9a-f:.]+\]|[^/\s?#@:[\]]+)$/i),
  port: port.default(22),
  user: text.min(1),
  /** A private key; null for those of the SSH agent. */
  keyFile: text.nullable().default(null),
});
export type BastionSettings = z.infer<typeof bastionSchema>;

/** The requests about bastions. */
export const bastionRequests = {
  /** The person compared the key that a bastion showed and accepts it. Main knows which were shown. */
  'bastion.trust': z.object({ host: text, port, fingerprint: text }),
} as const;

/** What they answer. */
export interface BastionResponses {
  'bastion.trust': null;
}
