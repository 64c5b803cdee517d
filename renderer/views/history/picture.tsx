import { memo, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { HistoryOfGroup } from '../../../app/history/csv';
import { tickText } from '../../../app/history/history-drawing';
import { formatInstant } from '../../lib/format';
import { type Box, fitting, historyPicture, type Lane, type PictureScale } from '../../../app/history/picture-model';
import { BOX_HEIGHT, BoxShape } from './picture-box';
import { lsnWords } from '../../../app/history/words';
import styles from './picture.module.css';

const ABOVE = 22;
const BELOW = 20;
/** Room at the left for the groups' names. */
const NAMES = 138;
const LANE_GAP = 6;
const AXIS = 24;
const LABEL_ROOM = 136;

export interface PictureProps {
  readonly histories: readonly HistoryOfGroup[];
  /** Milliseconds since 1970; moved on only as far as a pixel needs. */
  readonly now: number;
  readonly scale: PictureScale;
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

/** The timelines as boxes in time; arrow keys go from one to the next. */
export function Picture({ histories, now, scale, selected, onSelect }: PictureProps): React.ReactNode {
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return;
    const measure = (): void => setWidth(Math.max(200, element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const id = useId();
  const grouped = histories.some(({ group }) => group !== null);
  const left = grouped ? NAMES : 0;
  const picture = useMemo(
    () => historyPicture(histories, now, Math.max(1, width - left), scale),
    [histories, now, width, left, scale],
  );
  // Several groups stand close: where a timeline ended is in the hover and in the table.
  const laneHeight = ABOVE + BOX_HEIGHT + (grouped ? 0 : BELOW);
  const height = picture.lanes.length * (laneHeight + LANE_GAP) - LANE_GAP + (picture.inTime ? AXIS : 4);
  const at = placeOf(picture.lanes, histories, selected);
  const chosen = at === null ? undefined : picture.lanes[at.lane]?.boxes[at.box];

  // The chosen box comes into sight when somebody chooses it; the newest is at the right at first.
  const shown = useRef<string | null>(null);
  useLayoutEffect(() => {
    const element = holder.current;
    if (!element || width === 0) return;
    const key = `${String(scale)} ${selected ?? ''}`;
    if (shown.current === key) return;
    shown.current = key;
    if (chosen === undefined) element.scrollLeft = picture.width;
    else if (chosen.x < element.scrollLeft) element.scrollLeft = chosen.x - 40;
    else if (left + chosen.x + chosen.width > element.scrollLeft + width)
      element.scrollLeft = left + chosen.x + chosen.width - width + 40;
  }, [chosen, picture.width, scale, selected, width, left]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = neighbour(picture.lanes, at, event.key);
    if (to === null) return;
    event.preventDefault();
    onSelect(to.id);
  };

  return (
    <div ref={holder} className={styles.holder}>
      <svg
        role="listbox"
        aria-label="Timelines in time"
        aria-orientation="horizontal"
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
        tabIndex={0}
        width={left + picture.width}
        height={height}
        className={styles.picture}
        onKeyDown={onKeyDown}
      >
        <defs>
          <pattern id={`${id}-hatch`} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0V7" className={styles.hatch} />
          </pattern>
        </defs>
        {picture.ticks.map(({ x, at: instant }) => (
          <g key={instant} aria-hidden="true" transform={`translate(${left + x} 0)`} className={styles.tick}>
            <path d={`M0 ${grouped ? 4 : ABOVE - 4}V${height - AXIS + 4}`} />
            <text y={height - 6}>{tickText(instant, picture.ticks)}</text>
          </g>
        ))}
        {picture.lanes.map((lane, i) => (
          <LaneBoxes
            key={lane.group ?? 'plain'}
            lane={lane}
            top={i * (laneHeight + LANE_GAP)}
            grouped={grouped}
            width={picture.width}
            now={now}
            chosen={chosen?.id ?? null}
            prefix={id}
            onSelect={onSelect}
          />
        ))}
      </svg>
    </div>
  );
}

interface Place {
  readonly lane: number;
  readonly box: number;
}

/** Where the box is that holds a timeline: several may share one. */
function placeOf(lanes: readonly Lane[], histories: readonly HistoryOfGroup[], id: string | null): Place | null {
  if (id === null) return null;
  const [group, index] = id.split('/');
  const lane = lanes.findIndex((each) => String(each.group ?? '') === group);
  const timeline = histories[lane]?.timelines[Number(index)];
  const box =
    timeline === undefined ? -1 : (lanes[lane]?.boxes.findIndex((each) => each.timelines.includes(timeline)) ?? -1);
  return lane < 0 || box < 0 ? null : { lane, box };
}

/** The box that an arrow key leads to. */
function neighbour(lanes: readonly Lane[], at: Place | null, key: string): Box | null {
  const lane = at?.lane ?? 0;
  const boxes = lanes[lane]?.boxes ?? [];
  const box = at?.box ?? boxes.length;
  switch (key) {
    case 'ArrowLeft':
      return boxes[box - 1] ?? null;
    case 'ArrowRight':
      return boxes[box + 1] ?? null;
    case 'Home':
      return boxes[0] ?? null;
    case 'End':
      return boxes.at(-1) ?? null;
    case 'ArrowUp':
      return lanes[lane - 1]?.boxes.at(-1) ?? null;
    case 'ArrowDown':
      return lanes[lane + 1]?.boxes.at(-1) ?? null;
    default:
      return null;
  }
}

interface LaneProps {
  readonly lane: Lane;
  readonly top: number;
  readonly grouped: boolean;
  /** Of the whole picture. */
  readonly width: number;
  readonly now: number;
  readonly chosen: string | null;
  readonly prefix: string;
  readonly onSelect: (id: string) => void;
}

const LaneBoxes = memo(function LaneBoxes(props: LaneProps): React.ReactNode {
  const { lane, top, grouped, width, now, chosen, prefix, onSelect } = props;
  /** The middle of a label that is to stay in the picture. */
  const middle = (box: Box): number =>
    Math.min(width - LABEL_ROOM / 2, Math.max(LABEL_ROOM / 2, box.x + box.width + 1));
  const y = top + ABOVE;
  const name =
    lane.group === null ? 'The cluster' : lane.group === 0 ? 'Coordinator · group 0' : `Workers · group ${lane.group}`;
  const edges = lane.boxes.flatMap((box) => (box.isCurrent || box.endUnknown ? [] : [box]));
  const labelled = fitting(edges.map(middle), LABEL_ROOM);
  return (
    <g role="group" aria-label={name} transform={grouped ? `translate(${NAMES} 0)` : undefined}>
      {grouped && (
        <text x={-NAMES} y={y + BOX_HEIGHT / 2 + 4} className={styles.lane} aria-hidden="true">
          {name}
        </text>
      )}
      {lane.boxes.map((box) => (
        <BoxShape
          key={box.id}
          box={box}
          y={y}
          now={now}
          isChosen={box.id === chosen}
          prefix={prefix}
          onSelect={onSelect}
        />
      ))}
      {edges.map((box, i) => {
        const last = box.timelines.at(-1);
        const x = box.x + box.width + 1;
        if (last === undefined) return null;
        return (
          <g key={box.id} aria-hidden="true" className={styles.mark}>
            <path d={`M${x} ${y - 5}V${y + BOX_HEIGHT + 5}`} />
            {labelled.has(i) && (
              <>
                <text x={middle(box)} y={y - 9}>
                  {last.endedAt === null ? '' : formatInstant(last.endedAt, now)}
                </text>
                {!grouped && (
                  <text x={middle(box)} y={y + BOX_HEIGHT + 16} className={styles.lsn}>
                    {lsnWords(last.endedLsn)}
                  </text>
                )}
              </>
            )}
          </g>
        );
      })}
    </g>
  );
});
