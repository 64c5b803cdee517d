import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { IconButton } from '../components/icon-button';
import { Icon } from '../components/icon';
import { SPEEDS, timeStore, useTime } from '../stores/time';
import { type BarWish, eventAfter, eventBefore, to } from './keys';
import type { Bar } from './use-bar';
import styles from './time-bar.module.css';

export interface ControlsProps {
  readonly bar: Bar;
  readonly onWish: (wish: BarWish | null) => void;
}

/** The event before and after, playing and how fast, and how much the bar shows. */
export function Controls({ bar, onWish }: ControlsProps): React.ReactNode {
  const { atMs, events, recorded } = bar;
  const isPlaying = useTime((s) => s.isPlaying);
  const instants = events.map(({ at }) => Date.parse(at));
  const isEmpty = recorded.spans.length === 0;
  const before = eventBefore(instants, atMs);
  const after = eventAfter(instants, atMs);
  return (
    <div className={styles.controls} role="group" aria-label="Play the recording">
      <IconButton
        className={styles.control}
        label="Go to the event before"
        isDisabled={before === null}
        onPress={() => onWish(to(before, bar))}
      >
        <Icon name="skip-back" size={14} />
      </IconButton>
      <IconButton
        className={styles.control}
        label={isPlaying ? 'Pause' : 'Play'}
        isDisabled={isEmpty}
        onPress={() => onWish({ kind: 'play' })}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} size={14} />
      </IconButton>
      <IconButton
        className={styles.control}
        label="Go to the event after"
        isDisabled={after === null}
        onPress={() => onWish(to(after, bar))}
      >
        <Icon name="skip-forward" size={14} />
      </IconButton>
      <Speed />
      <span className={styles.spring} />
      <IconButton
        className={styles.control}
        label="Show a longer time"
        isDisabled={isEmpty}
        onPress={() => onWish({ kind: 'zoom', factor: 2 })}
      >
        <Icon name="minus" size={14} />
      </IconButton>
      <IconButton
        className={styles.control}
        label="Show a shorter time"
        isDisabled={isEmpty}
        onPress={() => onWish({ kind: 'zoom', factor: 0.5 })}
      >
        <Icon name="plus" size={14} />
      </IconButton>
    </div>
  );
}

function Speed(): React.ReactNode {
  const speed = useTime((s) => s.speed);
  return (
    <MenuTrigger>
      <Button
        className={styles.speed ?? ''}
        aria-label={`Speed: ${speed} times`}
        data-hint="How many seconds of the recording are played in one second"
      >
        {speed}×
      </Button>
      <Popover placement="top" className={styles.menu ?? ''}>
        <Menu
          aria-label="Speed"
          className={styles.items ?? ''}
          selectionMode="single"
          selectedKeys={[String(speed)]}
          onAction={(key) => {
            const chosen = SPEEDS.find((one) => String(one) === key);
            if (chosen !== undefined) timeStore.setState({ speed: chosen });
          }}
        >
          {SPEEDS.map((one) => (
            <MenuItem
              key={one}
              id={String(one)}
              className={styles.item ?? ''}
              textValue={`${one} times`}
              aria-label={`${one} times`}
            >
              {one}×
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
