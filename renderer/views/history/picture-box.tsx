import { cx } from '../../lib/cx';
import { instantHint } from '../../lib/format';
import type { Box } from '../../../app/history/picture-model';
import { lastedWords, lsnWords, noteWords, timelineName, walWords } from '../../../app/history/words';
import styles from './picture.module.css';

export const BOX_HEIGHT = 44;
/** An average character of the box's small print, in pixels. */
const CHARACTER = 6.6;

export interface BoxShapeProps {
  readonly box: Box;
  readonly y: number;
  readonly now: number;
  readonly isChosen: boolean;
  readonly prefix: string;
  readonly onSelect: (id: string) => void;
}

/** One box of the picture, with as many words as it has room for. */
export function BoxShape({ box, y, now, isChosen, prefix, onSelect }: BoxShapeProps): React.ReactNode {
  const { timelines, isCurrent, startUnknown, endUnknown, afterGap, x, width } = box;
  const last = timelines.at(-1);
  if (last === undefined) return null;
  const several = timelines.length > 1;
  const title = `${timelineName(timelines)}${last.leader === null || several ? '' : ` · ${last.leader}`}`;
  const facts = several ? 'when between is not known' : factsOf(box, now);
  const room = (width - 18) / CHARACTER;
  const dashed = startUnknown || endUnknown || several;
  return (
    <g
      id={`${prefix}-${box.id}`}
      role="option"
      aria-selected={isChosen}
      aria-label={spoken(box, now)}
      data-hint={hintOf(box, now)}
      data-timeline={box.id}
      className={cx(styles.box, isCurrent && styles.current, isChosen && styles.chosen)}
      onClick={() => onSelect(box.id)}
    >
      <rect
        x={x + 0.5}
        y={y + 0.5}
        width={Math.max(1, width - 1)}
        height={BOX_HEIGHT - 1}
        rx={Math.min(6, width / 2)}
        className={cx(styles.ground, dashed && styles.dashed)}
      />
      {dashed && (
        <rect
          x={x + 0.5}
          y={y + 0.5}
          width={Math.max(1, width - 1)}
          height={BOX_HEIGHT - 1}
          rx={Math.min(6, width / 2)}
          fill={`url(#${prefix}-hatch)`}
        />
      )}
      {afterGap && <path d={`M${x - 5} ${y + 6}l4 8-4 8 4 8-4 8`} className={styles.gap} />}
      {/* A nested picture cuts off what does not fit. */}
      {width > 40 && (
        <svg x={x + 9} y={y} width={width - 14} height={BOX_HEIGHT} aria-hidden="true">
          <text y={18} className={styles.title}>
            {title.length <= room ? title : timelineName(timelines)}
          </text>
          <text y={34} className={styles.facts}>
            {facts.length <= room * 1.1 ? facts : ''}
          </text>
        </svg>
      )}
    </g>
  );
}

function factsOf({ timelines, startUnknown }: Box, now: number): string {
  const last = timelines.at(-1);
  if (last === undefined) return '';
  const wal = last.walBytes === null ? '' : walWords(last).replace(' so far', '');
  const lasted = startUnknown ? 'start not known' : lastedWords(last, now).replace(' so far', '');
  return [wal, lasted === 'not known' ? 'end not known' : lasted].filter((part) => part !== '').join(' · ');
}

function spoken(box: Box, now: number): string {
  const last = box.timelines.at(-1);
  if (last === undefined) return '';
  if (box.timelines.length > 1) return `${timelineName(box.timelines)}, when one followed the other is not known`;
  return [
    `Timeline ${last.number ?? 'without a number'}`,
    last.leader === null ? 'leader not known' : `leader ${last.leader}`,
    box.startUnknown ? 'start not known' : `lasted ${lastedWords(last, now)}`,
    `WAL ${walWords(last)}`,
    ...(box.isCurrent ? ['goes on'] : []),
  ].join(', ');
}

function hintOf(box: Box, now: number): string {
  const last = box.timelines.at(-1);
  if (last === undefined) return '';
  const lines = [
    spoken(box, now),
    ...(last.beganAt === null ? [] : [`Began ${instantHint(last.beganAt).split('\n')[0] ?? ''}`]),
    ...(last.endedAt === null
      ? []
      : [`Ended ${instantHint(last.endedAt).split('\n')[0] ?? ''} at ${lsnWords(last.endedLsn)}`]),
    ...last.notes.map(noteWords),
  ];
  return lines.join('\n');
}
