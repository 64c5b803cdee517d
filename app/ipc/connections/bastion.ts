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

/** The requests about whom a connection trusts on its way: bastions, and programs of a kubeconfig. */
export const bastionRequests = {
  /** The person compared the key that a bastion showed and accepts it. Main knows which were shown. */
  'bastion.trust': z.object({ host: text, port, fingerprint: text }),
  /** The person read the command of a kubeconfig and allows it to be run. Main knows which were asked for. */
  'program.allow': z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) }),
} as const;

/** What they answer. */
export interface BastionResponses {
  'bastion.trust': null;
  'program.allow': null;
}
