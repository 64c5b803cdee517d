import type * as Cluster from '../cluster/cluster';
import type { JsonObject } from '../json';
import type { ClusterKeys } from './cluster-keys';

/**
 * What one member keeps in the store with its session: its own key and, while it leads, the leader lock.
 * Both go when the session ends (`patroni/dcs/etcd3.py`: one lease for a node).
 */
export class MemberLock {
  private session: string | null = null;

  constructor(
    private readonly keys: ClusterKeys,
    private readonly name: string,
  ) {}

  /** Forgets the session without ending it, as a process that is killed does. */
  forget(): void {
    this.session = null;
  }

  /** Keeps the session alive, or opens one (`Etcd3._do_refresh_lease`). */
  refresh(ttlSeconds: number): string {
    if (this.session === null || !this.keys.store.keepAlive(this.session)) {
      this.session = this.keys.store.grantSession(ttlSeconds);
    }
    return this.session;
  }

  /** Writes the member's key unless it holds the same already (`Etcd3.touch_member`). */
  touch(record: JsonObject, ttlSeconds: number): void {
    const session = this.session ?? this.refresh(ttlSeconds);
    const key = this.keys.key(`members/${this.name}`);
    const value = JSON.stringify(record);
    const node = this.keys.store.get(key);
    if (node?.value === value && node.session === session) return;
    // The session may have ended since the last round: the next one opens another.
    if (this.keys.store.put(key, value, session).kind === 'no-session') this.session = null;
  }

  /** Takes the lock if nobody has it (`Etcd3.attempt_to_acquire_leader`). */
  acquire(ttlSeconds: number): boolean {
    const session = this.refresh(ttlSeconds);
    return this.keys.store.compareAndSet(this.keys.key('leader'), '0', this.name, session).kind === 'done';
  }

  /** Keeps the lock; takes it over into a new session where it still has our name (`Etcd3._update_leader`). */
  keep(cluster: Cluster.Cluster, ttlSeconds: number): boolean {
    const session = this.refresh(ttlSeconds);
    if (cluster.leader?.session === session) return true;
    const key = this.keys.key('leader');
    const taken = this.keys.store.transaction({
      when: [{ kind: 'value', key, is: this.name }],
      then: [{ kind: 'put', key, value: this.name, session }],
    });
    return taken.kind === 'done' || this.acquire(ttlSeconds);
  }

  /** Gives the lock up if it is ours (`Etcd3._delete_leader`). */
  release(): void {
    const key = this.keys.key('leader');
    this.keys.store.transaction({ when: [{ kind: 'value', key, is: this.name }], then: [{ kind: 'delete', key }] });
  }
}
