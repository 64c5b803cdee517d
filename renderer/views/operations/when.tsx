import { TextField } from '../../components/text-field';
import { instantHint } from '../../lib/format';
import { changeIntent, type Wizard } from '../../stores/operations';
import styles from './operations.module.css';

const pad = (n: number): string => String(n).padStart(2, '0');

/** The next full hour but one, as the field takes it: local, to the minute. */
export function inAnHour(): string {
  const at = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 3_600_000);
  return `${String(at.getFullYear())}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:00`;
}

/** The time of what is scheduled; nothing where it is wanted now. */
export function When({ wizard }: { readonly wizard: Wizard }): React.ReactNode {
  const { intent, when, clusterId } = wizard;
  if ((intent.kind !== 'switchover' && intent.kind !== 'restart') || when === '') return null;
  return (
    <div className={styles.when}>
      <TextField
        label="When"
        type="datetime-local"
        value={when}
        onChange={(value) => {
          const at = new Date(value);
          const scheduledAt = Number.isNaN(at.getTime()) ? null : at.toISOString();
          changeIntent(clusterId, { ...intent, scheduledAt }, value === '' ? ' ' : value);
        }}
        description={intent.scheduledAt === null ? 'Local time.' : instantHint(intent.scheduledAt).replace('\n', ', ')}
      />
    </div>
  );
}
