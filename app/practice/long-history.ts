import type { PromotionDefinition } from './cluster-definition';

// The past of one practice cluster: years of it, quiet times and bad days, and old lines that tell less than later ones.

/** How many hours before the start, and the number of the member that was promoted. */
type Switch = readonly [hoursAgo: number, member: number];

/** By hand, before the cluster was Patroni's. */
const BEFORE_PATRONI: readonly Switch[] = [
  [43190, 2],
  [42730.5, 1],
  [42730.2, 3],
  [41006, 1],
  [39850, 2],
  [38112, 1],
];

/** By Patroni before 2.1.1. */
const EARLY: readonly Switch[] = [
  [36420, 3],
  [35977.4, 1],
  [35976.9, 3],
  [35976.6, 1],
  [34001, 2],
  [32760, 3],
  [31544.3, 2],
  [31544.1, 1],
  [30215, 4],
  [28890, 1],
];

/** Since then. */
const SINCE: readonly Switch[] = [
  [27640, 2],
  [26011.2, 1],
  [24733, 3],
  [24732.5, 1],
  [23380, 2],
  [22100.4, 4],
  [20944, 1],
  [20943.8, 2],
  [20943.5, 1],
  [20942.9, 2],
  [19310, 1],
  [17655.3, 3],
  [15204, 2],
  [13880, 1],
  [12490.6, 4],
  [11007, 2],
  [9550.2, 3],
  [9549.9, 2],
  [7408, 1],
  [5213.5, 3],
  [3120, 2],
  [1866.3, 4],
  [744.6, 1],
];

/** How much WAL the cluster wrote in an hour, over the years. */
const BYTES_PER_HOUR = 16 * 1024 ** 2;

function promotion([hoursAgo, member]: Switch): PromotionDefinition {
  return { hoursAgo, bytesAgo: hoursAgo * BYTES_PER_HOUR, leader: `steppe-${String(member)}` };
}

/** Thirty-nine promotions, so that the cluster is on timeline 40; its first member leads. */
export const LONG_HISTORY: readonly PromotionDefinition[] = [
  ...BEFORE_PATRONI.map((one) => ({ ...promotion(one), recorded: 'position' as const })),
  ...EARLY.map((one) => ({ ...promotion(one), recorded: 'position-and-instant' as const })),
  ...SINCE.map(promotion),
];
