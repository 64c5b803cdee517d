import { scaleTime } from 'd3-scale';
import { type Piece, pieces } from './pieces';
import type { HistoryOfGroup } from './csv';
import type { Timeline } from './timelines';

/** How the picture is laid out: all of the time, only the last so many milliseconds, or every timeline equally wide. */
export type PictureScale = 'all' | 'even' | number;

/** One box: a timeline, or several between which no instant is known. Pixels from the picture's left. */
export interface Box {
  readonly id: string;
  readonly x: number;
  readonly width: number;
  readonly timelines: readonly Timeline[];
  readonly isCurrent: boolean;
  readonly startUnknown: boolean;
  readonly endUnknown: boolean;
  /** Whether timelines that are not recorded lie before it. */
  readonly afterGap: boolean;
}

/** The boxes of one group. */
export interface Lane {
  readonly group: number | null;
  readonly boxes: readonly Box[];
  /** How many of the oldest timelines were left out. */
  readonly leftOut: number;
}

export interface HistoryPicture {
  readonly width: number;
  readonly lanes: readonly Lane[];
  /** Empty where nothing is drawn in time. */
  readonly ticks: readonly { readonly x: number; readonly at: number }[];
  /** Whether the boxes stand where they were in time. */
  readonly inTime: boolean;
}

/** More are in the table only. */
const MOST = 500;
/** The least width of a box where all have the same, and of any box. */
const EVEN_WIDTH = 92;
const LEAST_WIDTH = 3;
const GAP = 2;
/** What the words below a tick need, in pixels. */
const TICK_ROOM = 92;

/** A timeline's name within all groups. */
export const timelineId = (group: number | null, timeline: Timeline, index: number): string =>
  `${group ?? ''}/${index}/${timeline.number ?? ''}`;

/** The earliest instant that any line tells, in milliseconds; null when none does. */
export function firstInstant(histories: readonly HistoryOfGroup[]): number | null {
  const known = histories.flatMap(({ timelines }) =>
    timelines.flatMap(({ beganAt, endedAt }) =>
      [beganAt, endedAt].flatMap((at) => (at === null ? [] : [Date.parse(at)])),
    ),
  );
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b));
}

/** The picture for a width in pixels. Where no line tells an instant, all boxes are equally wide whatever was asked for. */
export function historyPicture(
  histories: readonly HistoryOfGroup[],
  now: number,
  width: number,
  wanted: PictureScale,
): HistoryPicture {
  const cut = histories.map(({ group, timelines }) => ({
    group,
    timelines: timelines.slice(-MOST),
    leftOut: Math.max(0, timelines.length - MOST),
  }));
  const first = firstInstant(cut);
  if (wanted === 'even' || first === null) return evenPicture(cut, width);
  // A little room before the first instant shows that something was there before.
  const from = wanted === 'all' ? first - Math.max(60_000, (now - first) * 0.07) : now - wanted;
  const end = Math.max(now, from + 1000);
  const scale = scaleTime([from, end], [0, width]);
  const lanes = cut.map(({ group, timelines, leftOut }): Lane => {
    const parts = pieces(timelines, end);
    const edges = edgesOf(parts, from, end);
    const boxes = parts.flatMap((piece, i): Box[] => {
      const left = Math.max(0, scale(edges[2 * i] ?? from));
      const right = Math.min(width, scale(edges[2 * i + 1] ?? end));
      if (right < 0 || left > width || (edges[2 * i + 1] ?? end) < from) return [];
      const last = piece.timelines.at(-1);
      if (last === undefined) return [];
      return [
        {
          id: timelineId(group, last, leftOut + timelines.indexOf(last)),
          x: Math.min(left, width - LEAST_WIDTH),
          width: Math.max(LEAST_WIDTH, right - left - GAP),
          timelines: piece.timelines,
          isCurrent: piece.isCurrent,
          startUnknown: piece.from === null,
          endUnknown: piece.to === null,
          afterGap: piece.afterGap,
        },
      ];
    });
    return { group, boxes, leftOut };
  });
  const all = scale.ticks(Math.max(2, Math.floor(width / 150))).map((at) => ({ x: scale(at), at: at.getTime() }));
  // d3 rounds the number of ticks up to what is even in time: those without room for their words go.
  const every = Math.max(1, Math.ceil(TICK_ROOM / Math.max(1, (all[1]?.x ?? width) - (all[0]?.x ?? 0))));
  const ticks = all.filter(({ x }, i) => i % every === 0 && x > TICK_ROOM / 2 && x < width - TICK_ROOM / 2);
  return { width, lanes, ticks, inTime: true };
}

/** Start and end of each piece in milliseconds; those that are not known lie evenly between the ones around them. */
function edgesOf(parts: readonly Piece[], from: number, end: number): readonly number[] {
  const raw = parts.flatMap((piece) => [piece.from, piece.to]);
  const edges: number[] = [];
  for (const [i, edge] of raw.entries()) {
    if (edge !== null) {
      edges.push(edge);
      continue;
    }
    const before = edges[i - 1] ?? from;
    if (i === 0) {
      edges.push(before);
      continue;
    }
    const ahead = raw.findIndex((other, at) => at > i && other !== null);
    const next = ahead < 0 ? end : (raw[ahead] ?? end);
    const steps = (ahead < 0 ? raw.length : ahead) - i + 1;
    edges.push(before + (next - before) / steps);
  }
  return edges;
}

function evenPicture(cut: readonly (HistoryOfGroup & { readonly leftOut: number })[], width: number): HistoryPicture {
  const most = cut.reduce((count, { timelines }) => Math.max(count, timelines.length), 1);
  const step = Math.max(EVEN_WIDTH, width / most);
  const lanes = cut.map(({ group, timelines, leftOut }): Lane => ({
    group,
    leftOut,
    boxes: timelines.map((timeline, i): Box => ({
      id: timelineId(group, timeline, leftOut + i),
      x: i * step,
      width: step - GAP,
      timelines: [timeline],
      isCurrent: timeline.isCurrent,
      startUnknown: timeline.beganAt === null,
      endUnknown: !timeline.isCurrent && timeline.endedAt === null,
      afterGap: i > 0 && timeline.notes.some(({ kind }) => kind === 'gap' || kind === 'not-in-history'),
    })),
  }));
  return { width: Math.max(width, most * step), lanes, ticks: [], inTime: false };
}

/** Which of the labels at these places fit beside each other, the last ones first. */
export function fitting(places: readonly number[], room: number): ReadonlySet<number> {
  const kept = new Set<number>();
  let left = Infinity;
  for (let i = places.length - 1; i >= 0; i -= 1) {
    const x = places[i] ?? 0;
    if (x + room / 2 > left) continue;
    kept.add(i);
    left = x - room / 2;
  }
  return kept;
}
