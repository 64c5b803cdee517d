import { formatClock, formatDay, formatInstant } from '../format';
import { groupWords } from '../cluster/group-words';
import { cut, monoFonts, fonts, type Picture, type PictureColours } from '../topology/tree-picture';
import { xml } from '../xml';
import type { HistoryOfGroup } from './csv';
import { type Box, fitting, historyPicture, type Lane } from './picture-model';
import { lastedWords, lsnWords, timelineName, walWords } from './words';

const WIDTH = 1000;
const ABOVE = 22;
const BOX = 44;
const BELOW = 20;
const NAME_LINE = 20;
const AXIS = 24;
const LABEL_ROOM = 136;
const CHARACTER = 6.6;

/** More of the newest timelines than these are in the table only: a page is as wide as it is. */
const MOST = 60;

/** The timelines of all groups in time, as an SVG that needs nothing else. `now` in milliseconds: the right end. */
export function historyDrawing(all: readonly HistoryOfGroup[], now: number, colours: PictureColours): Picture {
  const histories = all.map(({ group, timelines }) => ({ group, timelines: timelines.slice(-MOST) }));
  const picture = historyPicture(histories, now, WIDTH, 'all');
  const grouped = histories.some(({ group }) => group !== null);
  const laneHeight = ABOVE + BOX + BELOW + (grouped ? NAME_LINE : 0);
  const bottom = picture.lanes.length * laneHeight;
  const height = bottom + (picture.inTime ? AXIS : 4);
  const width = Math.ceil(picture.width);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fonts}" font-size="11.5">`,
    '<title>Timelines in time</title>',
    ...picture.ticks.map(
      ({ x, at }) =>
        `<path d="M${x} ${ABOVE - 4}V${bottom + 4}" stroke="${colours.line}"/><text x="${x}" y="${height - 6}" text-anchor="middle" fill="${colours.dim}">${xml(tickText(at, picture.ticks))}</text>`,
    ),
    ...picture.lanes.map((lane, i) => laneParts(lane, i * laneHeight, { now, width, grouped, colours })),
    '</svg>',
  ];
  return { svg: parts.join('\n'), width, height };
}

interface Around {
  readonly now: number;
  readonly width: number;
  readonly grouped: boolean;
  readonly colours: PictureColours;
}

function laneParts(lane: Lane, top: number, { now, width, grouped, colours }: Around): string {
  const y = top + ABOVE + (grouped ? NAME_LINE : 0);
  const middle = (box: Box): number =>
    Math.min(width - LABEL_ROOM / 2, Math.max(LABEL_ROOM / 2, box.x + box.width + 1));
  const edges = lane.boxes.filter((box) => !box.isCurrent && !box.endUnknown);
  const labelled = fitting(edges.map(middle), LABEL_ROOM);
  const name =
    lane.group === null
      ? ''
      : `<text y="${top + 14}" font-weight="600" fill="${colours.text}">${xml(groupWords(lane.group))}</text>`;
  return [
    name,
    ...lane.boxes.map((box) => boxPart(box, y, now, colours)),
    ...edges.flatMap((box, i) => {
      const last = box.timelines.at(-1);
      if (last === undefined) return [];
      const [x, at] = [box.x + box.width + 1, middle(box)];
      const label = !labelled.has(i)
        ? ''
        : `<text x="${at}" y="${y - 9}" text-anchor="middle" fill="${colours.dim}">${xml(last.endedAt === null ? '' : formatInstant(last.endedAt, now))}</text>` +
          `<text x="${at}" y="${y + BOX + 16}" text-anchor="middle" font-family="${monoFonts}" font-size="10.5" fill="${colours.dim}">${xml(lsnWords(last.endedLsn))}</text>`;
      return [`<path d="M${x} ${y - 5}V${y + BOX + 5}" stroke="${colours.edge}"/>${label}`];
    }),
  ].join('\n');
}

function boxPart(box: Box, y: number, now: number, colours: PictureColours): string {
  const { timelines, isCurrent, startUnknown, endUnknown, afterGap, x, width } = box;
  const last = timelines.at(-1);
  if (last === undefined) return '';
  const several = timelines.length > 1;
  const room = (width - 18) / CHARACTER;
  const title = `${timelineName(timelines)}${last.leader === null || several ? '' : ` · ${last.leader}`}`;
  const known = [walWords(last), lastedWords(last, now)].filter((words) => words !== 'not known');
  const facts = several ? 'when between is not known' : known.length === 0 ? 'start not known' : known.join(' · ');
  const dashed = startUnknown || endUnknown || several ? ' stroke-dasharray="4 3"' : '';
  const gap = afterGap
    ? `<path d="M${x - 5} ${y + 6}l4 8-4 8 4 8-4 8" fill="none" stroke="${colours.marks.warning}"/>`
    : '';
  const words =
    width <= 40
      ? ''
      : `<text x="${x + 9}" y="${y + 18}" font-weight="600" fill="${colours.text}">${xml(cut(title, room))}</text>` +
        (facts.length <= room * 1.1
          ? `<text x="${x + 9}" y="${y + 34}" fill="${colours.dim}">${xml(facts)}</text>`
          : '');
  return (
    `<g><title>${xml(`${title}, WAL ${walWords(last)}, lasted ${lastedWords(last, now)}`)}</title>` +
    `<rect x="${x + 0.5}" y="${y + 0.5}" width="${Math.max(1, width - 1)}" height="${BOX - 1}" rx="${Math.min(6, width / 2)}" fill="${colours.raise}" stroke="${isCurrent ? colours.accent : colours.line}"${dashed}/>` +
    `${gap}${words}</g>`
  );
}

/** The day, or the clock where ticks are less than a day apart. */
export function tickText(at: number, ticks: readonly { readonly at: number }[]): string {
  const step = (ticks[1]?.at ?? at) - (ticks[0]?.at ?? at);
  const date = new Date(at);
  if (step >= 86_000_000 || step === 0) return formatDay(date);
  const clock = step < 60_000 ? formatClock(date) : formatClock(date).slice(0, 5);
  return date.getHours() === 0 && date.getMinutes() === 0 ? formatDay(date) : clock;
}
