import { useCarried } from '../../lib/use-carried';
import { useDetail } from '../../stores/hooks';
import { Findings } from './findings';
import { MembersTable } from './members-table';
import styles from './overview.module.css';
import { Tree } from './tree';
import { drawing } from '../../../app/topology/drawing';

const none: readonly never[] = [];
/** The tree's panel beside the drawing itself: its head and the margins. */
const AROUND = 76;

/** The first page of a cluster: who follows whom, what is wrong, and every member with its figures. */
export function Overview(): React.ReactNode {
  const picture = useCarried(
    useDetail((d) => d.groups, none),
    drawing,
  );
  return (
    <div className={styles.overview}>
      {/* As high as the tree asks for: it does not move while states, lags and findings change. */}
      <div className={styles.top} style={{ '--wanted': `${AROUND + picture.height}px` } as React.CSSProperties}>
        <div className={styles.tree}>
          <Tree picture={picture} />
        </div>
        <Findings />
      </div>
      <MembersTable />
    </div>
  );
}
