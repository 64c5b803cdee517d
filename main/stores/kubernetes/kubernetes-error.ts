import type { StoreFailure } from '../../../app/dcs/store';

/** A request to the API server that came to nothing, in words for a person. */
export class KubernetesError extends Error {
  constructor(
    readonly failure: StoreFailure,
    /** The status of the answer; null where none came. */
    readonly status: number | null = null,
    /** The `reason` of the API's Status, e.g. `Conflict`. */
    readonly reason = '',
    /** Whether the server may have done it all the same. */
    readonly mayBeDone = false,
  ) {
    super(failure.message);
  }

  /** The same, of a write that the server may have done all the same. */
  perhapsDone(): KubernetesError {
    return new KubernetesError(this.failure, this.status, this.reason, true);
  }

  /** The server no longer has the changes since the version that was asked for. */
  get isGone(): boolean {
    return this.status === 410 || this.reason === 'Expired' || this.reason === 'Gone';
  }

  /** The server has not got as far as the version that was asked for: it was restored, or is another one. */
  get isFromTheFuture(): boolean {
    return /too large resource version/i.test(this.failure.detail);
  }
}
