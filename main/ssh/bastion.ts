import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type {
  Client,
  ClientChannel,
  ConnectConfig,
  ParsedKey,
  PublicKeyAuthMethod,
  ServerHostKeyAlgorithm,
} from 'ssh2';
import type { StoreFailure } from '../../app/dcs/store';
import { err, ok, type Result } from '../../app/result';
import { openTcp, type Opened } from '../stores/tls/open-socket';
import { type Door, join, type Way } from '../stores/tls/way';
import { type BastionOptions, type BastionTiming, DEFAULT_TIMING } from './bastion-options';
import { bastionFailure, type BastionTrouble, onwardFailure, onwardSilence } from './bastion-words';
import { hostKey, type HostKeys } from './host-keys';

/** What a bastion's host key may be, the best first; SHA-1 is not among them. */
const HOST_KEYS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

interface To {
  readonly host: string;
  readonly port: number;
}

/**
 * The way through a bastion: one SSH connection for all that goes through it. It is made when it is first needed, made anew when it
 * was lost, and ended when nothing went through it for a while. Where a connection leads to is known by the bastion alone:
 * names are resolved there.
 */
export class Bastion implements Way {
  readonly #timing: BastionTiming;
  #connecting: Promise<Result<Client, StoreFailure>> | null = null;
  #client: Client | null = null;
  #opened: { readonly file: Buffer; readonly key: ParsedKey } | null = null;
  #wasThere = false;
  #streams = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: BastionOptions,
    private readonly keys: HostKeys,
    timing: Partial<BastionTiming> = {},
  ) {
    this.#timing = { ...DEFAULT_TIMING, ...timing };
  }

  async ready(): Promise<StoreFailure | null> {
    const client = await this.#connected();
    return client.ok ? null : client.error;
  }

  async open(to: To, ms: number): Promise<Opened> {
    const target = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${String(to.port)}`;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Opened>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'no', why: onwardSilence(target, this.options) }), ms);
    });
    const opening = this.#open(to, target);
    const first = await Promise.race([opening, late]);
    clearTimeout(timer);
    if (first.kind === 'no') {
      void opening.then((opened) => {
        if (opened.kind === 'open') opened.socket.destroy();
      });
    }
    return first;
  }

  async door(to: To): Promise<Door> {
    // In a folder of this user alone: a port of loopback would be open to every user of the machine.
    const folder = process.platform === 'win32' ? null : mkdtempSync(joinPath(tmpdir(), 'hs-'));
    const path = folder === null ? `\\\\.\\pipe\\herdscope-${randomBytes(16).toString('hex')}` : joinPath(folder, 's');
    const inside = new Set<Socket>();
    const server = createServer((socket) => {
      inside.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => inside.delete(socket));
      void this.open(to, this.#timing.connectMs).then((opened) => {
        if (opened.kind === 'no') socket.destroy();
        else if (socket.destroyed) opened.socket.destroy();
        else join(socket, opened.socket);
      });
    });
    const close = (): void => {
      server.close();
      for (const socket of inside) socket.destroy();
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    };
    try {
      await new Promise<AddressInfo | string | null>((resolve, reject) => {
        server.once('error', reject);
        server.listen(path, () => resolve(server.address()));
      });
    } catch (error) {
      close();
      throw error;
    }
    return { path, close };
  }

  /** Ends the SSH connection; the next that is opened makes it anew. */
  close(): void {
    clearTimeout(this.#idle);
    const client = this.#client;
    this.#client = null;
    this.#connecting = null;
    this.#wasThere = false;
    client?.end();
  }

  async #open(to: To, target: string): Promise<Opened> {
    const connected = await this.#connected();
    if (!connected.ok) {
      const { kind, message, advice, detail } = connected.error;
      return { kind: 'no', why: { kind: 'way', words: { kind, message, advice, said: detail } } };
    }
    return new Promise((resolve) => {
      const failed = (error: unknown): void =>
        resolve({ kind: 'no', why: onwardFailure(readError(error), target, this.options) });
      try {
        connected.value.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
          if (error !== undefined) failed(error);
          else resolve({ kind: 'open', socket: this.#keep(channel) });
        });
      } catch (error) {
        failed(error);
      }
    });
  }

  /** Counts a stream while it is open. */
  #keep(channel: ClientChannel): Socket {
    this.#streams++;
    clearTimeout(this.#idle);
    channel.once('close', () => {
      this.#streams--;
      this.#rest();
    });
    return asSocket(channel);
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#streams > 0 || this.#client === null) return;
    this.#idle = setTimeout(() => this.close(), this.#timing.idleMs);
    this.#idle.unref();
  }

  #connected(): Promise<Result<Client, StoreFailure>> {
    this.#connecting ??= this.#attempt().then((outcome) => {
      if (!outcome.ok) {
        this.#connecting = null;
        return err(bastionFailure(outcome.error, this.options, this.#wasThere));
      }
      const client = outcome.value;
      this.#client = client;
      this.#wasThere = true;
      client.once('close', () => {
        if (this.#client !== client) return;
        this.#client = null;
        this.#connecting = null;
      });
      this.#rest();
      return outcome;
    });
    return this.#connecting;
  }

  /** Never rejects: what is thrown would be the answer to everybody who asks later, too. */
  async #attempt(): Promise<Result<Client, BastionTrouble>> {
    try {
      return await this.#connect();
    } catch (error) {
      return err({ kind: 'no-ssh', words: readError(error).words });
    }
  }

  async #connect(): Promise<Result<Client, BastionTrouble>> {
    const until = Date.now() + this.#timing.connectMs;
    const who = await this.#credentials();
    if (!who.ok) return who;
    const tcp = await openTcp(this.options, this.#timing.connectMs / 2);
    if (tcp.kind === 'no') return err({ kind: 'no-socket', why: tcp.why });
    const { Client: SshClient } = await import('./library');
    return this.#shakeHands(new SshClient(), tcp.socket, who.value, Math.max(50, until - Date.now()));
  }

  #shakeHands(
    client: Client,
    sock: Socket,
    who: Pick<ConnectConfig, 'agent' | 'authHandler'>,
    ms: number,
  ): Promise<Result<Client, BastionTrouble>> {
    const { host, port, user } = this.options;
    return new Promise((resolve) => {
      let refused: BastionTrouble | null = null;
      const fail = (trouble: BastionTrouble): void => {
        clearTimeout(timer);
        resolve(err(refused ?? trouble));
        client.destroy();
        sock.destroy();
      };
      const timer = setTimeout(() => fail({ kind: 'silent' }), ms);
      client.once('ready', () => {
        clearTimeout(timer);
        resolve(ok(client));
      });
      // It stays: a client without one throws its later errors; those end in `close`.
      client.on('error', (error) => fail(troubleOf(error)));
      client.once('close', () => fail({ kind: 'no-ssh', words: 'the connection was ended' }));
      try {
        client.connect({
          ...who,
          sock,
          username: user,
          readyTimeout: 0,
          keepaliveInterval: this.#timing.keepaliveMs,
          keepaliveCountMax: 2,
          algorithms: { serverHostKey: this.#hostKeyOrder() },
          hostVerifier: (key: Buffer) => {
            const verdict = this.keys.judge(host, port, key);
            if (verdict.kind === 'known') return true;
            const shown = hostKey(host, port, key);
            refused =
              verdict.kind === 'unknown'
                ? { kind: 'host-key-unknown', key: shown }
                : { kind: `host-key-${verdict.kind}`, key: shown, where: verdict.where };
            return false;
          },
        });
      } catch (error) {
        fail({ kind: 'no-ssh', words: readError(error).words });
      }
    });
  }

  /** A host with several keys shall show one that is known. */
  #hostKeyOrder(): ServerHostKeyAlgorithm[] {
    const known = this.keys.typesOf(this.options.host, this.options.port);
    const isKnown = (name: string): boolean => known.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name);
    return [...HOST_KEYS.filter(isKnown), ...HOST_KEYS.filter((name) => !isKnown(name))];
  }

  async #credentials(): Promise<Result<Pick<ConnectConfig, 'agent' | 'authHandler'>, BastionTrouble>> {
    const { keyFile: file, passphrase } = this.options;
    const { createAgent, utils } = await import('./library');
    if (file === null) {
      const agent =
        process.env['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : '');
      if (agent === '') return err({ kind: 'no-agent', words: 'SSH_AUTH_SOCK is not set' });
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(err({ kind: 'no-agent', words: `${agent}: no answer in time` })), 2000);
        createAgent(agent).getIdentities((error) => {
          clearTimeout(timer);
          resolve(error ? err({ kind: 'no-agent', words: `${agent}: ${error.message}` }) : ok({ agent }));
        });
      });
    }
    let privateKey: Buffer;
    try {
      privateKey = await readFile(file);
    } catch (error) {
      return err({ kind: 'key-file', file, words: readError(error).words });
    }
    // Opening a key with a passphrase is slow by design: once is enough.
    const opened = this.#opened;
    if (opened?.file.equals(privateKey) === true) return ok(this.#byKey(opened.key));
    const parsed = utils.parseKey(privateKey, passphrase ?? undefined);
    if (!(parsed instanceof Error)) {
      this.#opened = { file: privateKey, key: parsed };
      return ok(this.#byKey(parsed));
    }
    const words = parsed.message;
    if (/no passphrase given/i.test(words)) return err({ kind: 'passphrase-missing', file });
    if (passphrase !== null && /bad passphrase|integrity check|bad decrypt/i.test(words)) {
      return err({ kind: 'passphrase-wrong', file, words });
    }
    return err({ kind: 'key-file', file, words });
  }

  #byKey(key: ParsedKey): Pick<ConnectConfig, 'authHandler'> {
    // The package's types know only keys that are still to be opened.
    const method: object = { type: 'publickey', username: this.options.user, key };
    return { authHandler: [method as PublicKeyAuthMethod] };
  }
}

function troubleOf(error: Error): BastionTrouble {
  const level = 'level' in error ? String(error.level) : '';
  const words = `${level} ${error.message}`.trim();
  if (level === 'client-authentication') return { kind: 'not-signed-in', words };
  if (level === 'client-timeout') return { kind: 'silent' };
  return { kind: 'no-ssh', words };
}

function readError(error: unknown): { readonly reason: number | null; readonly words: string } {
  if (!(error instanceof Error)) return { reason: null, words: String(error) };
  return { reason: 'reason' in error ? Number(error.reason) : null, words: error.message };
}

/** A stream of SSH with what clients call on a socket beside reading and writing; SSH has no such settings for each stream. */
function asSocket(channel: ClientChannel): Socket {
  const nothing = (): ClientChannel => channel;
  const more = { setNoDelay: nothing, setKeepAlive: nothing, setTimeout: nothing, ref: nothing, unref: nothing };
  const destroySoon = (): unknown => channel.destroy();
  channel.on('error', () => undefined);
  return Object.assign(channel, more, { destroySoon }) as unknown as Socket;
}
