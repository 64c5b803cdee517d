import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components/Menu';
import * as Clusters from '../../../app/cluster/cluster';
import { isWaiting } from '../../../app/operations/record';
import { Button } from '../../components/button';
import { IconButton } from '../../components/icon-button';
import { Icon } from '../../components/icon';
import { useDetail, useFleet, useOperations } from '../../stores/hooks';
import { rehearse } from '../../stores/practice';
import { useIsPast } from '../../stores/time';
import { begin, beginnings, beginSwitchover } from './begin-operation';
import styles from './cluster-header.module.css';
import { mainGroup } from './main-group';

/** Clones the cluster into the practice herd; nothing of the practice herd itself, nor while that is not shown. */
export function RehearseButton({ id }: { readonly id: string }): React.ReactNode {
  const connectionId = useDetail((d) => (d.id === id ? d.connectionId : null), null);
  const offered = useFleet(
    (s) =>
      connectionId !== null &&
      s.connections.some((c) => c.kind === 'practice') &&
      s.connections.find((c) => c.id === connectionId)?.kind !== 'practice',
  );
  const isPast = useIsPast();
  if (!offered || isPast) return null;
  return (
    <Button
      hint="Clones it as it is into the practice herd: try a switchover or a failure there"
      onPress={() => void rehearse(id)}
    >
      Rehearse
    </Button>
  );
}

/** What can be done to the cluster; nothing to a picture out of a file. */
export function OperationButtons({ id }: { readonly id: string }): React.ReactNode {
  const connectionId = useDetail((d) => (d.id === id ? d.connectionId : null), null);
  const operable = useFleet((s) => s.connections.find((c) => c.id === connectionId)?.operable === true);
  const followed = useOperations((s) => s.views.get(s.wizards.get(id)?.operationId ?? ''));
  const running = followed?.outcome === null;
  const main = useDetail((d) => (d.id === id ? mainGroup(d.groups) : null), null);
  if (!operable || main === null) return null;
  const word = Clusters.leaderName(main.cluster) === null ? 'Failover' : 'Switchover';
  return (
    <span className={styles.acts}>
      {(!running || isWaiting(followed.record)) && (
        <MenuTrigger>
          <IconButton label="Other operations">
            <Icon name="more" />
          </IconButton>
          <Popover placement="bottom end" className={styles.menu ?? ''}>
            <Menu
              aria-label="Operations"
              className={styles.items ?? ''}
              onAction={(key) => {
                const chosen = beginnings(main).find(({ kind }) => kind === key);
                if (chosen !== undefined) begin(id, chosen.kind);
              }}
            >
              {beginnings(main).map(({ kind, label }) => (
                <MenuItem key={kind} id={kind} className={styles.item ?? ''}>
                  {label}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      <Button
        variant={running ? 'plain' : 'primary'}
        hint={running ? 'An operation is being followed' : 'Checks first; nothing is sent before you confirm it'}
        onPress={() => beginSwitchover(id)}
      >
        {running ? 'Follow the operation' : `${word}…`}
      </Button>
    </span>
  );
}
