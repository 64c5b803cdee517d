import { memo, useId, useState } from 'react';
import type { Finding } from '../../../app/findings/finding';
import { Badge } from '../../components/badge';
import { CopyButton } from '../../components/copy-button';
import { Panel } from '../../components/panel';
import { StateMark } from '../../components/state-mark';
import { useDetail } from '../../stores/hooks';
import { openKey, selectMember } from '../../stores/ui';
import { severityWords } from '../../words';
import styles from './findings.module.css';

const none: readonly Finding[] = [];

/** What is wrong or worth knowing, the worst first; each with its cause, a next step and what it rests on. */
export function Findings(): React.ReactNode {
  const findings = useDetail((d) => d.findings, none);
  return (
    <Panel title="Findings" className={styles.panel} caption={findings.length}>
      {findings.length === 0 ? (
        <div className={styles.fine}>
          <StateMark mark="ok" label="" size={13} />
          <p>
            <b>Nothing is wrong.</b> Leader, members, timelines, lag and settings were checked against what the store
            holds.
          </p>
        </div>
      ) : (
        <ul className={styles.list} tabIndex={-1}>
          {findings.map((finding) => (
            <FindingItem key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const FindingItem = memo(function FindingItem({ finding }: { readonly finding: Finding }): React.ReactNode {
  const { severity, title, meaning, advice, evidence, subject, group } = finding;
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className={styles.item}>
      <span className={styles.mark} data-hint={severityWords[severity]}>
        <StateMark mark={severity} />
      </span>
      <h3 className={styles.title}>
        <bdi>{title}</bdi> {group !== null && <Badge>group {group}</Badge>}
      </h3>
      <p className={styles.meaning}>{meaning}</p>
      <p className={styles.advice}>{advice}</p>
      <p className={styles.acts}>
        {evidence.length > 0 && (
          <button
            type="button"
            className={styles.act}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Hide evidence' : 'Evidence'}
          </button>
        )}
        {subject.kind === 'member' && (
          <button type="button" className={styles.act} onClick={() => selectMember({ group, name: subject.name })}>
            Show <bdi>{subject.name}</bdi>
          </button>
        )}
        {subject.kind === 'key' && (
          <button type="button" className={styles.act} onClick={() => openKey(subject.key)}>
            Show the key
          </button>
        )}
      </p>
      {open && (
        <dl id={id} className={styles.evidence}>
          {evidence.map((e, i) => (
            <div key={i} className={styles.fact}>
              <dt>{e.label}</dt>
              <dd>
                <bdi className="mono selectable">{e.value}</bdi>
                <CopyButton text={e.value} label={`Copy ${e.label}`} />
              </dd>
              {e.key !== undefined && <KeyLink keyName={e.key} />}
            </div>
          ))}
        </dl>
      )}
    </li>
  );
});

function KeyLink({ keyName }: { readonly keyName: string }): React.ReactNode {
  return (
    <dd className={styles.key}>
      <button
        type="button"
        className={styles.act}
        onClick={() => openKey(keyName)}
        data-hint="Show this key as it is stored"
      >
        <bdi className="mono">{keyName}</bdi>
      </button>
      <CopyButton text={keyName} label="Copy the key" />
    </dd>
  );
}
