import { Checkbox, CheckboxGroup, Label } from 'react-aria-components/CheckboxGroup';
import type { Task } from '../../../app/operations/intent';
import { Icon } from '../../components/icon';
import { Name } from '../../components/name';
import { Segments } from '../../components/segments';
import { Switch } from '../../components/switch';
import { TextField } from '../../components/text-field';
import { useDetail } from '../../stores/hooks';
import { changeIntent, type Wizard } from '../../stores/operations';
import { ConfigMerge } from './config-merge';
import styles from './operations.module.css';
import { inAnHour, When } from './when';

export interface TaskWhatProps {
  readonly wizard: Wizard;
  readonly intent: Task;
}

/** What an operation that is no change of the leader needs to know. */
export function TaskWhat({ wizard, intent }: TaskWhatProps): React.ReactNode {
  const { clusterId } = wizard;
  const change = (next: Task, when?: string): void => changeIntent(clusterId, next, when);
  switch (intent.kind) {
    case 'pause':
      return (
        <p className={styles.words}>
          In maintenance mode Patroni watches and does not act: nobody takes over from a leader that dies, nothing is
          restarted or repaired. PostgreSQL goes on as it is.
        </p>
      );
    case 'resume':
      return <p className={styles.words}>Patroni acts again, at once and on what it finds then.</p>;
    case 'cancel-switchover':
      return <p className={styles.words}>The scheduled switchover is taken out of /failover.</p>;
    case 'remove-cluster':
      return (
        <p className={styles.words}>
          Every key of this cluster is removed from the store: its configuration, its history, its lock. The data of
          PostgreSQL is not touched. This is for a cluster that is gone.
        </p>
      );
    case 'restart':
      return (
        <div className={styles.what}>
          <Members intent={intent} onChange={(members) => change({ ...intent, members })} />
          <Segments
            label="When"
            value={intent.scheduledAt === null ? 'now' : 'later'}
            options={[
              { id: 'now', label: 'Now' },
              { id: 'later', label: 'At a time' },
            ]}
            onChange={(is) => {
              const when = is === 'later' ? inAnHour() : '';
              change({ ...intent, scheduledAt: when === '' ? null : new Date(when).toISOString() }, when);
            }}
          />
          <When wizard={wizard} />
          <Switch
            label="Only where a restart is pending"
            isSelected={intent.onlyPending}
            onChange={(onlyPending) => change({ ...intent, onlyPending })}
          />
        </div>
      );
    case 'cancel-restart':
    case 'reload':
      return (
        <div className={styles.what}>
          <Members intent={intent} onChange={(members) => change({ ...intent, members })} />
        </div>
      );
    case 'reinitialize':
      return (
        <div className={styles.what}>
          <Members intent={intent} one onChange={(members) => change({ ...intent, members })} />
          <Switch
            label="Copy from the leader"
            description="Otherwise from a member with the tag clonefrom, if there is one."
            isSelected={intent.fromLeader}
            onChange={(fromLeader) => change({ ...intent, fromLeader })}
          />
        </div>
      );
    case 'edit-config':
      return (
        <div className={styles.edit}>
          <ConfigMerge wizard={wizard} intent={intent} />
          <TextField
            label="The configuration, as JSON"
            value={intent.text}
            onChange={(text) => change({ ...intent, text })}
            mono
            rows={22}
            description="What changes, and what it reloads or restarts, stands at the right. It is written only if nobody else has changed it."
          />
        </div>
      );
  }
}

interface MembersProps {
  readonly intent: Extract<Task, { readonly members: readonly string[] }>;
  readonly onChange: (members: readonly string[]) => void;
  /** One at most. */
  readonly one?: boolean;
}

function Members({ intent, onChange, one = false }: MembersProps): React.ReactNode {
  const members = useDetail((d) => d.groups.find(({ group }) => group === intent.group)?.cluster.members, undefined);
  return (
    <CheckboxGroup
      className={styles.choices ?? ''}
      value={[...intent.members]}
      onChange={(names) => onChange(one ? names.slice(-1) : names)}
    >
      <Label className={styles.label ?? ''}>{one ? 'Which member' : 'Which members'}</Label>
      {(members ?? []).map(({ name }) => (
        <Checkbox key={name} value={name} className={styles.choice ?? ''}>
          <span className={styles.candidate}>
            <span className={styles.box} aria-hidden>
              {intent.members.includes(name) && <Icon name="check" size={11} />}
            </span>
            <b>
              <Name text={name} />
            </b>
          </span>
        </Checkbox>
      ))}
    </CheckboxGroup>
  );
}
