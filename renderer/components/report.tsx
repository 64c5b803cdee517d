import { memo } from 'react';
import type { GroupDetail } from '../../app/ipc/detail';
import { useDetail } from '../stores/hooks';
import { openTab, selectMember } from '../stores/ui';
import { groupWords } from '../words';
import { EmptyState } from './empty-state';
import { Name } from './name';
import styles from './report.module.css';

// What the pages that answer a question have in common: an answer for each group, and what it cannot rest on.

const none: readonly never[] = [];

/** Says something of one group; it must keep its identity from render to render. */
export type GroupBody = React.ComponentType<{ readonly detail: GroupDetail }>;

export interface GroupReportsProps {
  /** What the page is called where the cluster has no groups. */
  readonly label: string;
  readonly Body: GroupBody;
}

/** The answer for the cluster, or for each group of an MPP cluster, the coordinator first. */
export function GroupReports({ label, Body }: GroupReportsProps): React.ReactNode {
  const groups = useDetail((d) => d.groups, none);
  if (groups.length === 0) {
    return <EmptyState title="Nothing to say yet">The store has no key of Patroni’s for this cluster.</EmptyState>;
  }
  return (
    <div className={styles.view}>
      {groups.map((detail) => (
        <GroupReport key={detail.group ?? 'plain'} label={label} detail={detail} Body={Body} />
      ))}
    </div>
  );
}

interface GroupReportProps extends GroupReportsProps {
  readonly detail: GroupDetail;
}

const GroupReport = memo(function GroupReport({ label, detail, Body }: GroupReportProps): React.ReactNode {
  const { group } = detail;
  return (
    <section className={styles.group} aria-label={group === null ? label : groupWords(group)}>
      {group !== null && <h2 className={styles.heading}>{groupWords(group)}</h2>}
      <Body detail={detail} />
    </section>
  );
});

/** What the answer would need and the store does not have, folded away. */
export function NotTold({ items }: { readonly items: readonly string[] }): React.ReactNode {
  return (
    <details className={styles.notTold}>
      <summary>What the store does not tell</summary>
      <ul>
        {items.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </details>
  );
}

/** A member's name that leads to it in the overview. */
export function MemberLink({ group, name }: { readonly group: number | null; readonly name: string }): React.ReactNode {
  return (
    <button
      type="button"
      className={styles.link}
      data-hint="Show it in the overview"
      onClick={() => {
        selectMember({ group, name });
        openTab('overview');
      }}
    >
      <Name text={name} />
    </button>
  );
}
