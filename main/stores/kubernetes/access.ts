import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { StoreFailure, StoreFailureKind } from '../../../app/dcs/store';
import type { HttpServer } from '../../http/http-exchange';
import { readTlsFiles, type TlsMaterial } from '../tls/tls-files';
import { type ExecPlugin, located, pluginLine } from './exec-plugin';
import { KubernetesError } from './kubernetes-error';
import { KubeconfigError, type KubeContext, kubeconfigFiles, readContext } from './kubeconfig';
import type { KubernetesOptions, KubernetesTiming } from './options';
import { runPlugin } from './run-plugin';
import { trimmedEnd } from '../../../app/text';

/** Whom to ask, and as whom. */
export interface Access {
  readonly server: HttpServer;
  /** As the kubeconfig or the form gives it. */
  readonly url: string;
  /** Stands before every path; empty for most. */
  readonly basePath: string;
  /** The `Authorization` header; null for none. */
  readonly authorization: string | null;
  /** Until when the credentials may be used, in milliseconds since 1970; null for as long as they work. */
  readonly until: number | null;
  /** Whether asking for the credentials again may give others. */
  readonly canRenew: boolean;
  readonly caFile: string | null;
  readonly certFile: string | null;
}

/** Finds out whom to ask and as whom. A program that gives credentials is run only if it was allowed. Throws a KubernetesError. */
export async function openAccess(options: KubernetesOptions, timing: KubernetesTiming): Promise<Access> {
  if (options.server !== null) return atAddress(options.server, options);
  const files = kubeconfigFiles(options.kubeconfig);
  try {
    return await ofContext(await readContext(files, options.context), options, timing);
  } catch (error) {
    if (error instanceof KubeconfigError)
      throw problem('file-unreadable', files.join(', '), error.message, error.advice);
    throw error;
  }
}

async function atAddress(url: string, options: KubernetesOptions): Promise<Access> {
  const { caFile, token } = options;
  const address = addressOf(url);
  const tls = await readTlsFiles({ endpoint: url, secure: address.secure, caFile, certFile: null, keyFile: null });
  if (!tls.ok) throw new KubernetesError(tls.error);
  return {
    ...common(url, address, tls.value, true, options),
    authorization: bearer(token),
    until: null,
    canRenew: false,
    caFile,
    certFile: null,
  };
}

async function ofContext(context: KubeContext, options: KubernetesOptions, timing: KubernetesTiming): Promise<Access> {
  const { cluster, clusterFolder, user, userFolder } = context;
  const url = cluster.server;
  if ((cluster['proxy-url'] ?? '') !== '') {
    throw problem(
      'other',
      url,
      `The context ${context.name} goes through a proxy (proxy-url), which Herdscope does not do.`,
      'Go through a bastion, or give the address of an API server that is reached without the proxy.',
    );
  }
  const address = addressOf(url);
  const verify = cluster['insecure-skip-tls-verify'] !== true;
  const [caData, certData, keyData] = [
    decoded(cluster['certificate-authority-data']),
    decoded(user?.['client-certificate-data']),
    decoded(user?.['client-key-data']),
  ];
  const path = (folder: string, file: string | null | undefined): string | null =>
    file === null || file === undefined || file === '' ? null : resolve(folder, file);
  const caFile = caData === null ? path(clusterFolder, cluster['certificate-authority']) : null;
  const certFile = certData === null ? path(userFolder, user?.['client-certificate']) : null;
  const keyFile = keyData === null ? path(userFolder, user?.['client-key']) : null;
  const bothAreFiles = certFile !== null && keyFile !== null;
  const files = await readTlsFiles({
    endpoint: url,
    secure: address.secure && caData === null,
    caFile,
    certFile: bothAreFiles ? certFile : null,
    keyFile: bothAreFiles ? keyFile : null,
  });
  if (!files.ok) throw new KubernetesError(files.error);
  const cert = certData ?? (certFile === null || bothAreFiles ? null : await readOrFail(certFile, url));
  const key = keyData ?? (keyFile === null || bothAreFiles ? null : await readOrFail(keyFile, url));
  const credentials = await credentialsOf(context, options, timing);
  const client = credentials.client ?? (cert !== null && key !== null ? { cert, key } : files.value.client);
  const tls: TlsMaterial = {
    ca: caData ?? files.value.ca,
    caFrom: caData === null ? files.value.caFrom : 'the kubeconfig',
    client,
  };
  const { authorization, until, canRenew } = credentials;
  const named = common(url, address, tls, verify, options);
  const serverName = cluster['tls-server-name'] ?? '';
  const server = serverName === '' ? named.server : { ...named.server, serverName };
  return { ...named, server, authorization, until, canRenew, caFile, certFile };
}

interface Credentials {
  readonly authorization: string | null;
  readonly client: TlsMaterial['client'];
  readonly until: number | null;
  readonly canRenew: boolean;
}

const lasting = { client: null, until: null, canRenew: false } as const;

/** In the order in which client-go takes them. */
async function credentialsOf(
  context: KubeContext,
  options: KubernetesOptions,
  timing: KubernetesTiming,
): Promise<Credentials> {
  const { user, userFolder: folder } = context;
  const url = context.cluster.server;
  if (options.token !== null && options.token !== '') return { ...lasting, authorization: bearer(options.token) };
  if (user === null) return { ...lasting, authorization: null };
  const { tokenFile, token, username, exec } = user;
  if (tokenFile !== null && tokenFile !== undefined && tokenFile !== '') {
    const file = resolve(folder, tokenFile);
    const content = (await readOrFail(file, url)).toString('utf8');
    return {
      authorization: bearer(content.trim()),
      client: null,
      until: Date.now() + timing.tokenFileMs,
      canRenew: true,
    };
  }
  if (token !== null && token !== undefined && token !== '') return { ...lasting, authorization: bearer(token) };
  if (username !== null && username !== undefined && username !== '') {
    const login = Buffer.from(`${username}:${user.password ?? ''}`).toString('base64');
    return { ...lasting, authorization: `Basic ${login}` };
  }
  if (exec !== null && exec !== undefined) return ofPlugin(located(exec, folder), context, options, timing);
  if (user['auth-provider'] !== undefined && user['auth-provider'] !== null) {
    throw problem(
      'unauthenticated',
      url,
      'The kubeconfig gets its token by an auth-provider, which Kubernetes gave up in 1.26.',
      'Let its cloud’s tool write the kubeconfig anew, or enter a bearer token.',
    );
  }
  return { ...lasting, authorization: null };
}

async function readOrFail(file: string, url: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const message = `The file ${file}, which the kubeconfig names, cannot be read.`;
    throw problem('file-unreadable', url, message, 'Give your user the right to read it.', String(error));
  }
}

/** So long before they run out credentials are asked for anew, and no program is run again sooner than the second. */
const EARLY_MS = 10_000;
const LEAST_MS = 5000;

/** A program of a kubeconfig's choosing is run only when the person allowed this very command. */
async function ofPlugin(
  plugin: ExecPlugin,
  { cluster, clusterFolder }: KubeContext,
  { plugins }: KubernetesOptions,
  timing: KubernetesTiming,
): Promise<Credentials> {
  const url = cluster.server;
  if (plugins?.isAllowed(plugin) !== true) throw notAllowed(plugin, url, plugins?.ask(plugin) ?? null);
  const told = plugin.provideClusterInfo === true ? await clusterInfo(cluster, clusterFolder, url) : null;
  const given = await runPlugin(plugin, told, timing.pluginMs);
  if (!given.ok) {
    throw problem(
      'unauthenticated',
      url,
      `The program that the kubeconfig gets its credentials from gave none: ${given.error}.`,
      'Run it in a terminal to see what is wrong; perhaps you have to sign in there first.',
    );
  }
  const { token, client, until } = given.value;
  const renewAt = until === null ? null : Math.max(until - EARLY_MS, Date.now() + LEAST_MS);
  return { authorization: bearer(token), client, until: renewAt, canRenew: true };
}

/** What a program is told of the cluster, where it asks for it. */
async function clusterInfo(cluster: KubeContext['cluster'], folder: string, url: string): Promise<object> {
  const file = cluster['certificate-authority'] ?? '';
  const ca =
    cluster['certificate-authority-data'] ??
    (file === '' ? null : (await readOrFail(resolve(folder, file), url)).toString('base64'));
  return {
    server: url,
    ...(ca === null ? {} : { 'certificate-authority-data': ca }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { 'insecure-skip-tls-verify': true } : {}),
    ...((cluster['tls-server-name'] ?? '') === '' ? {} : { 'tls-server-name': cluster['tls-server-name'] }),
  };
}

function notAllowed(
  plugin: ExecPlugin,
  url: string,
  asked: { readonly id: string; readonly line: string } | null,
): KubernetesError {
  const message = `The kubeconfig gets its credentials from a program, which nobody has allowed to be run yet: ${pluginLine(plugin)}`;
  const advice =
    'If you know this program, test the connection in its form and allow it there; or run it in a terminal and enter the token that it prints as Bearer token.';
  const failure: StoreFailure = { kind: 'unauthenticated', endpoint: url, message, advice, detail: message };
  return new KubernetesError(asked === null ? failure : { ...failure, program: asked });
}

const bearer = (token: string | null): string | null => (token === null || token === '' ? null : `Bearer ${token}`);

const decoded = (data: string | null | undefined): Buffer | null =>
  data === null || data === undefined || data === '' ? null : Buffer.from(data, 'base64');

interface Address {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly basePath: string;
}

function addressOf(text: string): Address {
  let url: URL;
  try {
    url = new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  } catch {
    throw problem('other', text, `${text} is no address of an API server.`, 'Write it as https://host:port.');
  }
  const secure = url.protocol === 'https:';
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    basePath: trimmedEnd(url.pathname, (character) => character === '/'),
  };
}

function common(url: string, address: Address, tls: TlsMaterial, verify: boolean, { way }: KubernetesOptions) {
  const { secure, host, port, basePath } = address;
  return { url, basePath, server: { secure, host, port, tls, verify, way } };
}

function problem(
  kind: StoreFailureKind,
  endpoint: string,
  message: string,
  advice: string,
  detail = '',
): KubernetesError {
  const failure: StoreFailure = { kind, endpoint, message, advice, detail: detail === '' ? message : detail };
  return new KubernetesError(failure);
}
