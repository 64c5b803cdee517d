import { spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../../../app/result';
import type { ExecPlugin } from './exec-plugin';

/** What a program gave. */
export interface PluginCredentials {
  readonly token: string | null;
  readonly client: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** In milliseconds since 1970; null for as long as they work. */
  readonly until: number | null;
}

const VERSIONS: readonly string[] = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const MAX_BYTES = 1024 * 1024;
/** Words of a program that are shown. */
const MOST_WORDS = 500;

const credentialSchema = z.object({
  apiVersion: z.string(),
  kind: z.literal('ExecCredential'),
  status: z.object({
    token: z.string().nullish(),
    clientCertificateData: z.string().nullish(),
    clientKeyData: z.string().nullish(),
    expirationTimestamp: z.string().nullish(),
  }),
});

/**
 * Runs the program of a kubeconfig, without a shell and without a terminal, and reads the ExecCredential that it prints. It and what it
 * started are ended after `ms` milliseconds. `cluster` is told to it. The error is a sentence; none holds what it printed as credentials.
 */
export async function runPlugin(
  plugin: ExecPlugin,
  cluster: object | null,
  ms: number,
): Promise<Result<PluginCredentials, string>> {
  const { apiVersion, command } = plugin;
  if (!VERSIONS.includes(apiVersion)) {
    return err(`it speaks ${apiVersion}; only ${VERSIONS.join(' and ')} are known`);
  }
  if (plugin.interactiveMode === 'Always') return err(`${command} needs a terminal (interactiveMode: Always)`);
  const spec = { interactive: false, ...(cluster === null ? {} : { cluster }) };
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
  const ran = await run(plugin, info, ms);
  return ran.ok ? read(ran.value, apiVersion, command) : ran;
}

function run(
  { command, args, env, installHint }: ExecPlugin,
  info: string,
  ms: number,
): Promise<Result<string, string>> {
  return new Promise((resolve) => {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(ELECTRON|NODE|VITE)_/.test(name));
    const given = (env ?? []).map(({ name, value }) => [name, value] as const);
    // A group of its own, so that what it starts can be ended with it.
    const isGroup = process.platform !== 'win32';
    let child: ReturnType<typeof start>;
    const start = () =>
      spawn(command, args ?? [], {
        shell: false,
        windowsHide: true,
        detached: isGroup,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...Object.fromEntries(inherited), ...Object.fromEntries(given), KUBERNETES_EXEC_INFO: info },
      });
    let over = false;
    const finish = (result: Result<string, string>): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      resolve(result);
    };
    const kill = (): void => {
      try {
        if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      kill();
      finish(err(`${command} did not end within ${String(Math.round(ms / 1000))} s and was stopped`));
    }, ms);
    const failed = (error: Error): void => {
      const code = 'code' in error ? String(error.code) : '';
      const hint =
        installHint === null || installHint === undefined ? '' : `. ${installHint.trim().slice(0, MOST_WORDS)}`;
      finish(err(code === 'ENOENT' ? `there is no program ${command}${hint}` : `${command} cannot be run (${code})`));
    };
    try {
      child = start();
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    let size = 0;
    const out: Buffer[] = [];
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      out.push(part);
      if (size <= MAX_BYTES) return;
      kill();
      finish(err(`${command} printed more than credentials can be`));
    });
    child.stderr.on('data', (part: Buffer) => {
      if (said.length < 65_536) said += part.toString('utf8');
    });
    child.on('error', failed);
    child.on('close', (code, signal) => {
      if (code === 0) finish(ok(Buffer.concat(out).toString('utf8')));
      else finish(err(`${command} ended with ${String(code ?? signal)}${lastWords(said)}`));
    });
  });
}

function lastWords(text: string): string {
  const words = text.trim().split('\n').slice(-3).join(' ').slice(-MOST_WORDS);
  return words === '' ? ' and said nothing' : `: ${words}`;
}

function read(text: string, apiVersion: string, command: string): Result<PluginCredentials, string> {
  let data: unknown = null;
  try {
    data = JSON.parse(text);
  } catch {
    // As any other text that is no credential.
  }
  const found = credentialSchema.safeParse(data);
  if (!found.success) return err(`${command} printed no ExecCredential`);
  if (found.data.apiVersion !== apiVersion) {
    return err(`${command} answered with ${found.data.apiVersion.slice(0, 100)} where ${apiVersion} was asked for`);
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = found.data.status;
  const [cert, key] = [clientCertificateData ?? '', clientKeyData ?? ''];
  if ((cert === '') !== (key === '')) return err(`${command} gave a client certificate or its key alone`);
  if ((token ?? '') === '' && cert === '') return err(`${command} gave neither a token nor a client certificate`);
  const until =
    expirationTimestamp === null || expirationTimestamp === undefined ? null : Date.parse(expirationTimestamp);
  if (Number.isNaN(until)) return err(`${command} gave an expirationTimestamp that is no instant`);
  if (cert !== '') {
    try {
      if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
        return err(`${command} gave a client certificate and the key of another`);
      }
    } catch {
      return err(`${command} gave a client certificate that cannot be read`);
    }
  }
  const client = cert === '' ? null : { cert: Buffer.from(cert), key: Buffer.from(key) };
  return ok({ token: (token ?? '') === '' ? null : (token ?? null), client, until });
}
