import type { Names } from './name-sets';

/** A server's synchronous_standby_names as Patroni sets it, and who of those named has caught up (`patroni/postgresql/sync.py`). */
export class StandbyNames {
  /** How many of them must confirm a commit. */
  private needed = 0;
  private listed: Names = new Set();
  /** They have reached the position that the primary had when they were named. */
  private readonly ready = new Set<string>();
  /** That position in bytes; null until the server was primary. */
  private namedAt: number | null = null;

  get names(): Names {
    return this.listed;
  }

  get count(): number {
    return this.needed;
  }

  /** Sets the parameter. `position`: where the primary's WAL ends; null on a standby, which has nothing to be confirmed. */
  set(names: Names, count: number, position: number | null): void {
    const isSame = count === this.needed && names.size === this.listed.size && [...names].every((one) => this.has(one));
    this.listed = names;
    this.needed = count;
    if (isSame) return;
    for (const name of this.ready) if (!names.has(name)) this.ready.delete(name);
    this.namedAt = position;
  }

  /** Who of these has caught up by now, or had once (`SyncHandler._process_replica_readiness`). */
  confirmed(standbys: readonly { readonly name: string; readonly receivedLsn: number }[], position: number): Names {
    this.namedAt ??= position;
    for (const { name, receivedLsn } of standbys) {
      if (this.has(name) && receivedLsn >= this.namedAt) this.ready.add(name);
    }
    return new Set(standbys.flatMap(({ name }) => (this.ready.has(name) ? [name] : [])));
  }

  /** A new Patroni process reads the parameter and has seen nobody catch up yet. */
  forget(): void {
    this.ready.clear();
    this.namedAt = null;
  }

  private has(name: string): boolean {
    return this.listed.has(name);
  }
}
