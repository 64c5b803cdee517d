import { useMemo } from 'react';
import type { Cluster } from '../../../app/cluster/cluster';
import type { GroupDetail } from '../../../app/ipc/detail';
import { syncReport, type SyncReport } from '../../../app/sync/sync-report';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { ColumnHead } from '../../components/column-head';
import { Flash } from '../../components/flash';
import { InlineName } from '../../components/name';
import { Panel } from '../../components/panel';
import { GroupReports, MemberLink, NotTold } from '../../components/report';
import reportStyles from '../../components/report.module.css';
import { StateMark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { exactBytes, formatBytes } from '../../lib/format';
import { useDetail } from '../../stores/hooks';
import { openKey, openTab } from '../../stores/ui';
import { modeWords } from '../../words';
import { confirmsWords, numberFacts, standbyWords, writesWords } from './words';
import styles from './sync.module.css';

const none: readonly never[] = [];

/** Synchronous replication: who must confirm, how many may fail, and whether writes would wait now. */
export function SyncView(): React.ReactNode {
  return <GroupReports label="Synchronisation" Body={GroupSync} />;
}

function GroupSync({ detail }: { readonly detail: GroupDetail }): React.ReactNode {
  const { cluster, group } = detail;
  const report = useMemo(() => syncReport(cluster), [cluster]);
  return (
    <>
      <div className={reportStyles.top}>
        <Writes report={report} />
        <ModePanel report={report} cluster={cluster} group={group} />
      </div>
      <Standbys report={report} group={group} />
    </>
  );
}

function Writes({ report }: { readonly report: SyncReport }): React.ReactNode {
  const { kind, reasons } = report.writes;
  const { title, mark } = writesWords[kind];
  return (
    <Panel title="Would a write wait now?" className={reportStyles.panel}>
      <p className={reportStyles.answer} role="status">
        <StateMark mark={mark} label="" size={14} />
        <Flash value={kind}>{title}</Flash>
      </p>
      <ol className={reportStyles.reasons}>
        {reasons.map(({ words, source }) => (
          <li key={words}>
            <InlineName text={words} />
            {source !== null && (
              <span className={reportStyles.source} data-hint={`Patroni decides it there: ${source}`}>
                {source}
              </span>
            )}
          </li>
        ))}
      </ol>
      <NotTold items={report.notTold} />
    </Panel>
  );
}

interface ModePanelProps {
  readonly report: SyncReport;
  readonly cluster: Cluster;
  readonly group: number | null;
}

const notInEffectWords = {
  'standby-cluster': 'synchronous_mode is set, but has no effect in a standby cluster.',
  'quorum-not-known': 'synchronous_mode is quorum, which the leader’s Patroni does not know: it takes it for off.',
} as const;

function ModePanel({ report, cluster, group }: ModePanelProps): React.ReactNode {
  const { mode, notInEffect, namedLeader, leaderMatches } = report;
  const { words, hint } = modeWords[mode];
  const keys = useDetail((d) => d.keys, none);
  const ending = group === null ? '/sync' : `/${group}/sync`;
  const syncKey = keys.find(({ key }) => key.endsWith(ending))?.key ?? null;
  return (
    <Panel
      title="Mode"
      className={reportStyles.panel}
      caption={
        syncKey === null ? (
          'no /sync in the store'
        ) : (
          <Button small variant="quiet" onPress={() => openKey(syncKey)}>
            Show /sync
          </Button>
        )
      }
    >
      <p className={styles.mode}>
        <b>
          <Flash value={words}>{words}</Flash>
        </b>{' '}
        <span className="dim">{hint}</span>
      </p>
      {notInEffect !== null && <Notice>{notInEffectWords[notInEffect]}</Notice>}
      {mode !== 'async' && namedLeader === null && (
        <Notice>The mode is asked for, but /sync names no leader yet: the leader turns it on in its next round.</Notice>
      )}
      {namedLeader !== null && !leaderMatches && (
        <Notice>
          /sync names <InlineName text={namedLeader} /> as leader
          {cluster.leader === null ? ', and nobody holds the lock' : ', who does not hold the lock'}.
        </Notice>
      )}
      {mode === 'async' ? (
        <p className={reportStyles.quiet}>
          What the new leader had not received is then gone. To change that, set synchronous_mode.{' '}
          <Button small variant="quiet" onPress={() => openTab('config')}>
            Show the configuration
          </Button>
        </p>
      ) : (
        <dl className={styles.numbers}>
          {numberFacts(report).map(({ label, value, words: meaning, bad }) => (
            <div key={label} data-hint={meaning}>
              <dt>{label}</dt>
              <dd className={cx(bad && styles.bad)}>
                <Flash value={value}>{value}</Flash>
              </dd>
              <dd className={styles.meaning}>{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

function Notice({ children }: { readonly children: React.ReactNode }): React.ReactNode {
  return (
    <p className={styles.notice}>
      <StateMark mark="warning" label="" size={11} />
      <span>{children}</span>
    </p>
  );
}

function Standbys({ report, group }: { readonly report: SyncReport; readonly group: number | null }): React.ReactNode {
  const { standbys, mode } = report;
  const isAsync = mode === 'async';
  return (
    <Panel title="Standbys" className={reportStyles.listed} caption={standbys.length}>
      {standbys.length === 0 ? (
        <p className={reportStyles.quiet}>There is no member beside the leader.</p>
      ) : (
        <div className={reportStyles.scroller}>
          <table className={reportStyles.table}>
            <thead>
              <tr>
                <ColumnHead hint="The member’s name; those named in /sync come first.">Member</ColumnHead>
                <ColumnHead hint="Whether /sync names it: then it may take over without losing a commit.">
                  In /sync
                </ColumnHead>
                <ColumnHead hint="Whether it can confirm a commit to the leader now.">Confirms</ColumnHead>
                <ColumnHead
                  hint="The tag sync_priority: the higher, the more preferred; 0 for never (Patroni 4.1)."
                  className={reportStyles.right}
                >
                  Priority
                </ColumnHead>
                <ColumnHead
                  hint="How far the received WAL is behind the leader’s position in /status."
                  className={reportStyles.right}
                >
                  Lag
                </ColumnHead>
                <ColumnHead hint="Why it is named or not, by Patroni’s rules.">Why</ColumnHead>
              </tr>
            </thead>
            <tbody>
              {standbys.map((one) => {
                const words = isAsync ? 'the mode is asynchronous: nobody is named' : standbyWords(one);
                return (
                  <tr key={one.name} data-standby={one.name}>
                    <td className={reportStyles.name}>
                      <MemberLink group={group} name={one.name} />
                    </td>
                    <td>
                      {one.named ? (
                        <Badge tone={one.confirms.kind === 'no' ? 'warning' : 'ok'}>
                          {mode === 'quorum' || mode === 'quorum-strict' ? 'quorum' : 'sync'}
                        </Badge>
                      ) : (
                        <span className="faint">no</span>
                      )}
                    </td>
                    <td className={cx(one.named && one.confirms.kind === 'no' && styles.bad)}>
                      <Flash value={one.confirms.kind}>{confirmsWords(one.confirms)}</Flash>
                    </td>
                    <td className={reportStyles.right}>{one.priority}</td>
                    <td
                      className={cx('mono', reportStyles.right)}
                      data-hint={one.lagBytes === null ? 'Its key does not say.' : exactBytes(one.lagBytes)}
                    >
                      {one.lagBytes === null ? (
                        <span className="faint">not known</span>
                      ) : (
                        <Flash value={one.lagBytes}>{formatBytes(one.lagBytes)}</Flash>
                      )}
                    </td>
                    <td className={reportStyles.why}>{words}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
