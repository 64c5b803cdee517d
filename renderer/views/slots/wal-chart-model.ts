import type { SlotWatch } from '../../stores/slot-samples';

/** The chart's own units. */
export const CHART = { width: 600, height: 150, top: 8, bottom: 8 } as const;

export interface WalChartModel {
  /** What holds most first. */
  readonly lines: readonly {
    readonly slot: string;
    readonly path: string;
    /** Now. */
    readonly bytes: number;
    /** 0 for what holds most. */
    readonly rank: number;
  }[];
  readonly ticks: readonly { readonly y: number; readonly bytes: number }[];
}

/** Samples further apart than this are not joined by a line: nobody looked in between, ms. */
const GAP_MS = 60_000;

/** The samples as lines over time; a gap in watching is a gap in the line. */
export function chartOf({ samples }: SlotWatch): WalChartModel {
  const last = samples.at(-1);
  const [from, to] = [samples[0]?.at ?? 0, last?.at ?? 0];
  const names = [...(last?.held.keys() ?? [])].sort((a, b) => (last?.held.get(b) ?? 0) - (last?.held.get(a) ?? 0));
  const highest = niceCeiling(Math.max(0, ...samples.flatMap(({ held }) => [...held.values()])));
  const x = (at: number) => (to === from ? CHART.width : ((at - from) / (to - from)) * CHART.width);
  const y = (bytes: number) =>
    CHART.height - CHART.bottom - (bytes / highest) * (CHART.height - CHART.top - CHART.bottom);
  return {
    ticks: [0, 0.5, 1].map((part) => ({ bytes: highest * part, y: y(highest * part) })),
    lines: names.map((slot, rank) => ({
      slot,
      rank,
      bytes: last?.held.get(slot) ?? 0,
      path: pathOf(samples, slot, x, y),
    })),
  };
}

function pathOf(
  samples: SlotWatch['samples'],
  slot: string,
  x: (at: number) => number,
  y: (bytes: number) => number,
): string {
  let path = '';
  let before: number | null = null;
  for (const { at, held } of samples) {
    const bytes = held.get(slot);
    if (bytes === undefined) before = null;
    else {
      path += `${before === null || at - before > GAP_MS ? 'M' : 'L'}${x(at).toFixed(1)} ${y(bytes).toFixed(1)}`;
      before = at;
    }
  }
  return path;
}

/** A round number of bytes not below the one given: 1, 2 or 5 times a power of ten of its unit. */
function niceCeiling(bytes: number): number {
  if (bytes <= 0) return 1024;
  const unit = 1024 ** Math.floor(Math.log(bytes) / Math.log(1024));
  const inUnit = bytes / unit;
  const ten = 10 ** Math.floor(Math.log10(inUnit));
  const nice = [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= inUnit) ?? 10 * ten;
  return nice * unit;
}
