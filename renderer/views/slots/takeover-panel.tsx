import { useMemo, useState } from 'react';
import type { Cluster } from '../../../app/cluster/cluster';
import * as ClusterModel from '../../../app/cluster/cluster';
import { compareText } from '../../../app/text';
import { takeover } from '../../../app/slots/takeover';
import { CopyButton } from '../../components/copy-button';
import { Panel } from '../../components/panel';
import { Select } from '../../components/select';
import { StateMark } from '../../components/state-mark';
import { InlineName } from '../../components/name';
import { takeoverWords } from './takeover-words';
import styles from './slots.module.css';

export interface TakeoverPanelProps {
  readonly cluster: Cluster;
  /** The candidate until a person chooses another; null for the first by name. */
  readonly preferred?: string | null;
}

/** What becomes of the slots and their readers if a chosen member led. */
export function TakeoverPanel({ cluster, preferred = null }: TakeoverPanelProps): React.ReactNode {
  const leader = ClusterModel.leaderName(cluster);
  const candidates = useMemo(
    () =>
      cluster.members
        .map(({ name }) => name)
        .filter((name) => name !== leader)
        .sort(compareText),
    [cluster, leader],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const candidate =
    [chosen, preferred].find((name) => name !== null && candidates.includes(name)) ?? candidates[0] ?? null;
  const said = useMemo(
    () => (candidate === null ? [] : takeoverWords(takeover(cluster, candidate))),
    [cluster, candidate],
  );
  if (candidate === null) {
    return (
      <Panel title="If another member became leader" className={styles.panel}>
        <p className={styles.none}>There is no other member.</p>
      </Panel>
    );
  }
  return (
    <Panel
      title={
        <>
          If <InlineName text={candidate} /> became leader
        </>
      }
      caption={
        <span className={styles.tools}>
          <Select
            label="Candidate"
            hideLabel
            options={candidates.map((name) => ({ id: name, label: name }))}
            value={candidate}
            onChange={setChosen}
          />
          <CopyButton
            label="Copy the answer"
            text={() =>
              [`If ${candidate} became leader`, ...said.map(({ title, meaning }) => `- ${title}. ${meaning}`)].join(
                '\n',
              )
            }
          />
        </span>
      }
      className={styles.panel}
    >
      <ul className={styles.answers} tabIndex={0} aria-label={`If ${candidate} became leader`}>
        {said.map(({ mark, title, meaning }) => (
          <li key={title}>
            <StateMark mark={mark} />
            <div>
              <b>{title}</b>
              <p>{meaning}</p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
