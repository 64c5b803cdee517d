import { useEffect } from 'react';
import { Button } from '../components/button';
import { EmptyState } from '../components/empty-state';
import { ToastLayer } from '../components/toast';
import { TooltipLayer } from '../components/tooltip';
import { useSession } from '../stores/hooks';
import { synchronise } from '../stores/feed';
import styles from './app.module.css';
import { followCommands } from '../commands';
import { Footer } from './footer';
import { MainArea } from './main-area';
import { Notices } from './notices';
import { Overlays } from './overlays';
import { Sidebar } from './sidebar';

export function App(): React.ReactNode {
  useEffect(() => followCommands(), []);
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
      <ToastLayer />
      <TooltipLayer />
    </div>
  );
}
