import type { SyncMode } from '../cluster/summary';

/** The modes of replication in words. */
export const modeWords: Record<
  SyncMode,
  { readonly words: string; /** For the fleet list. */ readonly short: string; readonly hint: string }
> = {
  async: {
    words: 'asynchronous',
    short: 'async',
    hint: 'No commit waits for a standby. A failover may lose up to maximum_lag_on_failover.',
  },
  sync: {
    words: 'synchronous',
    short: 'sync',
    hint: 'synchronous_mode: a commit waits for the sync standbys; when there is none, Patroni lets writes go on.',
  },
  'sync-strict': {
    words: 'synchronous, strict',
    short: 'sync strict',
    hint: 'synchronous_mode_strict: when no standby is synchronous, writes wait.',
  },
  quorum: {
    words: 'quorum',
    short: 'quorum',
    hint: 'synchronous_mode: quorum. A commit waits for any of the quorum standbys, as many as configured.',
  },
  'quorum-strict': {
    words: 'quorum, strict',
    short: 'quorum strict',
    hint: 'synchronous_mode: quorum with synchronous_mode_strict: when too few standbys are there, writes wait.',
  },
};
