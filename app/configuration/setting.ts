/** When a new value takes effect. */
export type Effect =
  /** Patroni reads it anew in each round: no reload of PostgreSQL. */
  | 'next-round'
  /** Patroni writes PostgreSQL's files and reloads it. Connections stay. */
  | 'reload'
  /** As reload; sessions that set the parameter themselves keep theirs. */
  | 'session'
  /** As reload, for connections that begin after it. */
  | 'connect'
  /** PostgreSQL must be restarted: until then the member shows a pending restart. */
  | 'restart'
  /** The next time that Patroni does what it is for, e.g. makes a replica. */
  | 'when-used'
  /** A replica restarts or reloads, depending on PostgreSQL's version and on what changed. */
  | 'replicas'
  /** Patroni does not take it from here. */
  | 'none';

export type SettingType = 'bool' | 'int' | 'real' | 'text' | 'enum' | 'list' | 'section' | 'any';

/** What is known of one key of the dynamic configuration. */
export interface Setting {
  /** In plain words; null for a parameter of PostgreSQL's own that its manual explains. */
  readonly meaning: string | null;
  readonly type: SettingType;
  /** The unit of a number without one; null for none. */
  readonly unit: string | null;
  /** As it would be written; null when there is none, or none is known. */
  readonly fallback: string | null;
  readonly effect: Effect;
  /** The least and the largest that Patroni takes. */
  readonly least?: number;
  readonly largest?: number;
  /** The first version of Patroni that knows it. */
  readonly since?: string;
  /** What it may be, beside booleans, for an `enum`. */
  readonly values?: readonly string[];
}

/** How one says when a change takes effect: a word or two, and a sentence. */
export const effectWords: Readonly<Record<Effect, { readonly short: string; readonly long: string }>> = {
  'next-round': {
    short: 'next round',
    long: 'Takes effect in Patroni’s next round (loop_wait). PostgreSQL is not touched.',
  },
  reload: { short: 'reload', long: 'Patroni reloads PostgreSQL. Connections stay.' },
  session: {
    short: 'reload',
    long: 'Patroni reloads PostgreSQL. Connections stay; a session, role or database that sets the parameter itself keeps its own value.',
  },
  connect: { short: 'reload', long: 'Patroni reloads PostgreSQL. Counts for connections that begin after that.' },
  restart: {
    short: 'restart',
    long: 'PostgreSQL must be restarted. Until then each member says that a restart is pending; Patroni does not restart by itself.',
  },
  'when-used': {
    short: 'when used',
    long: 'Counts the next time that Patroni does what it is for. Nothing is reloaded.',
  },
  replicas: {
    short: 'replicas',
    long: 'Changes how replicas, or the standby leader, get their WAL: a reload from PostgreSQL 12 on, before that a restart of each.',
  },
  none: { short: 'no effect', long: 'Patroni does not take this key from the dynamic configuration.' },
};
