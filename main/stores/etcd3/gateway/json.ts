import type { IEvent, IKeyValue, IRangeResponse, IResponseHeader, ITxnResponse, IWatchResponse } from 'etcd3';
import { z } from 'zod';

// etcd's messages as its gateway writes them: bytes in base64, numbers of 64 bits as text, and what is zero or empty left out
// (https://protobuf.dev/programming-guides/json/).

/** A message for the gateway: bytes as base64, and the names of enumerations in capitals. */
export function encode(message: unknown): unknown {
  if (Buffer.isBuffer(message)) return message.toString('base64');
  if (Array.isArray(message)) return message.map(encode);
  if (typeof message !== 'object' || message === null) return message;
  return Object.fromEntries(
    Object.entries(message).map(([name, value]: [string, unknown]) => [
      name,
      (name === 'target' || name === 'result') && typeof value === 'string' ? value.toUpperCase() : encode(value),
    ]),
  );
}

const int64 = z.union([z.string().regex(/^-?\d{1,20}$/), z.number().int().transform(String)]).default('0');
const bytes = z
  .string()
  .default('')
  .transform((text) => Buffer.from(text, 'base64'));

/** Every answer has one: without it somebody else answered. */
const header = z.object({
  cluster_id: int64,
  member_id: int64,
  revision: int64,
  raft_term: int64,
}) satisfies z.ZodType<IResponseHeader>;

const keyValue = z.object({
  key: bytes,
  value: bytes,
  create_revision: int64,
  mod_revision: int64,
  version: int64,
  lease: int64,
}) satisfies z.ZodType<IKeyValue>;

const range = z.object({
  header,
  kvs: z.array(keyValue).default([]),
  more: z.boolean().default(false),
  count: int64,
}) satisfies z.ZodType<IRangeResponse>;

const event = z
  .object({ type: z.string().default('PUT'), kv: keyValue })
  .transform(({ type, kv }): IEvent => ({ type: type === 'DELETE' ? 'Delete' : 'Put', kv, prev_kv: kv }));

const watched = z.object({
  header,
  watch_id: int64,
  created: z.boolean().default(false),
  canceled: z.boolean().default(false),
  compact_revision: int64,
  cancel_reason: z.string().default(''),
  fragment: z.boolean().default(false),
  events: z.array(event).default([]),
}) satisfies z.ZodType<IWatchResponse>;

/** Of a transaction: whether its condition held, and what it read where it did not. */
const transaction = z.object({
  header,
  succeeded: z.boolean().default(false),
  responses: z.array(z.object({ response_range: range.optional() })).default([]),
});

const problem = z.object({ message: z.string().optional(), error: z.string().optional(), code: z.number().optional() });

export const rangeOf = (data: unknown): IRangeResponse => range.parse(data);
export const transactionOf = (data: unknown): ITxnResponse => transaction.parse(data) as ITxnResponse;
export const watchedOf = (data: unknown): IWatchResponse => watched.parse(data);
export const leaseOf = (data: unknown) => z.object({ ID: int64, TTL: int64, grantedTTL: int64 }).parse(data);
export const keptAliveOf = (data: unknown) => z.object({ result: z.object({ TTL: int64 }) }).parse(data).result;
export const tokenOf = (data: unknown): string => z.object({ token: z.string() }).parse(data).token;

/** What the gateway refused, as gRPC words it; null where it is none of its refusals. */
export function refusalOf(data: unknown): Error | null {
  const read = problem.safeParse(data);
  if (!read.success) return null;
  const { message, error, code } = read.data;
  const words = message ?? error;
  return words === undefined || code === undefined ? null : grpcError(code, words);
}

/** As `readGrpcError` reads it. */
export function grpcError(code: number, words: string): Error {
  return new Error(`${String(code)} GATEWAY: ${words}`);
}
