import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-port';
import { standsStill } from './stands-still';

/** PEM files that make a private etcd speak TLS. */
export interface EtcdTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** The CA that signed `certFile`; `ctl` trusts it. */
  readonly caFile: string;
  /** When set, the server demands a client certificate that this CA signed. */
  readonly clientCaFile?: string;
  /** What `ctl` shows to a server that demands a client certificate. */
  readonly clientCertFile?: string;
  readonly clientKeyFile?: string;
}

/** A user besides root, who may read the keys below `readPrefix` (none: may read nothing). */
export interface EtcdUser {
  readonly name: string;
  readonly password: string;
  readonly readPrefix?: string;
}

export interface EtcdOptions {
  readonly tls?: EtcdTls;
  /** Turns authentication on, with root's password and more users. */
  readonly auth?: { readonly rootPassword: string; readonly users?: readonly EtcdUser[] };
  /** More of etcd's own flags, e.g. `--enable-v2`. */
  readonly args?: readonly string[];
  /** The folder of the data; without it a temporary one, removed by `dispose` or when this process ends. */
  readonly dataDir?: string;
  /** The client port; without it a free one. */
  readonly port?: number;
  /** The server outlives this process, which then forgets it. */
  readonly detached?: boolean;
  /** The program to run instead of the `etcd` and `etcdctl` of the path. */
  readonly etcd?: string;
  readonly etcdctl?: string;
  /** A member of a cluster that `startEtcdCluster` makes. */
  readonly member?: { readonly name: string; readonly peerPort: number; readonly initialCluster: string };
}

/** A real etcd on loopback. */
export interface EtcdServer {
  /** `http://127.0.0.1:PORT`, with TLS `https://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly port: number;
  readonly dataDir: string;
  /** The file of what etcd printed. */
  readonly logFile: string;
  /** Of the running process; 0 when it is stopped. */
  readonly pid: number;
  /** Ends it in an orderly way; the data stay, `restart` brings it back. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; stops it first when it runs. */
  restart(): Promise<void>;
  /** Freezes it (SIGSTOP): connections stay open and nothing answers, until `resume`. Resolves when all of it stands still. */
  pause(): Promise<void>;
  resume(): void;
  /** Replaces the data by a backup that `ctl(['snapshot', 'save', FILE])` wrote, and starts it on them. */
  restore(backupFile: string): Promise<void>;
  /** Runs `etcdctl` on it and gives what it printed; throws with its error. With authentication it acts as root. */
  ctl(args: readonly string[]): Promise<string>;
  /** Stops it and removes its temporary folder. */
  dispose(): Promise<void>;
}

const READY_MS = 20_000;

/** Starts a private etcd and waits until it serves. Throws, with the end of its log, when it does not. */
export async function startEtcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-etcd-'));
  const own = new OwnEtcd(options, folder);
  try {
    await own.begin();
  } catch (error) {
    await own.dispose();
    throw error;
  }
  return own;
}

/** Starts a cluster of `size` members that elect a leader among them; kill a majority and there is no quorum. */
export async function startEtcdCluster(size: number, args: readonly string[] = []): Promise<readonly EtcdServer[]> {
  const ports = await freePorts(size);
  const initialCluster = ports.map((port, at) => `m${String(at)}=http://127.0.0.1:${String(port)}`).join(',');
  return Promise.all(
    ports.map((peerPort, at) => startEtcd({ args, member: { name: `m${String(at)}`, peerPort, initialCluster } })),
  );
}

class OwnEtcd implements EtcdServer {
  readonly dataDir: string;
  readonly logFile: string;
  port: number;
  #peerPort = 0;
  #metricsPort = 0;
  #child: ChildProcess | null = null;
  #authOn = false;

  constructor(
    readonly options: EtcdOptions,
    readonly folder: string,
  ) {
    this.dataDir = options.dataDir ?? join(folder, 'data');
    this.logFile = join(folder, 'etcd.log');
    this.port = options.port ?? 0;
    if (options.detached !== true) process.once('exit', this.#atExit);
  }

  get endpoint(): string {
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${String(this.port)}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** The first start: other ports are tried when somebody was quicker to take one. */
  async begin(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const [port = 0, peerPort = 0, metricsPort = 0] = await freePorts(3);
      this.port = this.options.port ?? port;
      this.#peerPort = this.options.member?.peerPort ?? peerPort;
      this.#metricsPort = metricsPort;
      try {
        await this.#start();
        break;
      } catch (error) {
        const taken = error instanceof Error && error.message.includes('address already in use');
        if (!taken || attempt >= 3 || this.options.port !== undefined) throw error;
      }
    }
    if (this.options.auth) await this.#turnAuthOn(this.options.auth);
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  async pause(): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    this.#child?.kill('SIGSTOP');
    await standsStill(pid);
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async restore(backupFile: string): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
    const peer = `http://127.0.0.1:${String(this.#peerPort)}`;
    const flags = ['--data-dir', this.dataDir, '--name', 'lab', '--initial-cluster', `lab=${peer}`];
    await this.#run(['snapshot', 'restore', backupFile, ...flags, '--initial-advertise-peer-urls', peer]);
    await this.#start();
  }

  async ctl(args: readonly string[]): Promise<string> {
    const flags = ['--endpoints', this.endpoint];
    const { tls, auth } = this.options;
    if (tls) {
      // The lab's own tool must reach a server whose certificate is wrong on purpose, too.
      flags.push('--cacert', tls.caFile, '--insecure-skip-tls-verify');
      if (tls.clientCertFile !== undefined && tls.clientKeyFile !== undefined)
        flags.push('--cert', tls.clientCertFile, '--key', tls.clientKeyFile);
    }
    if (auth && this.#authOn) flags.push('--user', `root:${auth.rootPassword}`);
    return this.#run([...flags, ...args]);
  }

  async dispose(): Promise<void> {
    this.resume();
    await this.kill();
    process.removeListener('exit', this.#atExit);
    await rm(this.folder, { recursive: true, force: true });
  }

  readonly #atExit = (): void => {
    this.#child?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };

  async #start(): Promise<void> {
    const log = openSync(this.logFile, 'a');
    const child = spawn(this.options.etcd ?? 'etcd', this.#flags(), {
      stdio: ['ignore', log, log],
      detached: this.options.detached === true,
      // etcd takes its options from ETCD_… too: what the machine's own etcd is configured with must not reach this one.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ETCD'))),
    });
    closeSync(log);
    if (this.options.detached === true) child.unref();
    this.#child = child;
    let spawnError: Error | null = null;
    child.once('error', (error) => (spawnError = error));
    const until = Date.now() + READY_MS;
    while (!(await isHealthy(this.#metricsPort))) {
      const gone = spawnError !== null || child.exitCode !== null || child.signalCode !== null;
      if (gone || Date.now() > until) {
        await this.kill();
        const why = spawnError === null ? await this.#logEnd() : String(spawnError);
        throw new Error(`etcd ${gone ? 'ended' : 'was not ready in time'} on port ${String(this.port)}: ${why}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  #flags(): string[] {
    const { tls, member, args } = this.options;
    const peer = `http://127.0.0.1:${String(this.#peerPort)}`;
    const flags = ['--name', member?.name ?? 'lab', '--data-dir', this.dataDir];
    flags.push('--listen-client-urls', this.endpoint, '--advertise-client-urls', this.endpoint);
    flags.push('--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer);
    flags.push('--initial-cluster', member?.initialCluster ?? `lab=${peer}`);
    // A plain port of its own for /health: ready is known whatever TLS and authentication the clients' port has.
    flags.push('--listen-metrics-urls', `http://127.0.0.1:${String(this.#metricsPort)}`);
    // Half of etcd's defaults: up sooner, and leases down to 1 s (etcd's minimum is 1.5 election timeouts).
    flags.push('--heartbeat-interval', '50', '--election-timeout', '500', '--logger', 'zap');
    if (tls) {
      flags.push('--cert-file', tls.certFile, '--key-file', tls.keyFile);
      if (tls.clientCaFile !== undefined) flags.push('--client-cert-auth', '--trusted-ca-file', tls.clientCaFile);
    }
    return [...flags, ...(args ?? [])];
  }

  async #turnAuthOn(auth: NonNullable<EtcdOptions['auth']>): Promise<void> {
    await this.ctl(['user', 'add', `root:${auth.rootPassword}`]);
    await this.ctl(['user', 'grant-role', 'root', 'root']).catch(async () => {
      await this.ctl(['role', 'add', 'root']);
      await this.ctl(['user', 'grant-role', 'root', 'root']);
    });
    for (const user of auth.users ?? []) {
      await this.ctl(['user', 'add', `${user.name}:${user.password}`]);
      if (user.readPrefix === undefined) continue;
      await this.ctl(['role', 'add', `read-${user.name}`]);
      await this.ctl(['role', 'grant-permission', '--prefix=true', `read-${user.name}`, 'read', user.readPrefix]);
      await this.ctl(['user', 'grant-role', user.name, `read-${user.name}`]);
    }
    await this.ctl(['auth', 'enable']);
    this.#authOn = true;
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

  async #logEnd(): Promise<string> {
    return (await readFile(this.logFile, 'utf8').catch(() => '')).split('\n').slice(-12).join('\n');
  }

  #run(args: readonly string[]): Promise<string> {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ETCD')));
    return new Promise((resolve, reject) => {
      execFile(
        this.options.etcdctl ?? 'etcdctl',
        [...args],
        { env: { ...env, ETCDCTL_API: '3' }, maxBuffer: 1 << 30, timeout: 60_000 },
        (error, stdout, stderr) => {
          if (error) reject(new Error(`etcdctl ${args.join(' ')}: ${stderr.trim() || error.message}`));
          else resolve(stdout);
        },
      );
    });
  }
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/health', timeout: 1000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
