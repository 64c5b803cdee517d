import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { PracticeFaults } from '../../../app/ipc/practice';
import { type ClusterFaults, type FaultyMember, MEMBER_FAULTS, type MemberFault } from '../../../app/practice/faults';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { ColumnHead } from '../../components/column-head';
import { InlineName } from '../../components/name';
import { Panel } from '../../components/panel';
import { MemberLink } from '../../components/report';
import report from '../../components/report.module.css';
import { Switch } from '../../components/switch';
import { useDetail } from '../../stores/hooks';
import { inject, practiceStore, refreshFaults } from '../../stores/practice';
import { groupWords } from '../../words';
import { faultWords } from './fault-words';
import styles from './practice.module.css';

/** What can go wrong in the practice herd: each fault is made here, and taken back here. */
export function PracticeView(): React.ReactNode {
  const clusterId = useDetail((d) => d.id, '');
  // Whatever happens to the cluster by itself may have been a fault, or the end of one.
  const seen = useDetail((d) => d.groups, null);
  const faults = useStore(practiceStore, (s) => (s.faults?.clusterId === clusterId ? s.faults : null));
  useEffect(() => {
    if (clusterId !== '') void refreshFaults(clusterId);
  }, [clusterId, seen]);
  if (faults === null) return <div className={report.view} aria-busy="true" />;
  return (
    <div className={report.view}>
      <Store faults={faults} />
      {faults.groups.map((group) => (
        <section
          key={group.group ?? 'plain'}
          className={report.group}
          aria-label={group.group === null ? 'Members and their faults' : groupWords(group.group)}
        >
          {group.group !== null && <h2 className={report.heading}>{groupWords(group.group)}</h2>}
          <Members clusterId={clusterId} group={group} />
        </section>
      ))}
    </div>
  );
}

function Store({ faults }: { readonly faults: PracticeFaults }): React.ReactNode {
  const { clusterId, groups, isStoreAway } = faults;
  return (
    <Panel title="Make something go wrong" caption="practice only: nothing here is real" className={report.panel}>
      <p className={styles.lead}>
        Try a fault, look what Patroni does about it, and take it back. Nothing here ever reaches a real cluster.
      </p>
      <div className={styles.switches}>
        <Switch
          label="The store is away"
          description="For all of the practice herd, and for this window. Leaders without failsafe_mode give up after retry_timeout."
          isSelected={isStoreAway}
          onChange={(on) => void inject(clusterId, { kind: 'store', on })}
        />
        {groups.map(({ group, slot }) =>
          slot === null ? null : (
            <Switch
              key={group ?? 'plain'}
              label={`The reader of the slot ${slot.name}${group === null ? '' : ` (${groupWords(group)})`} is gone`}
              description="2 GB are written at once, and the slot holds them and all that comes after."
              isSelected={slot.isHeld}
              onChange={(on) => void inject(clusterId, { kind: 'slot', group, on })}
            />
          ),
        )}
      </div>
    </Panel>
  );
}

interface MembersProps {
  readonly clusterId: string;
  readonly group: ClusterFaults;
}

function Members({ clusterId, group }: MembersProps): React.ReactNode {
  return (
    <Panel title="Members" caption={group.members.length} className={report.listed}>
      <div className={report.scroller}>
        <table className={report.table} aria-label="Faults of the members">
          <thead>
            <tr>
              <ColumnHead hint="The member’s name.">Member</ColumnHead>
              <ColumnHead hint="What its PostgreSQL is now, whoever holds the lock.">PostgreSQL</ColumnHead>
              <ColumnHead hint="What is the matter with it now.">Faults</ColumnHead>
              <ColumnHead hint="What can be done to it, and taken back.">Do</ColumnHead>
            </tr>
          </thead>
          <tbody>
            {group.members.map((member) => (
              <Row key={member.name} clusterId={clusterId} group={group.group} member={member} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

interface RowProps {
  readonly clusterId: string;
  readonly group: number | null;
  readonly member: FaultyMember;
}

function Row({ clusterId, group, member }: RowProps): React.ReactNode {
  const { faults, isPrimary, name } = member;
  const isDown = faults.includes('killed');
  return (
    <tr data-faults-of={name}>
      <td className={report.name}>
        <MemberLink group={group} name={name} />
      </td>
      <td className={styles.role}>{isDown ? <span className="dim">down</span> : isPrimary ? 'primary' : 'standby'}</td>
      <td className={styles.faults}>
        <span className={styles.badges}>
          {faults.length === 0 ? (
            <span className="faint">none</span>
          ) : (
            faults.map((fault) => (
              <Badge key={fault} tone="warning" hint={faultWords[fault].hint}>
                <InlineName text={faultWords[fault].label} />
              </Badge>
            ))
          )}
        </span>
      </td>
      <td>
        <span className={styles.acts}>
          {MEMBER_FAULTS.map((fault) => (
            <FaultButton
              key={fault}
              fault={fault}
              member={name}
              isOn={faults.includes(fault)}
              // Nothing more can happen to a machine that is down; a primary has nobody to lag behind.
              isDisabled={(isDown && fault !== 'killed') || (isPrimary && fault === 'lag' && !faults.includes('lag'))}
              onPress={(on) => void inject(clusterId, { kind: 'member', member: name, fault, on })}
            />
          ))}
        </span>
      </td>
    </tr>
  );
}

interface FaultButtonProps {
  readonly fault: MemberFault;
  readonly member: string;
  readonly isOn: boolean;
  readonly isDisabled: boolean;
  readonly onPress: (on: boolean) => void;
}

function FaultButton({ fault, isDisabled, isOn, member, onPress }: FaultButtonProps): React.ReactNode {
  const { begin, end, hint } = faultWords[fault];
  const words = isOn ? end : begin;
  return (
    <Button
      small
      variant={isOn ? 'primary' : 'plain'}
      hint={isOn ? `Takes it back. ${hint}` : hint}
      aria-label={`${words}: ${member}`}
      isDisabled={isDisabled}
      onPress={() => onPress(!isOn)}
    >
      {words}
    </Button>
  );
}
