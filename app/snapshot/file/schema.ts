import { z } from 'zod';
import { allUntold } from '../picture';

// What the lines of a *.herdscope file may hold (docs/snapshot-format.md). Names that a schema does not know are left out:
// a newer program may have written them.

/** The format that this program writes. A file of another `version` is read as far as it is understood. */
export const FORMAT_VERSION = 1;

const digits = z.string().regex(/^[0-9]{1,40}$/);
const shortText = z.string().max(1024);
const instant = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no instant');

/** One section as the header lists it. */
export const contentSchema = z.object({
  kind: z.string().max(64),
  connection: shortText.catch(''),
  at: instant.nullable().catch(null),
  clusters: z.array(z.string()).max(100_000).catch([]),
  keys: z.number().int().nonnegative().catch(0),
});

export const headerSchema = z.object({
  herdscope: z.object({ version: z.number().int().positive(), program: shortText.catch('') }),
  writtenAt: instant.nullable().catch(null),
  redacted: z.object({ secrets: z.boolean().catch(false), names: z.boolean().catch(false) }).catch({
    secrets: false,
    names: false,
  }),
  contents: z.array(contentSchema).max(10_000).catch([]),
});
/** The first line: what is in the file, readable without unpacking it. */
export type FileHeader = z.infer<typeof headerSchema>;
export type FileContent = z.infer<typeof contentSchema>;

export const sectionSchema = z.object({ kind: z.string().max(64), version: z.number().int().positive() });

const storeKinds = [
  'etcd3',
  'etcd',
  'consul',
  'zookeeper',
  'kubernetes',
  'raft',
  'rest',
  'practice',
  'unknown',
] as const;

/** The line that begins a picture. */
export const pictureSchema = z.object({
  connection: shortText,
  store: z
    .object({ kind: z.enum(storeKinds).catch('unknown'), version: shortText.nullable().catch(null) })
    .catch({ kind: 'unknown', version: null }),
  namespace: shortText,
  at: instant,
  revision: digits.catch('0'),
  /** Words of a newer program are left out: it says them in its own. */
  untold: z
    .array(z.string())
    .catch([])
    .transform((words) => allUntold.filter((word) => words.includes(word))),
});

/** The line that begins a recording. */
export const recordingSchema = z.object({
  connection: shortText,
  store: shortText,
  namespace: shortText,
  from: instant,
  to: instant,
});

export const nodeSchema = z.object({
  key: z.string().max(65_536),
  value: z.string(),
  bytes: z.number().int().nonnegative().optional().catch(undefined),
  create: digits.catch('0'),
  mod: digits.catch('0'),
  version: digits.catch('0'),
  session: z.string().max(256).nullable().optional().catch(null),
});

export const sessionSchema = z.object({
  id: z.string().max(256),
  granted: z.number(),
  remaining: z.number(),
  askedAt: instant,
});
