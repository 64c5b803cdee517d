import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endAtExit } from './end-at-exit';
import { freePort } from './free-port';

const run = promisify(execFile);

const SSHD = '/usr/sbin/sshd';

/** What the sshd tells with `fingerprint` and takes with the keys below. */
export interface SshServer {
  readonly port: number;
  /** The user that runs this: nobody else can be signed in as by an sshd that is not root's. */
  readonly user: string;
  /** A private key that opens it. */
  readonly keyFile: string;
  /** The same, protected by `passphrase`. */
  readonly protectedKeyFile: string;
  readonly passphrase: string;
  /** A private key that it does not know. */
  readonly strangerKeyFile: string;
  /** Of its host key, as ssh-keygen shows it. */
  fingerprint(): Promise<string>;
  /** Its line of a known_hosts file, with the names hashed if wanted. */
  knownHosts(port: number, hashed?: boolean): Promise<string>;
  /** Gives it another host key and starts it again. */
  changeHostKey(): Promise<void>;
  /** An SSH agent that holds its key; `stop` ends it. */
  startAgent(): Promise<{ readonly socket: string; stop(): void }>;
  dispose(): Promise<void>;
}

/** Starts a private sshd (Debian: openssh-server) on 127.0.0.1 as a plain process. More of sshd_config's lines may be given. */
export async function startSsh(more: readonly string[] = []): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-ssh-'));
  const port = await freePort();
  const file = (name: string): string => join(folder, name);
  const makeKey = (name: string, passphrase = ''): Promise<unknown> =>
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file(name)]);
  const passphrase = 'four words of passphrase';
  await Promise.all([makeKey('host'), makeKey('user'), makeKey('stranger')]);
  await copyFile(file('user'), file('protected'));
  await run('chmod', ['600', file('protected')]);
  await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', file('protected')]);
  await copyFile(file('user.pub'), file('authorized'));
  const config = [
    `Port ${String(port)}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('authorized')}`,
    `PidFile ${file('pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100:30:200',
    'UseDNS no',
    ...more,
  ];
  await writeFile(file('config'), `${config.join('\n')}\n`);
  // Where systemd does not start it nobody makes this folder.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const started = spawn(SSHD, ['-D', '-e', '-f', file('config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', () => reject(new Error(`sshd ended: ${said}`)));
      started.stderr.on('data', (part: Buffer) => {
        said = (said + part.toString()).slice(-4000);
        if (said.includes('Server listening')) resolve();
      });
    });
  };
  const stop = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    await new Promise((resolve) => {
      running.removeAllListeners('exit').once('exit', resolve);
      running.kill();
    });
  };
  const forget = endAtExit(() => {
    child?.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return {
    port,
    user: userInfo().username,
    keyFile: file('user'),
    protectedKeyFile: file('protected'),
    passphrase,
    strangerKeyFile: file('stranger'),
    fingerprint: async () => {
      const { stdout } = await run('ssh-keygen', ['-l', '-f', file('host.pub')]);
      return stdout.split(' ')[1] ?? '';
    },
    knownHosts: async (of, hashed = false) => {
      const key = await readFile(file('host.pub'), 'utf8');
      await writeFile(file('known'), `[127.0.0.1]:${String(of)} ${key}`);
      if (hashed) await run('ssh-keygen', ['-q', '-H', '-f', file('known')]);
      return readFile(file('known'), 'utf8');
    },
    changeHostKey: async () => {
      await stop();
      await Promise.all([rm(file('host')), rm(file('host.pub'))]);
      await makeKey('host');
      await start();
    },
    startAgent: async () => {
      const socket = file('agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      await new Promise((resolve) => agent.stdout.once('data', resolve));
      await run('ssh-add', ['-q', file('user')], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      return { socket, stop: () => void agent.kill() };
    },
    dispose: async () => {
      forget();
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
