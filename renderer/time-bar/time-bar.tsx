import { Button } from '../components/button';
import { useFleet, useUi } from '../stores/hooks';
import { showInstant, timeStore } from '../stores/time';
import { openOverlay } from '../stores/ui';
import { formatBytes, formatInstant } from '../lib/format';
import { Controls } from './controls';
import { type BarWish, wishOf } from './keys';
import { failoverBefore } from './marks';
import { pause, play } from './play';
import { recordedUpTo } from './recorded';
import { zoomed } from './scale';
import { Track } from './track';
import { type Bar, useBar, useWidth } from './use-bar';
import styles from './time-bar.module.css';

export interface TimeBarProps {
  /** Which instant is shown. */
  readonly clock: React.ReactNode;
  /** How the picture is: live, lost, as of then. */
  readonly state: React.ReactNode;
}

/** The time bar: what was recorded, what happened, and which instant the window shows. Its right end is now. */
export function TimeBar({ clock, state }: TimeBarProps): React.ReactNode {
  const [element, width] = useWidth();
  const bar = useBar(width);
  const run = (wish: BarWish | null): void => runWish(wish, bar);
  return (
    <>
      <div className={styles.left}>
        {clock}
        <Controls bar={bar} onWish={run} />
      </div>
      <div className={styles.middle} ref={element}>
        <Track
          bar={bar}
          onWish={run}
          onKey={(key) => {
            const wish = wishOf(key, {
              ...bar,
              stretch: bar.scale,
              events: bar.events.map(({ at }) => Date.parse(at)),
            });
            run(wish);
            return wish !== null;
          }}
        />
      </div>
      <div className={styles.right}>
        {state}
        <Below bar={bar} />
      </div>
    </>
  );
}

function runWish(wish: BarWish | null, bar: Bar): void {
  switch (wish?.kind) {
    case 'seek':
      void showInstant(wish.ms);
      return;
    case 'now':
      void showInstant(null);
      return;
    case 'play':
      if (timeStore.getState().isPlaying) pause();
      else if (bar.recorded.spans.length > 0) play(recordedNow(bar), Math.max(bar.sinceMs, bar.scale.fromMs));
      return;
    case 'zoom': {
      const { atMs, nowMs, scale } = bar;
      const zoom = zoomed(scale, wish.factor, atMs ?? scale.toMs, nowMs, atMs === null);
      timeStore.setState({ zoom, endsNow: zoom.endMs === null || zoom.endMs >= nowMs });
      return;
    }
    case undefined:
      return;
  }
}

/** What is recorded while it is played: more comes at its end. */
function recordedNow({ connection, recorded }: Bar) {
  return () => {
    const { extent } = timeStore.getState();
    const now = extent?.connections.find(({ id }) => id === connection?.id);
    return extent === null || now === undefined ? recorded : recordedUpTo(now, extent, Date.now());
  };
}

/** Below the state: the way back to now, and what led to the last change of leader. */
function Below({ bar }: { readonly bar: Bar }): React.ReactNode {
  const { atMs, events, connection, sinceMs, nowMs } = bar;
  const clusterId = useUi((s) => s.clusterId);
  const kind = useFleet((s) => s.connections.find(({ id }) => clusterId?.startsWith(`${id}/`) === true)?.kind);
  const failover = clusterId === null ? null : failoverBefore(events, atMs);
  return (
    <div className={styles.below}>
      {atMs !== null && (
        <Button small variant="primary" onPress={() => void showInstant(null)}>
          Back to now
        </Button>
      )}
      {failover !== null ? (
        <Button
          small
          hint={`What changed in the 60 s before “${failover.words}”, and who was eligible?`}
          onPress={() => {
            pause();
            openOverlay({ kind: 'failover', failover });
          }}
        >
          60 s before the {atMs === null ? 'last ' : ''}failover…
        </Button>
      ) : (
        <span className="dim ellipsis">
          {kind === 'snapshot' && connection === null
            ? 'A file stands at its own instant.'
            : connection === null || connection.spans.length === 0
              ? 'Nothing is recorded of it.'
              : `recorded since ${formatInstant(new Date(sinceMs).toISOString(), nowMs)} · ${formatBytes(connection.bytes)}`}
        </span>
      )}
    </div>
  );
}
