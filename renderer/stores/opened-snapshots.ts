import type { SnapshotOpened } from '../../app/ipc/snapshot';
import { showFirstOf } from './first-cluster';
import { toast } from './ui';

/** Shows what was opened, and says what could not be. `tell` hears why nothing was opened. */
export function snapshotOpened(opened: SnapshotOpened, tell: (sentence: string) => void = sayIt): void {
  switch (opened.kind) {
    case 'cancelled':
      return;
    case 'refused':
      tell(opened.message);
      return;
    case 'opened': {
      const [first] = opened.ids;
      if (first !== undefined) showFirstOf(first);
      for (const note of opened.notes) sayIt(note);
      return;
    }
  }
}

const sayIt = (sentence: string): void => toast(sentence, 'critical');
