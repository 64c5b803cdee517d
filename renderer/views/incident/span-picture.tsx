import { useEffect, useRef, useState } from 'react';
import { cx } from '../../lib/cx';
import { formatClock, formatDay, formatInstant, zoneName } from '../../lib/format';
import { marksOf } from '../../time-bar/marks';
import type { Recorded, Stretch } from '../../time-bar/recorded';
import { msAt, roundStep, type Scale, ticksOf, xOf } from '../../time-bar/scale';
import { useWidth } from '../../time-bar/use-bar';
import type { ObservedEvent } from '../../../app/ipc/contract';
import { frameOf, SHORTEST_MS, withEnd } from './spans';
import styles from './span-picture.module.css';

export interface SpanPictureProps {
  readonly span: Stretch;
  readonly events: readonly ObservedEvent[];
  readonly recorded: Recorded;
  readonly onChange: (span: Stretch) => void;
}

/** What is being dragged: an end, or from where a new span is being marked. */
type Drag = { readonly kind: 'from' | 'to' } | { readonly kind: 'new'; readonly anchorMs: number };

/** The span in time, with what happened around it: its ends are dragged or moved with the arrow keys, or another one is marked. */
export function SpanPicture({ span, events, recorded, onChange }: SpanPictureProps): React.ReactNode {
  const [element, width] = useWidth();
  const drag = useRef<Drag | null>(null);
  const [shown, setShown] = useState(() => frameOf(span, null));
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    // What is dragged along must not move under the hand.
    if (!dragging) setShown((before) => frameOf(span, before));
  }, [span, dragging]);
  const scale: Scale = { ...shown, width };
  const place = (ms: number): number => Math.max(0, Math.min(width, xOf(scale, ms)));

  const move = (event: React.PointerEvent): void => {
    const current = drag.current;
    if (current === null || element.current === null) return;
    const ms = msAt(scale, event.clientX - element.current.getBoundingClientRect().left);
    if (current.kind !== 'new') onChange(withEnd(span, current.kind, ms));
    else if (Math.abs(ms - current.anchorMs) >= SHORTEST_MS)
      onChange({ fromMs: Math.min(ms, current.anchorMs), toMs: Math.max(ms, current.anchorMs) });
  };
  const end = (): void => {
    drag.current = null;
    setDragging(false);
  };
  const begin = (event: React.PointerEvent): void => {
    if (event.button !== 0 || element.current === null) return;
    const at = event.clientX - element.current.getBoundingClientRect().left;
    const [from, to] = [Math.abs(at - place(span.fromMs)), Math.abs(at - place(span.toMs))];
    if (Math.min(from, to) <= NEAR_PX) drag.current = { kind: from <= to ? 'from' : 'to' };
    else drag.current = { kind: 'new', anchorMs: msAt(scale, at) };
    setDragging(true);
    event.currentTarget.setPointerCapture(event.pointerId);
  };

  return (
    <div className={styles.picture}>
      <div
        ref={element}
        className={styles.track}
        data-testid="incident-span"
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
      >
        {recorded.spans.map(({ fromMs, toMs }) =>
          toMs < shown.fromMs || fromMs > shown.toMs ? null : (
            <div
              key={fromMs}
              className={styles.recorded}
              style={{ left: place(fromMs), width: place(toMs) - place(fromMs) }}
            />
          ),
        )}
        <div
          className={styles.span}
          style={{ left: place(span.fromMs), width: Math.max(1, place(span.toMs) - place(span.fromMs)) }}
        />
        {marksOf(
          events.filter(({ kind }) => !kind.startsWith('finding')),
          scale,
        ).map((mark) => (
          <span
            key={`${mark.event.at} ${mark.event.id}`}
            className={cx(styles.mark, styles[mark.look])}
            style={{ left: mark.x }}
            data-hint={mark.events.map(({ at, words }) => `${formatInstant(at, shown.toMs)}  ${words}`).join('\n')}
          >
            {mark.label !== null && (
              <bdi className={styles.label} style={{ left: mark.label.x - mark.x, width: mark.label.width }}>
                {mark.event.words}
              </bdi>
            )}
          </span>
        ))}
        <Handle end="from" span={span} shown={shown} left={place(span.fromMs)} onChange={onChange} />
        <Handle end="to" span={span} shown={shown} left={place(span.toMs)} onChange={onChange} />
      </div>
      <div className={styles.ticks} aria-hidden="true">
        {ticksOf(scale, -new Date(shown.fromMs).getTimezoneOffset() * 60_000).map((tick) => (
          <span key={tick.ms} className={styles.tick} style={{ left: tick.x }}>
            {tick.unit === 'day' ? formatDay(new Date(tick.ms)) : formatClock(new Date(tick.ms))}
          </span>
        ))}
      </div>
    </div>
  );
}

/** So near to a handle, in pixels, a person means it. */
const NEAR_PX = 9;

interface HandleProps {
  readonly end: 'from' | 'to';
  readonly span: Stretch;
  readonly shown: Stretch;
  readonly left: number;
  readonly onChange: (span: Stretch) => void;
}

function Handle({ end, span, shown, left, onChange }: HandleProps): React.ReactNode {
  const ms = end === 'from' ? span.fromMs : span.toMs;
  const at = new Date(ms);
  const step = Math.max(1000, roundStep((shown.toMs - shown.fromMs) / 200));
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = {
      ArrowLeft: ms - step,
      ArrowDown: ms - step,
      ArrowRight: ms + step,
      ArrowUp: ms + step,
      PageDown: ms - 10 * step,
      PageUp: ms + 10 * step,
      Home: shown.fromMs,
      End: shown.toMs,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onChange(withEnd(span, end, Math.round(to)));
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      className={styles.handle}
      style={{ left }}
      aria-label={end === 'from' ? 'The span begins' : 'The span ends'}
      aria-orientation="horizontal"
      aria-valuemin={Math.floor(shown.fromMs / 1000)}
      aria-valuemax={Math.ceil(shown.toMs / 1000)}
      aria-valuenow={Math.round(ms / 1000)}
      aria-valuetext={`${formatDay(at)} ${formatClock(at)} ${zoneName(at)}`}
      onKeyDown={onKeyDown}
    />
  );
}
