import { useEffect, useState } from 'react';
import type { Candidacy } from '../../app/forecast/candidacy';
import { forecast } from '../../app/forecast/forecast';
import { candidacyWords, forecastWords, notTold, riskWords } from '../../app/forecast/words';
import { groupWords } from '../../app/cluster/group-words';
import * as Lsn from '../../app/cluster/lsn';
import type { GroupDetail } from '../../app/ipc/detail';
import type { ComparedClusters } from '../../app/ipc/snapshot';
import { request } from '../bridge';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { InlineName, Name } from '../components/name';
import { NotTold } from '../components/report';
import { StateMark } from '../components/state-mark';
import { formatDuration, formatInstant } from '../lib/format';
import { useFixedInstant } from '../stores/fixed-instant';
import { useDetail } from '../stores/hooks';
import { openIncident } from '../stores/incident-acts';
import { showInstant, timeStore } from '../stores/time';
import { Comparison } from '../views/compare/comparison';
import { spanOfFailover } from '../views/incident/spans';
import styles from './failover-dialog.module.css';
import type { Failover } from './marks';
import { recordedSince, recordedUpTo } from './recorded';

export interface FailoverDialogProps {
  readonly failover: Failover;
  readonly onClose: () => void;
}

/** So long before the leader was lost the story begins, ms. */
const STORY_MS = 60_000;
/** An event is told a moment after what it tells of was recorded: what was before lies so long before it, ms. */
const BEFORE_MS = 2000;
const AT_ONCE_MS = 50;

type Compared = ComparedClusters | { readonly failure: string } | null;

/** What changed before a leader followed another, and who was eligible then: the window shows the instant just before. */
export function FailoverDialog({ failover, onClose }: FailoverDialogProps): React.ReactNode {
  const { clusterId, lostMs, ledMs, words, group } = failover;
  const [{ fromMs, beforeMs }] = useState(() => stretchOf(failover));
  const [compared, setCompared] = useState<Compared>(null);
  useEffect(() => {
    let stale = false;
    void showInstant(beforeMs);
    const to = new Date(ledMs ?? lostMs).toISOString();
    void request('time.compare', { clusterId, from: new Date(fromMs).toISOString(), to }).then((answer) => {
      if (!stale) setCompared(answer.ok ? answer.value : { failure: answer.error.message });
    });
    return () => {
      stale = true;
    };
  }, [clusterId, fromMs, beforeMs, lostMs, ledMs]);
  const connectionId = useDetail((d) => (d.id === clusterId ? d.connectionId : null), null);
  const isThere = useFixedInstant(connectionId) === beforeMs;
  const groups = useDetail((d) => (d.id === clusterId ? d.groups : none), none);
  const now = Date.now();
  const time = (ms: number): string => formatInstant(new Date(ms).toISOString(), now);
  const seconds = Math.round((lostMs - fromMs) / 1000);
  return (
    <Dialog
      title={`Before “${words}”`}
      subtitle={
        ledMs === null || ledMs === lostMs
          ? `The leader changed at ${time(lostMs)}.`
          : `The leader was lost at ${time(lostMs)}; another one led ${ledMs - lostMs < AT_ONCE_MS ? 'at once' : `${formatDuration(ledMs - lostMs)} later`}.`
      }
      size="large"
      onClose={onClose}
      footer={
        <>
          <p className={styles.where}>The window shows {time(beforeMs)}, a moment before it.</p>
          <Button
            onPress={() => {
              onClose();
              void showInstant(null);
            }}
          >
            Back to now
          </Button>
          <Button
            hint="The whole of it in words, with logs and notes"
            onPress={() => {
              const { fromMs: from, toMs } = spanOfFailover(failover, Date.now());
              onClose();
              openIncident(clusterId, from, toMs);
            }}
          >
            Incident
          </Button>
          <Button variant="primary" onPress={onClose}>
            Look at that moment
          </Button>
        </>
      }
    >
      <div className={styles.story}>
        <section aria-busy={!isThere}>
          <h3 className={styles.title}>Who was eligible, as of {time(beforeMs)}</h3>
          {isThere &&
            groups
              .filter((one) => group === null || one.group === group)
              .map((one) => <Eligible key={one.group} detail={one} of={groups.length} />)}
        </section>
        <section aria-live="polite">
          <h3 className={styles.title}>
            What changed from {seconds} s before to {ledMs === null ? 'the loss' : 'the new leader'}
          </h3>
          {seconds < STORY_MS / 1000 && <p className="dim">Nothing was recorded before that.</p>}
          {compared !== null &&
            ('failure' in compared ? <p>{compared.failure}</p> : <Comparison compared={compared} />)}
        </section>
      </div>
    </Dialog>
  );
}

const none: readonly GroupDetail[] = [];

/** Where the story begins, and the instant just before the leader was lost, as far as it was recorded. */
function stretchOf({ clusterId, lostMs }: Failover): { readonly fromMs: number; readonly beforeMs: number } {
  const { extent } = timeStore.getState();
  const connection = extent?.connections.find(({ id }) => clusterId.startsWith(`${id}/`));
  const since =
    extent === null || connection === undefined
      ? null
      : recordedSince(recordedUpTo(connection, extent, Date.now()), lostMs);
  const begin = since ?? lostMs - STORY_MS;
  return { fromMs: Math.max(begin, lostMs - STORY_MS), beforeMs: Math.max(begin, lostMs - BEFORE_MS) };
}

function Eligible({ detail, of }: { readonly detail: GroupDetail; readonly of: number }): React.ReactNode {
  const made = forecast(detail.cluster);
  const { mark, title, meaning } = forecastWords(made);
  const { leader, atRiskBytes, candidates } = made;
  return (
    <div className={styles.eligible}>
      {of > 1 && detail.group !== null && <p className="dim">{groupWords(detail.group)}</p>}
      <p className={styles.answer}>
        <StateMark mark={mark} label="" size={13} />
        <InlineName text={title} />
      </p>
      <p>{meaning}</p>
      {leader !== null && atRiskBytes !== null && (
        <p>
          <InlineName text={riskWords(leader, atRiskBytes, made.keepsSyncCommits)} />
        </p>
      )}
      {candidates.length > 0 && (
        <table className={styles.table} aria-label="Candidates">
          <thead>
            <tr>
              <th scope="col">Member</th>
              <th scope="col">Verdict</th>
              <th scope="col">Position</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {candidates.map((one) => (
              <Row key={one.name} one={one} />
            ))}
          </tbody>
        </table>
      )}
      <NotTold items={notTold} />
    </div>
  );
}

const verdicts = { 'could-win': 'could lead', unknown: 'not known', out: 'out' } as const;

function Row({ one }: { readonly one: Candidacy }): React.ReactNode {
  return (
    <tr>
      <th scope="row">
        <Name text={one.name} />
      </th>
      <td>{verdicts[one.verdict]}</td>
      <td className="mono">{one.position === null ? 'not told' : Lsn.format(one.position)}</td>
      <td>
        <InlineName text={candidacyWords(one)} />
      </td>
    </tr>
  );
}
