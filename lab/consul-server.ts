import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { get } from 'node:http';
import { promisify } from 'node:util';
import type { KeyPair } from './certificates';
import { consulProgram } from './consul-program';
import { freePorts } from './free-port';
import { standsStill } from './stands-still';

export interface ConsulServerOptions {
  /** A second port with TLS: the server's certificate and, when set, whose client certificates it demands. */
  readonly tls?: { readonly server: KeyPair; readonly caFile: string; readonly demandsClient?: boolean };
  /** Turns ACLs on, all denied but for who has this token, which may do everything. */
  readonly managementToken?: string;
  /** The least TTL of a session, e.g. `500ms`; Consul's own 10 s when not said. */
  readonly leastSessionTtl?: string;
  /** The folder of the data; without it a temporary one, removed by `dispose` or when this process ends. */
  readonly dataDir?: string;
}

/** A real Consul on loopback: an agent that is a server, the only one or one of several. */
export interface ConsulServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** `https://127.0.0.1:PORT`; without TLS nothing listens there. */
  readonly tlsEndpoint: string;
  readonly logFile: string;
  /** Of the running process; 0 when it is stopped. */
  readonly pid: number;
  /** Ends it in an orderly way; the data stay. */
  stop(): Promise<void>;
  /** Kills it; the data stay. */
  kill(): Promise<void>;
  /** Whether it leads the others. */
  leads(): Promise<boolean>;
  /** Keeps what it has in a file of `consul snapshot`, or makes that what it has. */
  save(file: string): Promise<void>;
  load(file: string): Promise<void>;
  /** Starts it on the same ports and data; stops it first when it runs. */
  restart(): Promise<void>;
  /** Freezes it (SIGSTOP): connections stay open and nothing answers, until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Stops it and removes its temporary folder. */
  dispose(): Promise<void>;
}

const READY_MS = 30_000;
/** Of each server: HTTP, HTTPS, its own protocol, and gossip. */
const PORTS = 5;
const LAN_PORT = 3;
const run = promisify(execFile);

/** Starts a private Consul and waits until it has a leader. Throws, with the end of its log, when it does not. */
export async function startConsul(options: ConsulServerOptions = {}): Promise<ConsulServer> {
  const [only] = await startServers([options]);
  if (only === undefined) throw new Error('one was started');
  return only;
}

/** The same with so many servers that are one Consul. */
export function startConsulCluster(size: number): Promise<readonly ConsulServer[]> {
  return startServers(Array.from({ length: size }, () => ({ leastSessionTtl: '500ms' })));
}

async function startServers(all: readonly ConsulServerOptions[]): Promise<readonly ConsulServer[]> {
  const program = await consulProgram();
  const ports = await freePorts(PORTS * all.length);
  const portsOf = (index: number): readonly number[] => ports.slice(index * PORTS, (index + 1) * PORTS);
  const together = all.map((_, index) => `127.0.0.1:${String(portsOf(index)[LAN_PORT])}`);
  const servers = await Promise.all(
    all.map(async (options, index) => new OwnConsul(options, await ownFolder(), program, portsOf(index), together)),
  );
  try {
    await Promise.all(servers.map((server) => server.restart()));
  } catch (error) {
    await Promise.all(servers.map((server) => server.dispose()));
    throw error;
  }
  return servers;
}

const ownFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'herdscope-consul-'));

class OwnConsul implements ConsulServer {
  readonly port: number;
  readonly logFile: string;
  readonly #tlsPort: number;
  #child: ChildProcess | null = null;

  constructor(
    private readonly options: ConsulServerOptions,
    private readonly folder: string,
    private readonly program: string,
    private readonly ports: readonly number[],
    /** Where all of them gossip. */
    private readonly together: readonly string[],
  ) {
    this.port = ports[0] ?? 0;
    this.#tlsPort = ports[1] ?? 0;
    this.logFile = join(folder, 'consul.log');
    process.once('exit', this.#atExit);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  get tlsEndpoint(): string {
    return `https://127.0.0.1:${String(this.#tlsPort)}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async leads(): Promise<boolean> {
    const said = await ask(this.port, '/v1/status/leader').catch(() => null);
    return said?.body === `"127.0.0.1:${String(this.ports[2])}"`;
  }

  async save(file: string): Promise<void> {
    await run(this.program, ['snapshot', 'save', '-http-addr', this.endpoint, file]);
  }

  async load(file: string): Promise<void> {
    await run(this.program, ['snapshot', 'restore', '-http-addr', this.endpoint, file]);
  }

  async restart(): Promise<void> {
    await this.stop();
    const config = join(this.folder, 'config.json');
    const dataDir = this.options.dataDir ?? join(this.folder, 'data');
    await mkdir(dataDir, { recursive: true });
    await writeFile(config, JSON.stringify(this.#config(dataDir)));
    const log = openSync(this.logFile, 'a');
    const child = spawn(this.program, ['agent', '-config-file', config], { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    let failed: Error | null = null;
    child.once('error', (error) => (failed = error));
    const until = Date.now() + READY_MS;
    while (!(await hasLeader(this.port))) {
      const gone = failed !== null || child.exitCode !== null || child.signalCode !== null;
      if (gone || Date.now() > until) {
        await this.#end('SIGKILL');
        const why = failed === null ? (await readFile(this.logFile, 'utf8')).split('\n').slice(-12).join('\n') : failed;
        throw new Error(`Consul ${gone ? 'ended' : 'was not ready in time'}: ${String(why)}`);
      }
      await sleep(50);
    }
  }

  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP');
    if (this.pid !== 0) await standsStill(this.pid);
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async dispose(): Promise<void> {
    this.resume();
    await this.#end('SIGKILL');
    process.removeListener('exit', this.#atExit);
    await rm(this.folder, { recursive: true, force: true });
  }

  readonly #atExit = (): void => {
    this.#child?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };

  #config(dataDir: string): object {
    const { tls, managementToken, leastSessionTtl } = this.options;
    const [http = 0, https = 0, server = 0, lan = 0, wan = 0] = this.ports;
    return {
      server: true,
      bootstrap_expect: this.together.length,
      ...(this.together.length === 1 ? {} : { retry_join: this.together, retry_interval: '1s' }),
      node_name: `lab-${String(server)}`,
      data_dir: dataDir,
      bind_addr: '127.0.0.1',
      client_addr: '127.0.0.1',
      log_level: 'WARN',
      disable_update_check: true,
      performance: { raft_multiplier: 1 },
      // By itself Consul takes 512 kB, and 200 connections of one address.
      limits: { kv_max_value_size: 4_000_000, txn_max_req_len: 4_000_000, http_max_conns_per_client: 5000 },
      ports: { http, https: tls ? https : -1, dns: -1, grpc: -1, server, serf_lan: lan, serf_wan: wan },
      ...(leastSessionTtl === undefined ? {} : { session_ttl_min: leastSessionTtl }),
      ...(tls === undefined
        ? {}
        : {
            cert_file: tls.server.certFile,
            key_file: tls.server.keyFile,
            ca_file: tls.caFile,
            verify_incoming_https: tls.demandsClient === true,
          }),
      ...(managementToken === undefined
        ? {}
        : { acl: { enabled: true, default_policy: 'deny', tokens: { master: managementToken } } }),
    };
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(late);
  }
}

async function hasLeader(port: number): Promise<boolean> {
  const { status } = await ask(port, '/v1/kv/?keys').catch(() => ({ status: 0 }));
  // 404: there is no key; 403: whoever has no token may see none.
  return [200, 403, 404].includes(status);
}

function ask(port: number, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, timeout: 1000, agent: false }, (response) => {
      let body = '';
      response.on('data', (part) => (body += String(part)));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('error', reject);
  });
}
