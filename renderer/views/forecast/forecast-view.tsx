import { useMemo } from 'react';
import type { Candidacy } from '../../../app/forecast/candidacy';
import { forecast, type Forecast } from '../../../app/forecast/forecast';
import type { GroupDetail } from '../../../app/ipc/detail';
import * as Lsn from '../../../app/cluster/lsn';
import { Badge } from '../../components/badge';
import { ColumnHead } from '../../components/column-head';
import { CopyButton } from '../../components/copy-button';
import { Flash } from '../../components/flash';
import { InlineName } from '../../components/name';
import { Panel } from '../../components/panel';
import { GroupReports, MemberLink, NotTold } from '../../components/report';
import styles from '../../components/report.module.css';
import { StateMark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { exactBytes } from '../../lib/format';
import { TakeoverPanel } from '../slots/takeover-panel';
import { candidacyWords, forecastWords, notTold, riskWords } from '../../../app/forecast/words';

/** Who would lead if the leader died now, why, and what would be lost. */
export function ForecastView(): React.ReactNode {
  return <GroupReports label="Forecast" Body={GroupForecast} />;
}

function GroupForecast({ detail }: { readonly detail: GroupDetail }): React.ReactNode {
  const { cluster, group } = detail;
  const made = useMemo(() => forecast(cluster), [cluster]);
  return (
    <>
      <div className={styles.top}>
        <Answer made={made} />
        <TakeoverPanel cluster={cluster} preferred={made.outcome.kind === 'winner' ? made.outcome.member : null} />
      </div>
      <Candidates made={made} group={group} />
    </>
  );
}

function Answer({ made }: { readonly made: Forecast }): React.ReactNode {
  const { mark, title, meaning } = forecastWords(made);
  const { leader, atRiskBytes } = made;
  return (
    <Panel
      title={
        leader === null ? (
          'Nobody leads: who takes the lock?'
        ) : (
          <>
            If <InlineName text={leader} /> died now
          </>
        )
      }
      caption={<CopyButton label="Copy the forecast" text={() => asText(made)} />}
      className={styles.panel}
    >
      <p className={styles.answer} role="status">
        <StateMark mark={mark} label="" size={14} />
        <Flash value={title}>
          <InlineName text={title} />
        </Flash>
      </p>
      <ol className={styles.reasons}>
        <li>{meaning}</li>
        {leader !== null && atRiskBytes !== null && (
          <li data-hint={exactBytes(atRiskBytes)}>
            <InlineName text={riskWords(leader, atRiskBytes, made.keepsSyncCommits)} />
          </li>
        )}
      </ol>
      <NotTold items={notTold} />
    </Panel>
  );
}

const verdictBadges = {
  'could-win': { tone: 'ok', words: 'could lead' },
  unknown: { tone: 'plain', words: 'not known' },
  out: { tone: 'warning', words: 'out' },
} as const;

interface CandidatesProps {
  readonly made: Forecast;
  readonly group: number | null;
}

function Candidates({ made, group }: CandidatesProps): React.ReactNode {
  const { candidates } = made;
  return (
    <Panel title="Candidates" className={styles.listed} caption={candidates.length}>
      {candidates.length === 0 ? (
        <p className={styles.quiet}>There is no member beside the leader.</p>
      ) : (
        <div className={styles.scroller}>
          <table className={styles.table}>
            <thead>
              <tr>
                <ColumnHead hint="The member’s name; those who could lead come first.">Member</ColumnHead>
                <ColumnHead hint="Whether it would take the lock, by Patroni’s rules.">Verdict</ColumnHead>
                <ColumnHead
                  hint="What it received or replayed, the further of the two, as it last reported."
                  className={styles.right}
                >
                  Position
                </ColumnHead>
                <ColumnHead hint="The timeline that it reports." className={styles.right}>
                  TL
                </ColumnHead>
                <ColumnHead
                  hint="The tag failover_priority: of members that are as far, the higher one leads."
                  className={styles.right}
                >
                  Priority
                </ColumnHead>
                <ColumnHead hint="What speaks against it, by Patroni’s rules.">Why</ColumnHead>
              </tr>
            </thead>
            <tbody>
              {candidates.map((one) => (
                <Row key={one.name} one={one} group={group} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Row({ one, group }: { readonly one: Candidacy; readonly group: number | null }): React.ReactNode {
  const { name, verdict, position, timeline, failoverPriority } = one;
  const { tone, words } = verdictBadges[verdict];
  return (
    <tr data-candidate={name}>
      <td className={styles.name}>
        <MemberLink group={group} name={name} />
      </td>
      <td>
        <Badge tone={tone}>{words}</Badge>
      </td>
      <td className={cx('mono', styles.right)}>
        {position === null ? <span className="faint">not told</span> : Lsn.format(position)}
      </td>
      <td className={styles.right}>{timeline ?? <span className="faint">–</span>}</td>
      <td className={styles.right}>{failoverPriority}</td>
      <td className={styles.why}>
        <InlineName text={candidacyWords(one)} />
      </td>
    </tr>
  );
}

/** For a message to a colleague. */
function asText(made: Forecast): string {
  const { title, meaning } = forecastWords(made);
  const head = made.leader === null ? 'Nobody leads' : `If ${made.leader} died now`;
  return [
    `${head}: ${title}. ${meaning}`,
    ...made.candidates.map((one) => `- ${one.name}: ${verdictBadges[one.verdict].words}: ${candidacyWords(one)}`),
    ...notTold.map((words) => `Not told by the store: ${words}`),
  ].join('\n');
}
