import { memo, useId, useState } from 'react';
import type { Finding } from '../../../app/findings/finding';
import { fold, type Folded, isFolded } from '../../../app/findings/fold';
import { Badge } from '../../components/badge';
import { CopyButton } from '../../components/copy-button';
import { Panel } from '../../components/panel';
import { StateMark } from '../../components/state-mark';
import { plural } from '../../lib/format';
import { localInstants } from '../../../app/local-instants';
import { useDetail } from '../../stores/hooks';
import { useIsStale } from '../../stores/last-heard';
import { openKey, selectMember } from '../../stores/ui';
import { severityWords } from '../../words';
import { InlineName } from '../../components/name';
import styles from './findings.module.css';

const none: readonly Finding[] = [];

/** What is wrong or worth knowing, the worst first; each with its cause, a next step and what it rests on. */
export function Findings(): React.ReactNode {
  const findings = useDetail((d) => d.findings, none);
  const stale = useIsStale();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  return (
    <Panel title="Findings" className={styles.panel} caption={countWords(findings)}>
      {findings.length === 0 ? (
        <div className={styles.fine}>
          <StateMark mark={stale ? 'unknown' : 'ok'} label="" size={13} />
          {stale ? (
            <p>
              <b>Nothing was wrong when the store was last heard.</b> What is now, nobody can tell from here.
            </p>
          ) : (
            <p>
              <b>Nothing is wrong.</b> Leader, members, timelines, lag and settings were checked against what the store
              holds.
            </p>
          )}
        </div>
      ) : (
        <ul className={styles.list} tabIndex={-1}>
          {fold(findings, unfolded).map((one) =>
            isFolded(one) ? (
              <FoldedItem key={one.id} folded={one} unfold={() => setUnfolded(new Set([...unfolded, one.id]))} />
            ) : (
              <FindingItem key={one.id} finding={one} />
            ),
          )}
        </ul>
      )}
    </Panel>
  );
}

/** As the badge in the cluster's head counts: what is only worth knowing is no fault. */
function countWords(findings: readonly Finding[]): string {
  const infos = findings.filter(({ severity }) => severity === 'info').length;
  const faults = findings.length - infos;
  const words = [faults === 0 ? '' : plural(faults, 'finding'), infos === 0 ? '' : `${infos} worth knowing`];
  return words.filter((w) => w !== '').join(', ') || 'none';
}

const FindingItem = memo(function FindingItem({ finding }: { readonly finding: Finding }): React.ReactNode {
  const { severity, title, meaning, advice, evidence, subject, group } = finding;
  const isThere = useDetail(
    (d) =>
      subject.kind === 'member' &&
      d.groups.some((g) => g.group === group && g.cluster.members.some((m) => m.name === subject.name)),
    false,
  );
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className={styles.item}>
      <span className={styles.mark} data-hint={severityWords[severity]}>
        <StateMark mark={severity} />
      </span>
      <h3 className={styles.title}>
        <InlineName text={localInstants(title)} /> {group !== null && <Badge>group {group}</Badge>}
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
        {subject.kind === 'member' && isThere && (
          <button type="button" className={styles.act} onClick={() => selectMember({ group, name: subject.name })}>
            Show <InlineName text={subject.name} />
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
                <InlineName text={e.value} className="mono selectable" />
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

function FoldedItem({ folded, unfold }: { readonly folded: Folded; readonly unfold: () => void }): React.ReactNode {
  return (
    <li className={styles.item}>
      <span className={styles.mark} data-hint={severityWords[folded.severity]}>
        <StateMark mark={folded.severity} />
      </span>
      <p className={styles.acts}>
        <button
          type="button"
          className={styles.act}
          onClick={(event) => {
            // The button goes: whoever works by keyboard goes on in the list.
            event.currentTarget.closest('ul')?.focus();
            unfold();
          }}
        >
          Show {folded.count} more of this kind
        </button>
      </p>
    </li>
  );
}

function KeyLink({ keyName }: { readonly keyName: string }): React.ReactNode {
  return (
    <dd className={styles.key}>
      <button
        type="button"
        className={styles.act}
        onClick={() => openKey(keyName)}
        data-hint="Show this key as it is stored"
      >
        <InlineName text={keyName} className="mono" />
      </button>
      <CopyButton text={keyName} label="Copy the key" />
    </dd>
  );
}
