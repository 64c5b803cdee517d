/** One measured figure beside its yardstick, both taken in the same run. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the yardstick measured, in the same unit. */
  readonly yardstick: number;
  readonly ratio: number;
  /** In words, e.g. `at most 1.5 × the bare window`. */
  readonly goal: string;
  readonly ok: boolean;
}

/** A benchmark: `npm run bench -- NAME` runs it. */
export interface Bench {
  readonly name: string;
  /** What is measured against what, in one line. */
  readonly what: string;
  /** False for one that needs neither a display nor the built program. */
  readonly needsWindow: boolean;
  run(progress: (line: string) => void): Promise<readonly BenchResult[]>;
}

/** A figure that may be at most `factor` times its yardstick. */
export function atMostTimes(
  name: string,
  unit: string,
  value: number,
  yardstick: number,
  factor: number,
  of: string,
): BenchResult {
  const ratio = value / yardstick;
  return measured({ name, unit, value, yardstick, ratio, goal: `at most ${factor} × ${of}`, ok: ratio <= factor });
}

/** A figure that may be at most `margin` units above its yardstick. */
export function atMostAbove(
  name: string,
  unit: string,
  value: number,
  yardstick: number,
  margin: number,
  of: string,
): BenchResult {
  return measured({
    name,
    unit,
    value,
    yardstick,
    ratio: value / yardstick,
    goal: `at most ${of} + ${margin} ${unit}`,
    ok: value <= yardstick + margin,
  });
}

/** A figure that must be at least `factor` times smaller than its yardstick; the ratio is how many times it is. */
export function atLeastTimes(
  name: string,
  unit: string,
  value: number,
  yardstick: number,
  factor: number,
  what: string,
): BenchResult {
  const ratio = yardstick / value;
  return measured({ name, unit, value, yardstick, ratio, goal: `at least ${factor} × ${what}`, ok: ratio >= factor });
}

/** A figure below a limit of its own; its yardstick is told, and not judged by. The ratio is how many times smaller it is. */
export function below(name: string, unit: string, value: number, yardstick: number, limit: number): BenchResult {
  return measured({
    name,
    unit,
    value,
    yardstick,
    ratio: yardstick / value,
    goal: `below ${limit} ${unit}`,
    ok: value < limit,
  });
}

/** The `q`-quantile (0 to 1) of the numbers, by the nearest rank; NaN for none. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** A result with no more digits than were measured. */
function measured(result: BenchResult): BenchResult {
  const { value, yardstick, ratio } = result;
  return { ...result, value: round(value), yardstick: round(yardstick), ratio: round(ratio) };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
