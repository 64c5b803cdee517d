import { useState } from 'react';
import type { Cluster } from '../../../app/cluster/cluster';
import { pathText } from '../../../app/configuration/problem';
import { effectWords, type Setting } from '../../../app/configuration/setting';
import { type ConfigRow, shownValue } from '../../../app/configuration/tree';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { Flash } from '../../components/flash';
import { StateMark } from '../../components/state-mark';
import { StoredText } from '../keys/stored-text';
import { InlineName } from '../../components/name';
import { hiddenIn, type KeyNote, waitingFor } from './config-model';
import styles from './config.module.css';

const typeWords: Readonly<Record<Setting['type'], string>> = {
  bool: 'on or off',
  int: 'whole number',
  real: 'number',
  text: 'text',
  enum: 'one of some words',
  list: 'list',
  section: 'section',
  any: 'anything',
};

export interface ConfigDetailProps {
  readonly row: ConfigRow;
  readonly cluster: Cluster;
  readonly notes: readonly KeyNote[];
}

/** What the chosen key means, and what is wrong with it. */
export function ConfigDetail({ row, cluster, notes }: ConfigDetailProps): React.ReactNode {
  const [revealed, setRevealed] = useState(false);
  const { path, setting, value } = row;
  const dotted = pathText(path);
  const isParameter = path[1] === 'parameters' && path.length === 3;
  const text = row.isBranch ? JSON.stringify(value, null, 2) : shownValue(row);
  const hidden = hiddenIn(row, text);
  const waiting = waitingFor(cluster, path);
  return (
    <section className={styles.detail} aria-label="The chosen key">
      <header className={styles.title}>
        <h2 className="selectable">
          <StoredText text={dotted} />
        </h2>
        <CopyButton text={dotted} label="Copy the path" />
      </header>
      <p className={styles.meaning}>{meaningOf(row, isParameter)}</p>
      <dl className={styles.facts}>
        {setting !== null && (
          <>
            <Fact label="type">
              {typeWords[setting.type]}
              {setting.values !== undefined && `: ${setting.values.join(', ')}`}
            </Fact>
            <Fact label="unit">{setting.unit ?? 'none'}</Fact>
            <Fact label="default">
              {setting.fallback === null ? (
                'none, or the version’s own'
              ) : (
                <span className="mono">{setting.fallback}</span>
              )}
            </Fact>
            {(setting.least !== undefined || setting.largest !== undefined) && (
              <Fact label="limits">
                {setting.least !== undefined && `at least ${setting.least}`}
                {setting.largest !== undefined &&
                  `${setting.least === undefined ? '' : ', '}at most ${setting.largest}`}
              </Fact>
            )}
            <Fact label="a change">{effectWords[setting.effect].long}</Fact>
            {setting.since !== undefined && <Fact label="since">Patroni {setting.since}</Fact>}
          </>
        )}
      </dl>
      {notes.map((note) => (
        <div key={note.title} className={styles.note}>
          <StateMark mark={note.severity} size={11} />
          <div>
            <b>{note.title}</b>
            <p className="dim">{note.meaning}</p>
            <p>{note.advice}</p>
          </div>
        </div>
      ))}
      {waiting.map(({ member, from, to }) => (
        <div key={member} className={styles.note}>
          <StateMark mark="info" size={11} />
          <p>
            <b>
              <InlineName text={member} /> waits for a restart
            </b>{' '}
            to go from <span className="mono">{from}</span> to <span className="mono">{to}</span>.
          </p>
        </div>
      ))}
      <div className={styles.tools}>
        <h3>{value === undefined ? 'Not set; by default' : 'Value'}</h3>
        {hidden.length > 0 && (
          <Button small variant="quiet" onPress={() => setRevealed(!revealed)}>
            {revealed ? 'Hide the password' : 'Show the password'}
          </Button>
        )}
        <CopyButton text={text} label="Copy the value" />
      </div>
      <pre className={styles.text} tabIndex={0} aria-label="The value">
        <Flash value={text}>
          {text === '' ? (
            <span className="faint">empty</span>
          ) : (
            <StoredText text={text} secrets={revealed ? [] : hidden} />
          )}
        </Flash>
      </pre>
    </section>
  );
}

function meaningOf({ setting, path }: ConfigRow, isParameter: boolean): string {
  if (setting?.meaning != null) return setting.meaning;
  if (isParameter && setting !== null) return 'A parameter of PostgreSQL. Its manual says what it does.';
  if (isParameter && (path[2] ?? '').includes('.')) return 'A parameter of an extension.';
  if (path.length > 2 || ['pg_hba', 'pg_ident', 'ignore_slots'].includes(path.at(-2) ?? '')) {
    return `Part of ${pathText(path.slice(0, -1))}.`;
  }
  return 'Neither Patroni nor PostgreSQL has such a key, as far as is known here.';
}

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }): React.ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
