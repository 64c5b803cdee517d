import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KeyPair } from './certificates';
import { freePorts } from './free-port';
import { standsStill } from './stands-still';

export interface ZooKeeperServerOptions {
  /** A second client port with TLS: the server's certificate and, when set, whose client certificates it demands. */
  readonly tls?: { readonly server: KeyPair; readonly clientCaFile?: string };
  /** ZooKeeper's unit of time, in milliseconds; sessions last 2 of them at least. 500 when not said. */
  readonly tickMs?: number;
  /** More lines of zoo.cfg. */
  readonly config?: Readonly<Record<string, string | number>>;
  /** The four-letter words that it answers; `srvr` alone, as ZooKeeper does by itself, when not said. */
  readonly words?: string;
  /** The folder of the data; without it a temporary one, removed by `dispose` or when this process ends. */
  readonly dataDir?: string;
  /** A member of an ensemble that `startZooKeeperEnsemble` makes. */
  readonly member?: { readonly id: number; readonly servers: readonly string[] };
}

/** A real ZooKeeper on loopback. */
export interface ZooKeeperServer {
  readonly port: number;
  /** `127.0.0.1:PORT`, for clients. */
  readonly host: string;
  /** The client port with TLS; 0 without. */
  readonly tlsPort: number;
  readonly dataDir: string;
  /** The file of what ZooKeeper printed. */
  readonly logFile: string;
  /** Of the running process; 0 when it is stopped. */
  readonly pid: number;
  /** Ends it in an orderly way; the data stay. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Starts it on the same port and data; stops it first when it runs. With `wait` false it need not serve: its ensemble may have no majority. */
  restart(wait?: boolean): Promise<void>;
  /** Freezes it (SIGSTOP): connections stay open and nothing answers, until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Copies its data, which are whole at any time: a log and snapshots. It is stopped meanwhile. */
  backup(folder: string): Promise<void>;
  /** Replaces its data by a copy that `backup` made, and starts it on them. */
  restore(folder: string): Promise<void>;
  /** What it says to a four-letter word; empty when it does not answer. */
  word(word: string): Promise<string>;
  /** Waits until it serves. Throws, with the end of its log, when it does not. */
  ready(): Promise<void>;
  /** Stops it and removes its temporary folder. */
  dispose(): Promise<void>;
}

const READY_MS = 30_000;
const JARS = '/usr/share/java';

/** Starts a private ZooKeeper and waits until it serves. */
export async function startZooKeeper(options: ZooKeeperServerOptions = {}): Promise<ZooKeeperServer> {
  const own = await makeServer(options);
  try {
    await own.ready();
  } catch (error) {
    await own.dispose();
    throw error;
  }
  return own;
}

/** Starts an ensemble that elects a leader among its members; kill a majority and none of them serves. */
export async function startZooKeeperEnsemble(
  size: number,
  options: Omit<ZooKeeperServerOptions, 'member'> = {},
): Promise<readonly ZooKeeperServer[]> {
  const ports = await freePorts(2 * size);
  const servers = Array.from({ length: size }, (_, at) => {
    const [peer = 0, election = 0] = ports.slice(2 * at, 2 * at + 2);
    return `server.${String(at + 1)}=127.0.0.1:${String(peer)}:${String(election)}`;
  });
  const members = await Promise.all(
    servers.map((_, at) => makeServer({ ...options, member: { id: at + 1, servers } })),
  );
  try {
    await Promise.all(members.map((member) => member.ready()));
  } catch (error) {
    await Promise.all(members.map((member) => member.dispose()));
    throw error;
  }
  return members;
}

async function makeServer(options: ZooKeeperServerOptions): Promise<OwnZooKeeper> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-zookeeper-'));
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const own = new OwnZooKeeper(options, folder, port, options.tls === undefined ? 0 : tlsPort);
  await own.begin();
  return own;
}

class OwnZooKeeper implements ZooKeeperServer {
  readonly dataDir: string;
  readonly logFile: string;
  #child: ChildProcess | null = null;

  constructor(
    private readonly options: ZooKeeperServerOptions,
    private readonly folder: string,
    readonly port: number,
    readonly tlsPort: number,
  ) {
    this.dataDir = options.dataDir ?? join(folder, 'data');
    this.logFile = join(folder, 'zookeeper.log');
    process.once('exit', this.#atExit);
  }

  get host(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async begin(): Promise<void> {
    mkdirSync(this.dataDir, { recursive: true });
    const { tls, member } = this.options;
    if (tls !== undefined) await this.#makeStores(tls);
    // With the data, by which a lab knows whose process it is.
    await writeFile(this.#configFile, this.#config());
    if (member !== undefined) await writeFile(join(this.dataDir, 'myid'), String(member.id));
    this.#start();
  }

  get #configFile(): string {
    return join(this.dataDir, 'zoo.cfg');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(wait = true): Promise<void> {
    await this.stop();
    this.#start();
    if (wait) await this.ready();
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

  async backup(folder: string): Promise<void> {
    await this.stop();
    await cp(this.dataDir, folder, { recursive: true });
    this.#start();
  }

  async restore(folder: string): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
    await cp(folder, this.dataDir, { recursive: true });
    this.#start();
  }

  word(word: string): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(word));
      socket.setTimeout(1000, () => socket.destroy());
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(text));
    });
  }

  async ready(): Promise<void> {
    const until = Date.now() + READY_MS;
    while (!(await this.word('srvr')).startsWith('Zookeeper version')) {
      const child = this.#child;
      const gone = child === null || child.exitCode !== null || child.signalCode !== null;
      if (gone || Date.now() > until) {
        const why = (await readFile(this.logFile, 'utf8').catch(() => '')).split('\n').slice(-12).join('\n');
        throw new Error(`ZooKeeper ${gone ? 'ended' : 'did not serve in time'} on port ${String(this.port)}: ${why}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
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

  #config(): string {
    const { tls, member, tickMs, config, words } = this.options;
    const settings: Record<string, string | number> = {
      tickTime: tickMs ?? 500,
      // In ticks: an ensemble may take its time to come up on a busy machine.
      initLimit: 40,
      syncLimit: 20,
      dataDir: this.dataDir,
      clientPort: this.port,
      clientPortAddress: '127.0.0.1',
      maxClientCnxns: 1000,
      minSessionTimeout: 1000,
      maxSessionTimeout: 300_000,
      'admin.enableServer': 'false',
      // Nothing here needs to outlive a power cut.
      forceSync: 'no',
      ...(words === undefined ? {} : { '4lw.commands.whitelist': words }),
    };
    if (tls !== undefined) {
      settings['secureClientPort'] = this.tlsPort;
      settings['secureClientPortAddress'] = '127.0.0.1';
      settings['serverCnxnFactory'] = 'org.apache.zookeeper.server.NettyServerCnxnFactory';
      settings['ssl.keyStore.location'] = join(this.folder, 'keys.p12');
      settings['ssl.keyStore.password'] = 'laboratory';
      settings['ssl.clientAuth'] = tls.clientCaFile === undefined ? 'none' : 'need';
      if (tls.clientCaFile !== undefined) settings['ssl.trustStore.location'] = join(this.folder, 'trust.pem');
    }
    const lines = Object.entries({ ...settings, ...config }).map(([key, value]) => `${key}=${String(value)}`);
    return [...lines, ...(member?.servers ?? [])].join('\n');
  }

  async #makeStores(tls: NonNullable<ZooKeeperServerOptions['tls']>): Promise<void> {
    const run = promisify(execFile);
    await run('openssl', [
      ...['pkcs12', '-export', '-in', tls.server.certFile, '-inkey', tls.server.keyFile],
      ...['-out', join(this.folder, 'keys.p12'), '-passout', 'pass:laboratory', '-name', 'server'],
    ]);
    if (tls.clientCaFile !== undefined) await cp(tls.clientCaFile, join(this.folder, 'trust.pem'));
  }

  #start(): void {
    const log = openSync(this.logFile, 'a');
    // Debian's zookeeper.jar does not name all that TLS needs, nor anything that writes a log.
    const jars = ['zookeeper', 'slf4j-simple', 'netty-codec', 'netty-resolver'].map((name) => `${JARS}/${name}.jar`);
    const classes = [this.folder, ...jars.filter((path) => existsSync(path))];
    this.#child = spawn(
      'java',
      [
        // Small and up at once: several of them and a herd share the machine.
        ...['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.net.preferIPv4Stack=true'],
        ...['-cp', classes.join(':'), 'org.apache.zookeeper.server.quorum.QuorumPeerMain', this.#configFile],
      ],
      { stdio: ['ignore', log, log], cwd: this.folder },
    );
    closeSync(log);
    this.#child.once('error', () => undefined);
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
