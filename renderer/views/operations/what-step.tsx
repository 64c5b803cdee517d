import { useMemo } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import * as Clusters from '../../../app/cluster/cluster';
import { type ChangeOfLeader, type Intent, isChange } from '../../../app/operations/intent';
import type { CandidateOption } from '../../../app/operations/plan';
import { forecast } from '../../../app/forecast/forecast';
import { Badge } from '../../components/badge';
import { InlineName, Name } from '../../components/name';
import { StateMark } from '../../components/state-mark';
import { formatBytes } from '../../lib/format';
import { changeIntent, type Wizard } from '../../stores/operations';
import { useDetail } from '../../stores/hooks';
import { forecastWords } from '../../../app/forecast/words';
import { checkMarks } from './check-words';
import styles from './operations.module.css';
import { TaskWhat } from './task-what';
import { inAnHour, When } from './when';

/** What is wanted: of which kind, when, and to whom, with what the checks say of each candidate. */
export function WhatStep({ wizard }: { readonly wizard: Wizard }): React.ReactNode {
  const { intent, clusterId } = wizard;
  if (!isChange(intent)) return <TaskWhat wizard={wizard} intent={intent} />;
  return (
    <div className={styles.what}>
      <Kinds intent={intent} clusterId={clusterId} />
      <When wizard={wizard} />
      <Candidates wizard={wizard} intent={intent} />
    </div>
  );
}

interface KindsProps {
  readonly intent: ChangeOfLeader;
  readonly clusterId: string;
}

function Kinds({ intent, clusterId }: KindsProps): React.ReactNode {
  const leader = useLeader(intent.group);
  const kind = intent.kind === 'failover' ? 'failover' : intent.scheduledAt === null ? 'now' : 'later';
  const choose = (chosen: string): void => {
    const { group, candidate } = intent;
    if (chosen === 'failover') changeIntent(clusterId, { kind: 'failover', group, candidate: candidate ?? '' }, '');
    else {
      const to = candidate === '' ? null : candidate;
      const when = chosen === 'later' ? inAnHour() : '';
      const scheduledAt = when === '' ? null : new Date(when).toISOString();
      changeIntent(clusterId, { kind: 'switchover', group, leader: leader ?? '', candidate: to, scheduledAt }, when);
    }
  };
  return (
    <RadioGroup className={styles.choices ?? ''} value={kind} onChange={choose}>
      <Label className={styles.label ?? ''}>What</Label>
      <Radio value="now" className={styles.choice ?? ''} isDisabled={leader === null}>
        <b>Switchover now</b>
        <span>The leader stops in an orderly way and hands over. Nothing that was committed is lost.</span>
      </Radio>
      <Radio value="later" className={styles.choice ?? ''} isDisabled={leader === null}>
        <b>Switchover at a time</b>
        <span>Patroni keeps the request until then. It is checked here until its time, and can be cancelled.</span>
      </Radio>
      <Radio value="failover" className={styles.choice ?? ''}>
        <b>Failover to a member</b>
        <span>
          {leader === null
            ? 'Nobody leads: this member takes over with what it has.'
            : 'For a leader that does not work any more. The member may lack what was committed last.'}
        </span>
      </Radio>
    </RadioGroup>
  );
}

function useLeader(group: number | null): string | null {
  return useDetail((d) => {
    const cluster = d.groups.find((one) => one.group === group)?.cluster;
    return cluster === undefined ? null : Clusters.leaderName(cluster);
  }, null);
}

const ANY = '\u0000any';

interface CandidatesProps {
  readonly wizard: Wizard;
  readonly intent: ChangeOfLeader;
}

function Candidates({ wizard, intent }: CandidatesProps): React.ReactNode {
  const { clusterId, planned } = wizard;
  const names = useDetail((d) => d.groups.find((one) => one.group === intent.group)?.cluster.members, undefined);
  const leader = useLeader(intent.group);
  const options = useMemo(
    (): readonly CandidateOption[] =>
      planned?.plan.candidates ??
      (names ?? [])
        .filter(({ name }) => name !== leader)
        .map(({ name }) => ({ name, state: 'not-asked', words: 'being asked…', lagBytes: null })),
    [planned, names, leader],
  );
  const choose = (chosen: string): void => {
    const next: Intent =
      intent.kind === 'failover'
        ? { ...intent, candidate: chosen }
        : { ...intent, candidate: chosen === ANY ? null : chosen };
    changeIntent(clusterId, next);
  };
  return (
    <RadioGroup className={styles.choices ?? ''} value={intent.candidate ?? ANY} onChange={choose}>
      <Label className={styles.label ?? ''}>Who leads afterwards</Label>
      {intent.kind === 'switchover' && (
        <Radio value={ANY} className={styles.choice ?? ''}>
          <b>Whom Patroni takes</b>
          <Likely group={intent.group} />
        </Radio>
      )}
      {options.map((option) => (
        <Radio key={option.name} value={option.name} className={styles.choice ?? ''}>
          <span className={styles.candidate}>
            <StateMark mark={checkMarks[option.state]} label="" />
            <b>
              <Name text={option.name} />
            </b>
            {option.lagBytes !== null && (
              <span className="mono" data-hint="How far it is behind the leader, by its own answer.">
                {formatBytes(option.lagBytes)} behind
              </span>
            )}
            {option.state === 'stop' && <Badge tone="critical">would be refused</Badge>}
          </span>
          <span>
            <InlineName text={option.words} />
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

function Likely({ group }: { readonly group: number | null }): React.ReactNode {
  const cluster = useDetail((d) => d.groups.find((one) => one.group === group)?.cluster, undefined);
  const words = useMemo(() => (cluster === undefined ? '' : forecastWords(forecast(cluster)).title), [cluster]);
  return (
    <span>
      The member that is furthest. By the forecast: <InlineName text={words} />.
    </span>
  );
}
