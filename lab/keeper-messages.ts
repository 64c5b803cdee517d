import { z } from 'zod';

/** What the keeper says while it works: progress, what is to be printed, and how it ended. One JSON object a line. */
const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('say'), line: z.string() }),
  z.object({ kind: z.literal('done'), text: z.string() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);

export type KeeperMessage = z.infer<typeof message>;

/** The message in a value from the other process. Throws when it is none: both are of one version. */
export function keeperMessage(value: unknown): KeeperMessage {
  return message.parse(value);
}

/** A request to the keeper: the words of the command line. */
export const requestSchema = z.object({ words: z.array(z.string()).min(1) });
