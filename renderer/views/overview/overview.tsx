import { useDetail } from '../../stores/hooks';
import { Findings } from './findings';
import { MembersTable } from './members-table';
import { Tree } from './tree';
import styles from './overview.module.css';

/** One leaf more asks for a little more height; the row does not move while states and lags change. */
const ROW = 68;
const HEAD = 96;

/** The first page of a cluster: who follows whom, what is wrong, and every member with its figures. */
export function Overview(): React.ReactNode {
  const members = useDetail((d) => Math.max(...d.groups.map((g) => g.cluster.members.length), 0), 0);
  return (
    <div className={styles.overview}>
      <div
        className={styles.top}
        style={{ '--wanted': `${HEAD + ROW * Math.min(members, 12)}px` } as React.CSSProperties}
      >
        <div className={styles.tree}>
          <Tree />
        </div>
        <Findings />
      </div>
      <MembersTable />
    </div>
  );
}
