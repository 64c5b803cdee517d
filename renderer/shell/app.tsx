import { useEffect } from 'react';
import { Button } from '../components/button';
import { EmptyState } from '../components/empty-state';
import { ToastLayer } from '../components/toast';
import { TooltipLayer } from '../components/tooltip';
import { useSession } from '../stores/hooks';
import { synchronise } from '../stores/feed';
import styles from './app.module.css';
import { followCommands } from '../commands';
import { DropTarget } from './drop-target';
import { Footer } from './footer';
import { MainArea } from './main-area';
import { Notices } from './notices';
import { Overlays } from './overlays';
import { Sidebar } from './sidebar';

export function App(): React.ReactNode {
  useEffect(() => followCommands(), []);
  useEffect(() => {
    // Not needed for the first picture, so it may come after it.
    let stop: (() => void) | null = null;
    let isGone = false;
    void import('../views/cluster/native-menu').then(({ followNativeMenu }) => {
      if (!isGone) stop = followNativeMenu();
    });
    return () => {
      isGone = true;
      stop?.();
    };
  }, []);
  const phase = useSession((s) => s.phase);
  if (phase.kind === 'failed') {
    return (
      <div className={styles.failed}>
        <EmptyState
          title="The program’s main part did not answer"
          actions={<Button onPress={() => void synchronise()}>Try again</Button>}
        >
          {phase.message}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className={styles.app}>
      <Sidebar />
      <main className={styles.main}>
        <Notices />
        {phase.kind === 'ready' && <MainArea />}
      </main>
      <Footer />
      <Overlays />
      <DropTarget />
      <ToastLayer />
      <TooltipLayer />
    </div>
  );
}
