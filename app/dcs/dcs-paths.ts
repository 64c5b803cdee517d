import type { DcsOptions, Mpp } from './dcs-options';
import { clusterKey, scopePrefix } from './keys';

/** Where the keys of one cluster are. */
export class DcsPaths {
  /** The effective MPP; null in a plain cluster. `patroni/dcs: AbstractDCS.mpp`. */
  readonly mpp: Mpp | null;
  protected readonly name: string;
  readonly #namespace: string;
  readonly #scope: string;

  constructor(options: DcsOptions) {
    this.#namespace = options.namespace ?? 'service';
    this.#scope = options.scope;
    this.name = options.name;
    this.mpp = options.mpp ?? null;
  }

  /** The absolute key of one of this cluster's, or of its group's. `patroni/dcs: AbstractDCS.client_path`. */
  clientPath(path: string): string {
    return this.pathOf(this.mpp?.group ?? null, path.replace(/^\/+/, ''));
  }

  /** `patroni/dcs: AbstractDCS.initialize_path`, `patroni/dcs: AbstractDCS._INITIALIZE`. */
  get initializePath(): string {
    return this.clientPath('initialize');
  }

  /** `patroni/dcs: AbstractDCS.config_path`, `patroni/dcs: AbstractDCS._CONFIG`. */
  get configPath(): string {
    return this.clientPath('config');
  }

  /** What all members' keys begin with. `patroni/dcs: AbstractDCS.members_path`, `patroni/dcs: AbstractDCS._MEMBERS`. */
  get membersPath(): string {
    return this.clientPath('members/');
  }

  /** Our own key. `patroni/dcs: AbstractDCS.member_path`. */
  get memberPath(): string {
    return this.clientPath(`members/${this.name}`);
  }

  /** `patroni/dcs: AbstractDCS.leader_path`, `patroni/dcs: AbstractDCS._LEADER`. */
  get leaderPath(): string {
    return this.clientPath('leader');
  }

  /** `patroni/dcs: AbstractDCS.failover_path`, `patroni/dcs: AbstractDCS._FAILOVER`. */
  get failoverPath(): string {
    return this.clientPath('failover');
  }

  /** `patroni/dcs: AbstractDCS.history_path`, `patroni/dcs: AbstractDCS._HISTORY`. */
  get historyPath(): string {
    return this.clientPath('history');
  }

  /** `patroni/dcs: AbstractDCS.status_path`, `patroni/dcs: AbstractDCS._STATUS`. */
  get statusPath(): string {
    return this.clientPath('status');
  }

  /**
   * Read, and written for members before Patroni 2.1, in place of /status. `patroni/dcs: AbstractDCS.leader_optime_path`,
   * `patroni/dcs: AbstractDCS._LEADER_OPTIME`, `patroni/dcs: AbstractDCS._OPTIME`.
   */
  get leaderOptimePath(): string {
    return this.clientPath('optime/leader');
  }

  /** `patroni/dcs: AbstractDCS.sync_path`, `patroni/dcs: AbstractDCS._SYNC`. */
  get syncPath(): string {
    return this.clientPath('sync');
  }

  /** `patroni/dcs: AbstractDCS.failsafe_path`, `patroni/dcs: AbstractDCS._FAILSAFE`. */
  get failsafePath(): string {
    return this.clientPath('failsafe');
  }

  /** What all keys of the scope begin with, those of all its groups included. */
  protected get scopePath(): string {
    return scopePrefix(this.#namespace, this.#scope);
  }

  /** The absolute key in a group, or (null) in the plain cluster. */
  protected pathOf(group: number | null, path: string): string {
    return clusterKey(this.#namespace, this.#scope, group, path);
  }
}
