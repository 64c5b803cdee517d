import type { Socket } from 'node:net';
import type { StoreFailure } from '../../../app/dcs/store';
import { Frames, JuteReader, JuteWriter } from './jute';
import type { ZooKeeperHost } from './options';
import {
  type Acl,
  Code,
  KeeperError,
  Op,
  opCode,
  readAcl,
  readEvent,
  readMulti,
  readStat,
  type Stat,
  type WatchEvent,
  writeMulti,
  writeOp,
  type WriteOp,
  Xid,
} from './protocol';

/** No answer of ZooKeeper is longer; what says so is none of its messages. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** The connection broke before the answer came. */
export class LostError extends Error {
  override readonly name = 'LostError';

  constructor(
    readonly failure: StoreFailure,
    /** Whether it was a write that had been sent: then ZooKeeper may have done it. */
    readonly mayBeDone: boolean,
  ) {
    super(failure.message);
  }
}

/** How a connection tells what happened to it, in the words of its host. */
export interface ConnectionWords {
  silent(): StoreFailure;
  broken(detail: string): StoreFailure;
  garbled(detail: string): StoreFailure;
  /** ZooKeeper drops a connection over which something longer comes than its `jute.maxbuffer`. */
  tooLarge(bytes: number): StoreFailure;
}

export interface Handshake {
  readonly sessionId: bigint;
  readonly password: Buffer;
  /** What the server granted; 0 when it does not know the session any more. */
  readonly timeoutMs: number;
}

export interface ConnectionOptions {
  readonly host: ZooKeeperHost;
  readonly chroot: string;
  readonly callMs: number;
  /** Null: it is kept alive by whoever holds it, by `ping`. */
  readonly heartbeatMs: number | null;
  readonly words: ConnectionWords;
}

interface Pending {
  readonly xid: number;
  readonly path: string;
  readonly bytes: number;
  readonly isWrite: boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** What a request is about. */
interface About {
  /** Empty for no znode. */
  readonly path: string;
  readonly isWrite: boolean;
}

const NOTHING: About = { path: '', isWrite: false };

/** An answer without an error. */
export interface Answer {
  readonly reader: JuteReader;
  /** The server's last transaction: of a write, its own. All events up to it have come before it. */
  readonly zxid: string;
}

/** ZooKeeper's `jute.maxbuffer` unless it is set otherwise. */
const DEFAULT_MAX_BUFFER = 0xfffff;

/**
 * One connection to one server of ZooKeeper, with one session. Requests are answered in their order. What breaks it ends it: whoever
 * wants to go on opens another one. Paths are without the chroot.
 */
export class Connection {
  readonly #frames = new Frames(MAX_MESSAGE_BYTES);
  readonly #pending: Pending[] = [];
  readonly #lostListeners = new Set<(failure: StoreFailure) => void>();
  readonly #eventListeners = new Set<(event: WatchEvent) => void>();
  readonly #pongListeners = new Set<() => void>();
  #xid = 0;
  #timer: NodeJS.Timeout | undefined;
  #lost: StoreFailure | null = null;
  #handshake: ((reader: JuteReader) => void) | null = null;
  /** The highest transaction that an answer told of; all events up to it have come. */
  lastZxid = '0';

  constructor(
    private readonly socket: Socket,
    private readonly options: ConnectionOptions,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.#take(data));
    socket.on('error', (error) => this.giveUp(this.#broken(error.message)));
    socket.on('close', () => this.giveUp(this.#broken('closed by the server')));
  }

  get host(): ZooKeeperHost {
    return this.options.host;
  }

  get lost(): StoreFailure | null {
    return this.#lost;
  }

  /** Begins or goes on with a session. Rejects with a LostError; the owner sets the deadline and gives up. */
  shakeHands(timeoutMs: number, session: Handshake | null): Promise<Handshake> {
    return new Promise((resolve, reject) => {
      const stop = this.onLost((failure) => reject(new LostError(failure, false)));
      this.#handshake = (reader) => {
        reader.int();
        const granted = reader.int();
        const shaken = { timeoutMs: granted, sessionId: reader.long(), password: reader.buffer() };
        // Only now: what cannot be read is told as a loss.
        stop();
        resolve(shaken);
        this.#rest();
      };
      const writer = new JuteWriter().int(0);
      // As if nothing had been seen: a server that was restored is to be talked to as well. `sync` brings one that lags up to date.
      writer.long(0n).int(timeoutMs);
      writer.long(session?.sessionId ?? 0n).buffer(session?.password ?? Buffer.alloc(16));
      this.socket.write(writer.bool(false).frame());
    });
  }

  /** Shows who we are. Rejects with a KeeperError when the server does not take it. */
  async authenticate(scheme: string, credentials: string): Promise<void> {
    const writer = new JuteWriter().int(Xid.auth).int(Op.auth).int(0);
    await this.#send(Xid.auth, NOTHING, writer.text(scheme).buffer(Buffer.from(credentials, 'utf8')));
  }

  /** Brings the server up to date with its leader. */
  async sync(): Promise<string> {
    return (await this.#request(Op.sync, '/', (writer) => writer)).zxid;
  }

  /** Resolves when the server answered: the session has its whole time again. */
  async ping(): Promise<void> {
    await this.#send(Xid.ping, NOTHING, new JuteWriter().int(Xid.ping).int(Op.ping));
  }

  /** Null where there is no such znode. `watch` leaves a watch for one change. */
  async exists(path: string, watch = false): Promise<{ readonly stat: Stat | null; readonly zxid: string }> {
    const { answer, zxid } = await this.#ifThere(Op.exists, path, (writer) => writer.bool(watch));
    return { stat: answer === null ? null : readStat(answer), zxid };
  }

  /** Null where there is no such znode; then no watch is left either. */
  async read(
    path: string,
    watch = false,
  ): Promise<{ readonly found: { readonly data: Buffer; readonly stat: Stat } | null; readonly zxid: string }> {
    const { answer, zxid } = await this.#ifThere(Op.getData, path, (writer) => writer.bool(watch));
    return { found: answer === null ? null : { data: answer.buffer(), stat: readStat(answer) }, zxid };
  }

  async children(
    path: string,
    watch = false,
  ): Promise<{ readonly names: readonly string[]; readonly stat: Stat } | null> {
    const { answer } = await this.#ifThere(Op.getChildren2, path, (writer) => writer.bool(watch));
    return answer === null ? null : { names: answer.texts(), stat: readStat(answer) };
  }

  async acl(path: string): Promise<readonly Acl[]> {
    const { reader } = await this.#request(Op.getAcl, path, (writer) => writer);
    return readAcl(reader);
  }

  /** From now on tells of every change at or below a path. Rejects with `unimplemented` on servers before 3.6. */
  async watchTree(path: string): Promise<void> {
    await this.#request(Op.addWatch, path, (writer) => writer.int(1));
  }

  async unwatchTree(path: string): Promise<void> {
    await this.#request(Op.removeWatches, path, (writer) => writer.int(3));
  }

  /** Does one write. Gives its transaction, and of a set what the znode is then. */
  async write(write: WriteOp): Promise<{ readonly zxid: string }> {
    const op = { ...write, path: this.#whole(write.path) };
    const { zxid } = await this.#request(opCode(write), null, (writer) => writeOp(writer, op), {
      path: write.path,
      isWrite: true,
    });
    return { zxid };
  }

  /** Does several writes together or none; gives the first that could not be done. */
  async writeAll(
    writes: readonly WriteOp[],
  ): Promise<{ readonly zxid: string; readonly refused: { readonly index: number; readonly code: number } | null }> {
    const whole = writes.map((write) => ({ ...write, path: this.#whole(write.path) }));
    const { reader, zxid } = await this.#request(Op.multi, null, (writer) => writeMulti(writer, whole), {
      path: '',
      isWrite: true,
    });
    return { zxid, refused: readMulti(reader) };
  }

  /** Hears of the end, once; at once when it has ended. */
  onLost(listener: (failure: StoreFailure) => void): () => void {
    if (this.#lost !== null) listener(this.#lost);
    else this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  onEvent(listener: (event: WatchEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  /** Hears each answer to a heartbeat. */
  onPong(listener: () => void): () => void {
    this.#pongListeners.add(listener);
    return () => this.#pongListeners.delete(listener);
  }

  /** Ends the session in good order, and the connection with it; false when that could not be said any more. */
  async end(): Promise<boolean> {
    try {
      await this.#request(Op.closeSession, null, (writer) => writer);
      return true;
    } catch {
      return false;
    } finally {
      this.giveUp(this.#broken('closed'));
    }
  }

  /** Ends it at once: whoever waits for an answer gets this instead. */
  giveUp(failure: StoreFailure): void {
    if (this.#lost !== null) return;
    this.#lost = failure;
    clearTimeout(this.#timer);
    this.socket.destroy();
    for (const pending of this.#pending.splice(0)) pending.reject(new LostError(failure, pending.isWrite));
    for (const listener of [...this.#lostListeners]) listener(failure);
    this.#lostListeners.clear();
    this.#eventListeners.clear();
    this.#pongListeners.clear();
  }

  async #ifThere(
    op: number,
    path: string,
    body: (writer: JuteWriter) => JuteWriter,
  ): Promise<{ readonly answer: JuteReader | null; readonly zxid: string }> {
    try {
      const { reader, zxid } = await this.#request(op, path, body);
      return { answer: reader, zxid };
    } catch (error) {
      if (error instanceof NoNodeError) return { answer: null, zxid: error.zxid };
      throw error;
    }
  }

  #request(
    op: number,
    path: string | null,
    body: (writer: JuteWriter) => JuteWriter,
    about: About = { path: path ?? '', isWrite: false },
  ): Promise<Answer> {
    this.#xid = this.#xid === 0x7fffffff ? 1 : this.#xid + 1;
    const writer = new JuteWriter().int(this.#xid).int(op);
    if (path !== null) writer.text(this.#whole(path));
    return this.#send(this.#xid, about, body(writer));
  }

  #send(xid: number, about: About, writer: JuteWriter): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== null) {
        reject(new LostError(this.#lost, false));
        return;
      }
      const frame = writer.frame();
      if (this.#pending.length === 0) this.#wait();
      this.#pending.push({ xid, ...about, bytes: frame.length, resolve, reject });
      this.socket.write(frame);
    });
  }

  #take(data: Buffer): void {
    try {
      for (const message of this.#frames.push(data)) {
        if (this.#lost !== null) return;
        this.#message(new JuteReader(message));
      }
    } catch (error) {
      // What comes after a message that cannot be read cannot be read either.
      this.giveUp(
        this.options.words.garbled(`${error instanceof Error ? error.message : String(error)}; ${start(data)}`),
      );
      return;
    }
    if (this.#lost !== null || this.#handshake !== null) return;
    if (this.#pending.length > 0) this.#wait();
    else this.#rest();
  }

  #message(reader: JuteReader): void {
    if (this.#handshake !== null) {
      const take = this.#handshake;
      this.#handshake = null;
      take(reader);
      return;
    }
    const xid = reader.int();
    const zxid = reader.long();
    const code = reader.int();
    if (xid === Xid.event) {
      const event = readEvent(reader);
      const path = this.#own(event.path);
      if (path !== null) for (const listener of [...this.#eventListeners]) listener({ type: event.type, path });
      return;
    }
    if (zxid > BigInt(this.lastZxid)) this.lastZxid = zxid.toString();
    const pending = this.#pending[0];
    // It stays among those that wait, and is told of the loss with them.
    if (pending?.xid !== xid) throw new RangeError(`an answer to ${String(xid)} instead of ${String(pending?.xid)}`);
    this.#pending.shift();
    if (code === Code.ok) pending.resolve({ reader, zxid: zxid.toString() });
    else if (code === Code.noNode) pending.reject(new NoNodeError(pending.path, zxid.toString()));
    else pending.reject(new KeeperError(code, pending.path));
    if (xid === Xid.ping) for (const listener of [...this.#pongListeners]) listener();
  }

  /** Something was asked: it is answered in time, or nobody is there. */
  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.giveUp(this.options.words.silent()), this.options.callMs);
  }

  /** Nothing is asked: after a while it is asked whether anybody is still there. */
  #rest(): void {
    clearTimeout(this.#timer);
    const { heartbeatMs } = this.options;
    if (heartbeatMs === null || this.#lost !== null) return;
    this.#timer = setTimeout(() => void this.ping().catch(() => undefined), heartbeatMs);
  }

  #broken(detail: string): StoreFailure {
    const largest = Math.max(0, ...this.#pending.map(({ bytes }) => bytes));
    return largest > DEFAULT_MAX_BUFFER ? this.options.words.tooLarge(largest) : this.options.words.broken(detail);
  }

  #whole(path: string): string {
    const { chroot } = this.options;
    return chroot === '' ? path : path === '/' ? chroot : chroot + path;
  }

  /** Null for what is not below the chroot. */
  #own(path: string): string | null {
    const { chroot } = this.options;
    if (chroot === '') return path;
    if (path === chroot) return '/';
    return path.startsWith(`${chroot}/`) ? path.slice(chroot.length) : null;
  }
}

/** There is no such znode, as of a transaction. */
class NoNodeError extends KeeperError {
  constructor(
    path: string,
    readonly zxid: string,
  ) {
    super(Code.noNode, path);
  }
}

function start(data: Buffer): string {
  return `it begins with ${data
    .subarray(0, 16)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.')}`;
}
