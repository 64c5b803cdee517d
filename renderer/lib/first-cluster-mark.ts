import { useEffect } from 'react';

const MARK = 'first-cluster-painted';

/** Marks in the page's performance timeline when the first cluster was painted: `npm run bench -- start` reads it. */
export function useFirstClusterMark(shown: boolean): void {
  useEffect(() => {
    if (!shown || performance.getEntriesByName(MARK).length > 0) return;
    // The first frame after this effect holds the cluster; the second begins when that one has been drawn.
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark(MARK)));
  }, [shown]);
}
