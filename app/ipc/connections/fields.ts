import { z } from 'zod';
import { bastionSchema } from './bastion';

// What the settings of several kinds of connections are made of.

export const shortText = z.string().max(1024);

/** The path of a file on this machine; null for none. */
export const filePath = shortText.nullable().default(null);

/** Patroni's namespace, `/service` by default; slashes at its ends do not matter. */
export const namespace = shortText.default('/service');

/** Each `http://host:port` or `https://host:port`. */
export const endpoints = z
  .array(z.string().regex(/^https?:\/\/[^/\s?#@]+$/i))
  .min(1)
  .max(32);

/** Each `host:port`; an IPv6 address stands in brackets. */
export const hostsWithPort = z
  .array(z.string().regex(/^(?:\[[0-9a-f:.]+\]|[^/\s?#@:[\]]+):\d{1,5}$/i))
  .min(1)
  .max(32);

/** Each the name or address of a machine, without a port; an IPv6 address stands in brackets. */
export const hostNames = z
  .array(z.string().regex(/^(?:\[[0-9a-f:.]+\]|[^/\s?#@:[\]]+)$/i))
  .min(1)
  .max(32);

export const port = z.number().int().min(1).max(65_535);

/** PEM files; null for the authorities that the system trusts, and for no client certificate. */
export const tlsFiles = { caFile: filePath, certFile: filePath, keyFile: filePath };

/** How the members' REST API is spoken to, whatever the store (Patroni: `ctl` and `restapi`). */
export const restApiSchema = z.object({
  /** Basic auth, which Patroni asks for at what changes something; null for none. */
  username: shortText.nullable().default(null),
  ...tlsFiles,
  /** Whether the members' certificates are checked (Patroni: `ctl.insecure` is the opposite). */
  verify: z.boolean().default(true),
});
export type RestApiSettings = z.infer<typeof restApiSchema>;

/** How a connection is recorded: whether at all, and what is kept. */
export const recordingSchema = z.object({
  on: z.boolean(),
  mostDays: z.number().int().min(1).max(366),
  mostMegabytes: z.number().int().min(10).max(100_000),
});
export type RecordingSettings = z.infer<typeof recordingSchema>;

/** Where nothing else is said. */
export const usualRecording: RecordingSettings = { on: true, mostDays: 14, mostMegabytes: 1024 };

/** What the settings of every kind hold. */
export const common = {
  /** Empty for a connection that is not kept yet. */
  id: z.string().max(64),
  /** What the fleet list calls it. */
  name: z.string().trim().min(1).max(80),
  /** Whether Herdscope may write: a connection is read-only until the DBA allows it. */
  writable: z.boolean().default(false),
  /** On what is marked so, the name of the cluster is typed before something is done that cannot be taken back. */
  production: z.boolean().default(false),
  /** The bastion that all of it goes through, the members' REST API too; null for none. */
  bastion: bastionSchema.nullable().default(null),
  /** Absent: as usual. */
  recording: recordingSchema.optional(),
  restApi: restApiSchema.default({ username: null, caFile: null, certFile: null, keyFile: null, verify: true }),
};
