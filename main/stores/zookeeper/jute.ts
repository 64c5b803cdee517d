// ZooKeeper's encoding, "jute": big-endian integers, and texts, buffers and vectors with their length before them.

/** Builds one message. */
export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const part = Buffer.allocUnsafe(4);
    part.writeInt32BE(value);
    this.#parts.push(part);
    return this;
  }

  long(value: bigint): this {
    const part = Buffer.allocUnsafe(8);
    part.writeBigInt64BE(value);
    this.#parts.push(part);
    return this;
  }

  bool(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  buffer(value: Buffer): this {
    this.int(value.length);
    this.#parts.push(value);
    return this;
  }

  text(value: string): this {
    return this.buffer(Buffer.from(value, 'utf8'));
  }

  /** The message with its own length before it, as it goes over the wire. */
  frame(): Buffer {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const head = Buffer.allocUnsafe(4);
    head.writeInt32BE(length);
    return Buffer.concat([head, ...this.#parts], length + 4);
  }
}

/** Reads one message. Throws a RangeError where the message ends too early or a length cannot be. */
export class JuteReader {
  #at = 0;

  constructor(private readonly message: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at >= this.message.length;
  }

  int(): number {
    const value = this.message.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  long(): bigint {
    const value = this.message.readBigInt64BE(this.#at);
    this.#at += 8;
    return value;
  }

  bool(): boolean {
    const value = this.message.readUInt8(this.#at);
    this.#at += 1;
    return value !== 0;
  }

  /** A copy of its own: the message that it came in is not kept alive by it. Absent (length -1) reads as empty. */
  buffer(): Buffer {
    const length = this.int();
    if (length === -1) return Buffer.alloc(0);
    if (length < 0 || length > this.message.length - this.#at) throw new RangeError(`a length of ${String(length)}`);
    const value = Buffer.from(this.message.subarray(this.#at, this.#at + length));
    this.#at += length;
    return value;
  }

  text(): string {
    return this.buffer().toString('utf8');
  }

  texts(): string[] {
    const count = this.int();
    // Each takes four bytes at least.
    if (count > (this.message.length - this.#at) / 4) throw new RangeError(`a count of ${String(count)}`);
    const found: string[] = [];
    for (let i = 0; i < count; i += 1) found.push(this.text());
    return found;
  }
}

/** Cuts what comes over a connection into messages, whatever the pieces that it comes in. One for each connection. */
export class Frames {
  #pieces: Buffer[] = [];
  #size = 0;

  constructor(private readonly maxBytes: number) {}

  /** The messages that are whole now. Throws a RangeError when a length cannot be ZooKeeper's. */
  push(piece: Buffer): Buffer[] {
    this.#pieces.push(piece);
    this.#size += piece.length;
    const whole: Buffer[] = [];
    for (;;) {
      const length = this.#nextLength();
      if (length === null || this.#size < length + 4) return whole;
      const all = this.#joined();
      whole.push(all.subarray(4, length + 4));
      this.#pieces = [all.subarray(length + 4)];
      this.#size -= length + 4;
    }
  }

  #nextLength(): number | null {
    if (this.#size < 4) return null;
    const first = this.#pieces[0];
    const length = (first !== undefined && first.length >= 4 ? first : this.#joined()).readInt32BE();
    if (length < 0 || length > this.maxBytes) throw new RangeError(`a message of ${String(length)} bytes`);
    return length;
  }

  /** Everything that has come as one piece; joined only when something is whole, so that a long message is not copied for each piece. */
  #joined(): Buffer {
    const [first, ...more] = this.#pieces;
    const all = first !== undefined && more.length === 0 ? first : Buffer.concat(this.#pieces, this.#size);
    this.#pieces = [all];
    return all;
  }
}
