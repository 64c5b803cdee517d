import { appendFileSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HostKey } from '../../app/dcs/store';
import { fingerprint, type HostKeyVerdict, keyType, KnownHosts, knownHostsLine } from './known-hosts';

/**
 * The host keys of bastions: those that the person's own ssh knows, which are only read, and those that were accepted in the
 * window, in a file of Herdscope's own. A key can be accepted only after a host showed it in this run, and only where none is known.
 */
export class HostKeys {
  readonly #shown = new Map<string, Buffer>();

  constructor(
    private readonly ownFile: string,
    private readonly others: readonly string[] = [join(homedir(), '.ssh', 'known_hosts'), '/etc/ssh/ssh_known_hosts'],
  ) {}

  /** Judges the key that a host showed. Reads the files anew. */
  judge(host: string, port: number, key: Buffer): HostKeyVerdict {
    const verdict = this.#known().judge(host, port, key);
    if (verdict.kind === 'unknown') this.#shown.set(idOf({ host, port, fingerprint: fingerprint(key) }), key);
    return verdict;
  }

  typesOf(host: string, port: number): readonly string[] {
    return this.#known().typesOf(host, port);
  }

  /** Makes a key known that was shown; the answer is a sentence when it cannot be. */
  accept(wanted: Pick<HostKey, 'host' | 'port' | 'fingerprint'>): string | null {
    const key = this.#shown.get(idOf(wanted));
    if (key === undefined) return 'No bastion showed this key since the program started. Test the connection again.';
    const verdict = this.#known().judge(wanted.host, wanted.port, key);
    if (verdict.kind === 'known') return null;
    if (verdict.kind !== 'unknown') return `Another key is known for this bastion (${verdict.where}).`;
    try {
      appendFileSync(this.ownFile, knownHostsLine(wanted.host, wanted.port, key), { mode: 0o600 });
    } catch (error) {
      return `The key cannot be kept in ${this.ownFile}: ${error instanceof Error ? error.message : String(error)}`;
    }
    return null;
  }

  #known(): KnownHosts {
    const known = new KnownHosts();
    for (const file of [...this.others, this.ownFile]) known.add(read(file), file);
    return known;
  }
}

/** The key of a host, for a person to compare. */
export function hostKey(host: string, port: number, key: Buffer): HostKey {
  return { host, port, type: keyType(key), fingerprint: fingerprint(key) };
}

const idOf = ({ host, port, fingerprint: print }: Pick<HostKey, 'host' | 'port' | 'fingerprint'>): string =>
  JSON.stringify([host, port, print]);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Most machines lack one of them.
    return '';
  }
}
