import * as GlobalConfig from '../cluster/global-config';
import * as SyncState from '../cluster/sync-state';
import * as Tags from '../cluster/tags';
import type { JsonObject } from '../json';
import type { ClusterKeys } from './cluster-keys';
import type { Timers } from './timers';

/** How a member asks not to be synchronous while it is stopped or restarted, so that commits do not wait for it. */
export class SyncOptOut {
  /** It asks not to be synchronous for now (`Ha._disable_sync`). */
  private asks = false;

  constructor(
    private readonly name: string,
    private readonly ownTags: JsonObject,
    private readonly keys: ClusterKeys,
    private readonly timers: Timers,
  ) {}

  /** The member's tags as its key tells them (`Ha.touch_member`). */
  get tags(): JsonObject {
    return this.asks ? { ...this.ownTags, nosync: true, sync_priority: 0 } : this.ownTags;
  }

  /** It may be synchronous again. */
  end(): void {
    this.asks = false;
  }

  /**
   * Does `run` once the member is not a synchronous standby any more, or when the leader did not take it out in time
   * (`Ha.while_not_sync_standby`). `changed` is called when there are other tags to write.
   */
  before(run: () => void, changed: () => void): void {
    const { config } = this.keys.read();
    if (!GlobalConfig.isSynchronousMode(config) || Tags.nosync(this.ownTags)) return run();
    this.asks = true;
    changed();
    let triesLeft = GlobalConfig.loopWaitSeconds(config);
    const attempt = (): void => {
      triesLeft -= 1;
      if (triesLeft > 0 && SyncState.matches(this.keys.read().sync, this.name)) this.timers.after(2_000, attempt);
      else run();
    };
    this.timers.after(100, attempt);
  }
}
