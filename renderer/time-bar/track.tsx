import { useRef, useState } from 'react';
import { InlineName } from '../components/name';
import { cx } from '../lib/cx';
import { formatClock, formatDay, formatDuration, formatInstant, zoneName } from '../lib/format';
import { openCluster } from '../stores/ui';
import { useTime } from '../stores/time';
import { type BarKey, type BarWish, to } from './keys';
import { type Mark, marksOf } from './marks';
import { pause } from './play';
import type { Stretch } from './recorded';
import { msAt, type Scale, type Tick, ticksOf, xOf } from './scale';
import type { Bar } from './use-bar';
import styles from './time-bar.module.css';

export interface TrackProps {
  readonly bar: Bar;
  readonly onWish: (wish: BarWish | null) => void;
  /** Whether a key meant something here. */
  readonly onKey: (key: BarKey) => boolean;
}

/** So far the pointer goes, in pixels, before a press on an event is no click any more. */
const DRAG_PX = 4;

/** So near to the right end, in pixels, a person means now. */
const END_PX = 4;

/** The bar itself: it is dragged, clicked at, and gone along with the arrow keys. */
export function Track({ bar, onWish, onKey }: TrackProps): React.ReactNode {
  const { scale, recorded, nowMs, atMs, sinceMs, events } = bar;
  const endsNow = useTime((s) => s.endsNow);
  const thumb = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const isEmpty = recorded.spans.length === 0;
  const placeOf = (event: React.PointerEvent): number =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const seek = (x: number): void => {
    const isEnd = endsNow && x >= scale.width - END_PX;
    onWish(isEnd ? { kind: 'now' } : to(msAt(scale, x), bar));
  };
  const drag = (x: number): void => {
    thumb.current?.focus();
    pause();
    seek(x);
  };
  const shownX = Math.min(scale.width, Math.max(0, xOf(scale, atMs ?? nowMs)));
  return (
    <>
      <div
        className={cx(styles.track, isEmpty && styles.empty)}
        onPointerDown={(event) => {
          if (isEmpty || event.button !== 0) return;
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          drag(placeOf(event));
        }}
        onPointerMove={(event) => {
          setPointed(placeOf(event));
          if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(placeOf(event));
        }}
        onPointerLeave={() => setPointed(null)}
        onWheel={(event) => {
          if (!isEmpty && event.deltaY !== 0) onWish({ kind: 'zoom', factor: event.deltaY > 0 ? 1.25 : 0.8 });
        }}
      >
        <div className={styles.nothing} />
        {recorded.spans.map((span) => (
          <Part
            key={span.fromMs}
            stretch={span}
            scale={scale}
            className={cx(styles.span, span.isGuessed && styles.guessed)}
          />
        ))}
        {recorded.lost.map((span) => (
          <Part key={span.fromMs} stretch={span} scale={scale} className={styles.unheard} />
        ))}
        {pointed !== null && !isEmpty && <div className={styles.pointed} style={{ left: pointed }} />}
      </div>
      <Marks events={events} scale={scale} nowMs={nowMs} onWish={onWish} onDrag={drag} />
      <div
        ref={thumb}
        className={cx(styles.thumb, atMs !== null && styles.past)}
        style={{ left: shownX }}
        role="slider"
        tabIndex={isEmpty ? -1 : 0}
        aria-label="The instant that is shown"
        aria-orientation="horizontal"
        aria-disabled={isEmpty}
        aria-valuemin={Math.floor(sinceMs / 1000)}
        aria-valuemax={Math.ceil(nowMs / 1000)}
        aria-valuenow={Math.round((atMs ?? nowMs) / 1000)}
        aria-valuetext={valueWords(atMs, nowMs)}
        onKeyDown={(event) => {
          if (isEmpty || event.altKey || event.shiftKey) return;
          if (!onKey({ key: event.key, mod: event.ctrlKey || event.metaKey })) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <div className={styles.ticks} aria-hidden="true">
        {ticksOf(scale, zoneAhead(scale.fromMs)).map((tick) => (
          <span key={tick.ms} className={styles.tick} style={{ left: tick.x }}>
            {tickWords(tick)}
          </span>
        ))}
        {pointed !== null && !isEmpty && (
          <span className={styles.at} style={{ left: Math.min(scale.width - 34, Math.max(34, pointed)) }}>
            {formatClock(new Date(msAt(scale, pointed)))}
          </span>
        )}
      </div>
    </>
  );
}

function Part({
  stretch,
  scale,
  className,
}: {
  readonly stretch: Stretch;
  readonly scale: Scale;
  readonly className: string | undefined;
}): React.ReactNode {
  const from = Math.max(0, xOf(scale, stretch.fromMs));
  const to = Math.min(scale.width, xOf(scale, stretch.toMs));
  if (to <= 0 || from >= scale.width) return null;
  return <div className={className} style={{ left: from, width: Math.max(1, to - from) }} />;
}

interface MarksProps {
  readonly events: Bar['events'];
  readonly scale: Scale;
  readonly nowMs: number;
  readonly onWish: (wish: BarWish) => void;
  /** The bar is dragged to this place, in pixels. */
  readonly onDrag: (x: number) => void;
}

/** What happened. The keyboard reaches it with the buttons for the event before and after. */
function Marks({ events, scale, nowMs, onWish, onDrag }: MarksProps): React.ReactNode {
  const marks = marksOf(events, scale);
  // Events lie over the bar: a press on one that moves is meant for the bar below.
  const pressed = useRef<{ readonly x: number; moved: boolean } | null>(null);
  return (
    <div className={styles.marks} role="group" aria-label="What happened">
      {marks.map((mark) => (
        <button
          key={`${mark.event.at} ${mark.event.id}`}
          type="button"
          tabIndex={-1}
          className={cx(styles.mark, styles[mark.look])}
          style={{ left: mark.x }}
          aria-label={markWords(mark, nowMs)}
          data-hint={markHint(mark, nowMs)}
          onPointerDown={(event) => {
            pressed.current = { x: event.clientX, moved: false };
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            const press = pressed.current;
            if (press === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
            press.moved ||= Math.abs(event.clientX - press.x) > DRAG_PX;
            const bar = event.currentTarget.parentElement?.getBoundingClientRect();
            if (press.moved && bar !== undefined) onDrag(event.clientX - bar.left);
          }}
          onClick={() => {
            const wasDragged = pressed.current?.moved === true;
            pressed.current = null;
            if (wasDragged) return;
            pause();
            openCluster(mark.event.clusterId);
            onWish({ kind: 'seek', ms: Date.parse(mark.event.at) });
          }}
        >
          <span className={styles.stroke} />
          {mark.label !== null && (
            <span className={styles.label} style={{ left: mark.label.x - mark.x, width: mark.label.width }}>
              <InlineName text={mark.event.words} />
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

const MOST_HINTED = 8;

function markWords({ event, events }: Mark, nowMs: number): string {
  const more = events.length > 1 ? ` and ${events.length - 1} more` : '';
  return `${formatInstant(event.at, nowMs)} ${event.words}${more}`;
}

function markHint({ events }: Mark, nowMs: number): string {
  const lines = events.slice(-MOST_HINTED).map(({ at, words }) => `${formatInstant(at, nowMs)}  ${words}`);
  return events.length > MOST_HINTED
    ? [`${events.length} events, the last of them:`, ...lines].join('\n')
    : lines.join('\n');
}

function valueWords(atMs: number | null, nowMs: number): string {
  if (atMs === null) return 'Now';
  const at = new Date(atMs);
  return `${formatDay(at)} ${formatClock(at)} ${zoneName(at)}, ${formatDuration(nowMs - atMs)} ago`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function tickWords({ ms, unit }: Tick): string {
  const at = new Date(ms);
  const clock = formatClock(at);
  if (unit === 'second') return clock;
  if (unit === 'minute' && clock !== '00:00:00') return clock.slice(0, 5);
  return `${at.getDate()} ${months[at.getMonth()] ?? ''}`;
}

/** How far the zone of this machine is ahead of UTC, ms. */
const zoneAhead = (ms: number): number => -new Date(ms).getTimezoneOffset() * 60_000;
