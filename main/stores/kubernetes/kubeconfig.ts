import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { execSchema } from './exec-plugin';
import { isCostlyYaml } from '../../../app/yaml-cost';

// https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/

const text = z.string().nullish();
const clusterSchema = z.object({
  server: z.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'tls-server-name': text,
  'proxy-url': text,
});
const userSchema = z.object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  exec: execSchema.nullish(),
  'auth-provider': z.unknown().optional(),
});
const contextSchema = z.object({ cluster: z.string(), user: text });
const fileSchema = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: clusterSchema })).nullish(),
  users: z.array(z.object({ name: z.string(), user: userSchema.nullish() })).nullish(),
  contexts: z.array(z.object({ name: z.string(), context: contextSchema })).nullish(),
  'current-context': text,
});

export type KubeCluster = z.infer<typeof clusterSchema>;
export type KubeUser = z.infer<typeof userSchema>;

/** One context of a kubeconfig. */
export interface KubeContext {
  readonly name: string;
  readonly cluster: KubeCluster;
  /** Where a relative path in it starts from. */
  readonly clusterFolder: string;
  /** Null where the context names none. */
  readonly user: KubeUser | null;
  readonly userFolder: string;
}

/** Why a kubeconfig cannot be used; a sentence, and another one about what to do. */
export class KubeconfigError extends Error {
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

/** The files that are read, as kubectl finds them: the one given, else those of `KUBECONFIG`, else the one in the home folder. */
export function kubeconfigFiles(given: string | null, environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  if (given !== null) return [given];
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')];
}

/**
 * A context of the kubeconfig, the current one unless it is named. Of several files the first that tells of something counts, and
 * one that is not there is left out, as in kubectl. Throws a KubeconfigError.
 */
export async function readContext(files: readonly string[], name: string | null): Promise<KubeContext> {
  const read: { readonly folder: string; readonly file: z.infer<typeof fileSchema> }[] = [];
  for (const path of files) {
    const file = await readOne(path, files.length > 1);
    if (file !== null) read.push({ folder: dirname(resolve(path)), file });
  }
  const where = files.join(', ');
  const wanted = name ?? read.map(({ file }) => file['current-context'] ?? '').find((found) => found !== '') ?? null;
  if (wanted === null) {
    throw new KubeconfigError(`The kubeconfig ${where} has no current context.`, 'Give the context to use.');
  }
  const contexts = read.flatMap(({ file }) => file.contexts ?? []);
  const context = contexts.find((one) => one.name === wanted)?.context;
  if (context === undefined) {
    const known = contexts.map((one) => one.name).join(', ');
    throw new KubeconfigError(
      `The kubeconfig ${where} has no context ${wanted}.`,
      known === '' ? 'It has none at all: choose another file.' : `It has ${known.slice(0, 500)}.`,
    );
  }
  const cluster = read
    .flatMap(({ folder, file }) => (file.clusters ?? []).map((one) => ({ ...one, folder })))
    .find((one) => one.name === context.cluster);
  if (cluster === undefined) {
    throw new KubeconfigError(
      `The context ${wanted} names the cluster ${context.cluster}, which ${where} does not tell of.`,
      'Mend the kubeconfig: kubectl config view shows it.',
    );
  }
  const user = read
    .flatMap(({ folder, file }) => (file.users ?? []).map((one) => ({ ...one, folder })))
    .find((one) => one.name === context.user);
  return {
    name: wanted,
    cluster: cluster.cluster,
    clusterFolder: cluster.folder,
    user: user?.user ?? null,
    userFolder: user?.folder ?? cluster.folder,
  };
}

async function readOne(path: string, mayBeAway: boolean): Promise<z.infer<typeof fileSchema> | null> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' && mayBeAway) return null;
    throw new KubeconfigError(
      code === 'ENOENT'
        ? `There is no kubeconfig ${path}.`
        : `The kubeconfig ${path} cannot be read (${String(code)}).`,
      'Choose the file that kubectl uses, or give the API server’s address.',
    );
  }
  let data: unknown;
  try {
    // A kubeconfig has no use for aliases; without them it cannot grow when it is read.
    if (isCostlyYaml(content)) throw new Error('nested in ways that no kubeconfig is');
    data = parse(content, { maxAliasCount: 0, schema: 'core', uniqueKeys: false, logLevel: 'silent' });
  } catch {
    throw new KubeconfigError(`${path} is no YAML, so it is no kubeconfig.`, 'Choose the file that kubectl uses.');
  }
  const file = fileSchema.safeParse(data);
  if (file.success) return file.data;
  const place = file.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new KubeconfigError(
    `${path} is no kubeconfig that can be used${place === '' ? '' : ` (at ${place})`}.`,
    'Choose the file that kubectl uses.',
  );
}
