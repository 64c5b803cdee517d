import type { BastionSettings } from '../../app/ipc/connections/bastion';
import type { HostKey } from '../../app/dcs/store';
import type { Way } from '../stores/tls/way';
import type { Bastion } from './bastion';
import { HostKeys } from './host-keys';

/** The bastions of all connections. Those that go through the same one, as the same user with the same key, share it. */
export class Bastions {
  readonly #bastions = new Map<string, Bastion>();
  readonly #keys: HostKeys;

  /** `knownHosts` is Herdscope's own file of host keys. */
  constructor(knownHosts: string) {
    this.#keys = new HostKeys(knownHosts);
  }

  /** The way through a bastion; undefined for none. What SSH needs is loaded with the first. */
  async way(settings: BastionSettings | null, passphrase: string | null): Promise<Way | undefined> {
    if (settings === null) return undefined;
    const { Bastion: LoadedBastion } = await import('./bastion');
    const { host, port, user, keyFile } = settings;
    const id = JSON.stringify([host, port, user, keyFile, passphrase]);
    const known = this.#bastions.get(id);
    if (known !== undefined) return known;
    const bare = host.replace(/^\[|\]$/g, '');
    const made = new LoadedBastion({ host: bare, port, user, keyFile, passphrase }, this.#keys);
    this.#bastions.set(id, made);
    return made;
  }

  /** Makes a host key known that a bastion showed and the person accepted; the answer is a sentence when it cannot be. */
  accept(key: Pick<HostKey, 'host' | 'port' | 'fingerprint'>): string | null {
    return this.#keys.accept(key);
  }

  close(): void {
    for (const bastion of this.#bastions.values()) bastion.close();
    this.#bastions.clear();
  }
}
