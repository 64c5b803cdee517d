import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
interface Line {
  readonly revoked: boolean;
  readonly hosts: string;
  readonly key: Buffer;
  /** `file:line`, for a person. */
  readonly where: string;
}

/** What is known of a host's key. */
export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  /** Another key is known for this host. */
  | { readonly kind: 'changed'; readonly where: string }
  | { readonly kind: 'revoked'; readonly where: string };

/** What some known_hosts files say together. A line that is none is left out, and one of a certificate authority, too. */
export class KnownHosts {
  readonly #lines: Line[] = [];

  add(text: string, file: string): void {
    text.split(/\r?\n/).forEach((line, at) => {
      const read = readLine(line, `${file}:${String(at + 1)}`);
      if (read !== null) this.#lines.push(read);
    });
  }

  /** Judges the key that a host showed, in SSH's own format. A key that was revoked anywhere is good nowhere. */
  judge(host: string, port: number, key: Buffer): HostKeyVerdict {
    const revoked = this.#lines.find((line) => line.revoked && line.key.equals(key) && isFor(line, host, port));
    if (revoked !== undefined) return { kind: 'revoked', where: revoked.where };
    const known = this.#keysOf(host, port);
    if (known.some((line) => line.key.equals(key))) return { kind: 'known' };
    const other = known.find((line) => keyType(line.key) === keyType(key)) ?? known[0];
    return other === undefined ? { kind: 'unknown' } : { kind: 'changed', where: other.where };
  }

  /** The types of the keys that are known of a host: it shall show one of these, not one that nobody can compare. */
  typesOf(host: string, port: number): readonly string[] {
    return [...new Set(this.#keysOf(host, port).map(({ key }) => keyType(key)))];
  }

  #keysOf(host: string, port: number): readonly Line[] {
    return this.#lines.filter((line) => !line.revoked && isFor(line, host, port));
  }
}

/** The line that makes a host's key known. */
export function knownHostsLine(host: string, port: number, key: Buffer): string {
  return `${nameOf(host, port)} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** As ssh-keygen -l shows it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that stands at the beginning of a key, e.g. `ssh-ed25519`; empty when it is no key. */
export function keyType(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  return length > 64 || length + 4 > key.length ? '' : key.toString('latin1', 4, 4 + length);
}

function readLine(text: string, where: string): Line | null {
  const words = text.trim().split(/\s+/);
  const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  const [hosts, type, base64] = words;
  if (hosts === undefined || type === undefined || base64 === undefined || hosts.startsWith('#')) return null;
  if (marker !== undefined && marker !== '@revoked') return null;
  const key = Buffer.from(base64, 'base64');
  return keyType(key) === type ? { revoked: marker !== undefined, hosts, key, where } : null;
}

const nameOf = (host: string, port: number): string =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${String(port)}`;

function isFor({ hosts }: Line, host: string, port: number): boolean {
  const name = nameOf(host, port);
  if (hosts.startsWith('|')) return isHashOf(hosts, name);
  let found = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const not = pattern.startsWith('!');
    if (!matches(not ? pattern.slice(1) : pattern, name)) continue;
    if (not) return false;
    found = true;
  }
  return found;
}

/** `|1|SALT|HASH`, so that who reads the file does not learn the names. */
function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64');
  const made = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === made.length && timingSafeEqual(wanted, made);
}

/** `*` stands for any characters and `?` for one; brackets mean themselves. */
function matches(pattern: string, name: string): boolean {
  const escaped = pattern.slice(0, 1024).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replace(/\?/g, '.')}$`).test(name);
}
