import type { StoreNode } from '../dcs/node';
import { compareRevisions } from '../dcs/revision';
import type { Json } from '../json';
import type { GuessedTime } from './segment';

// A store's revisions carry no clock. What Patroni writes tells a time now and then: those are the anchors, and what lies between two
// of them was between their times.

/** A time that is known: revisions up to `upTo` came about before it, those from `from` on after it. */
export interface Anchor {
  readonly upTo: string;
  readonly from: string;
  /** Milliseconds since 1970. */
  readonly ms: number;
}

/** A guessed instant, and how well it is known. */
export interface Guess extends GuessedTime {
  readonly ms: number;
}

/** How fast revisions follow each other where nothing tells it. */
const USUAL_MS = 1000;

/**
 * The time that a `history` tells: its newest line has the time of the promotion (patroni/postgresql/__init__.py: get_history), which was after
 * the leader had taken its lock and before the key was written (patroni/ha.py: update_cluster_history). Null for one that was written anew
 * later, e.g. for a cluster that was registered in another store.
 */
export function historyAnchor(history: StoreNode, leader: StoreNode | undefined): Anchor | null {
  const lines = linesOf(history.value);
  const [before, last] = [lines.at(-2), lines.at(-1)];
  if (leader === undefined || last === undefined || (before !== undefined && before.length < 4)) return null;
  const [, , , time, name = leader.value] = last;
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const [upTo, from] = [leader.createRevision, history.modRevision];
  if (Number.isNaN(ms) || name !== leader.value || compareRevisions(upTo, from) >= 0) return null;
  return { upTo, from, ms };
}

/**
 * The time that an `initialize` tells: a system identifier begins with the second of initdb (PostgreSQL's xlog.c). Only where the key was
 * there before, empty, while the cluster was made (patroni/ha.py: bootstrap); another may be far younger than its cluster.
 */
export function initializeAnchor({ value, version, createRevision, modRevision }: StoreNode): Anchor | null {
  if (version !== '2' || !/^\d{18,20}$/.test(value)) return null;
  return { upTo: createRevision, from: modRevision, ms: Number(BigInt(value) >> 32n) * 1000 };
}

function linesOf(history: string): readonly (readonly Json[])[] {
  try {
    const lines = JSON.parse(history) as Json;
    return Array.isArray(lines) ? lines.filter((line): line is Json[] => Array.isArray(line)) : [];
  } catch {
    return [];
  }
}

/**
 * Gives each revision a time, all before `now`. Revisions must be asked for in their order. Anchors that contradict one of an earlier
 * revision are left out.
 */
export function timesFrom(anchors: readonly Anchor[], now: Anchor): (revision: string) => Guess {
  const known: Anchor[] = [];
  for (const anchor of [...anchors].sort((a, b) => compareRevisions(a.from, b.from))) {
    const before = known.at(-1);
    const fits = before === undefined || (anchor.ms >= before.ms && compareRevisions(anchor.upTo, before.from) >= 0);
    if (fits && anchor.ms >= 0 && anchor.ms < now.ms) known.push(anchor);
  }
  known.push(now);
  const [first = now] = known;
  const whole = distance(first.from, now.upTo);
  const pace = whole > 0 ? Math.max(1, (now.ms - first.ms) / whole) : USUAL_MS;
  const most = now.ms - 1;
  let at = 0;
  return (revision) => {
    for (let next = known[at + 1]; next !== undefined; next = known[at + 1]) {
      if (compareRevisions(revision, (known[at] ?? now).from) < 0) break;
      at += 1;
    }
    const upper = known[at] ?? now;
    const lower = known[at - 1];
    const earliestMs = lower?.ms ?? null;
    // Between a lock and the history that its holder wrote: both are of one promotion.
    if (upper !== now && compareRevisions(revision, upper.upTo) >= 0)
      return { kind: 'near', ms: upper.ms, earliestMs, latestMs: (known[at + 1] ?? now).ms };
    if (lower?.from === revision) return { kind: 'near', ms: lower.ms, earliestMs: lower.ms, latestMs: upper.ms };
    if (lower === undefined) {
      const back = upper.ms - pace * distance(revision, upper.upTo);
      return { kind: 'before', ms: within(back, 0, most), earliestMs, latestMs: upper.ms };
    }
    const share = distance(lower.from, revision) / Math.max(1, distance(lower.from, upper.upTo));
    const ms = within(lower.ms + share * (upper.ms - lower.ms), lower.ms, most);
    return { kind: 'between', ms, earliestMs, latestMs: upper.ms };
  };
}

const distance = (from: string, to: string): number => Number(BigInt(to) - BigInt(from));
const within = (ms: number, least: number, most: number): number => Math.min(Math.max(Math.round(ms), least), most);
