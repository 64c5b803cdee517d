import { changeSettings, showOverlay } from '../../commands';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Segments } from '../../components/segments';
import { Switch } from '../../components/switch';
import { useSession } from '../../stores/hooks';
import { ConnectionList } from './connection-list';
import { RecordingList } from './recording-list';
import styles from './settings-dialog.module.css';

const themes = [
  { id: 'system', label: 'As the system' },
  { id: 'dark', label: 'Dark' },
  { id: 'light', label: 'Light' },
] as const;

/** What a person may choose. Each choice holds at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  const settings = useSession((s) => s.settings);
  const secrets = useSession((s) => s.secrets);
  const version = useSession((s) => s.appVersion);
  return (
    <Dialog
      title="Settings"
      subtitle="Every choice holds at once."
      onClose={onClose}
      footer={
        <>
          <p className={styles.about}>
            Herdscope {version}.{' '}
            {secrets === 'keychain'
              ? 'Passwords are kept in the system’s keychain.'
              : 'This machine has no keychain: passwords are kept for this run only.'}
          </p>
          <Button onPress={onClose}>Close</Button>
        </>
      }
    >
      <div className={styles.sections}>
        <section className={styles.section}>
          <h3 className={styles.title}>Window</h3>
          <Segments
            label="Theme"
            options={themes}
            value={settings.theme}
            onChange={(theme) => void changeSettings({ theme })}
          />
          <Switch
            label="Notifications"
            description="When a leader changes or a cluster loses its leader, also while the window is in the background."
            isSelected={settings.notifications}
            onChange={(notifications) => void changeSettings({ notifications })}
          />
          <Switch
            label="Practice herd"
            description="Simulated members in the fleet list, to look around without a server. Nothing in it is real."
            isSelected={settings.practice}
            onChange={(practice) => void changeSettings({ practice })}
          />
        </section>
        <section className={styles.section}>
          <div className={styles.head}>
            <h3 className={styles.title}>Connections</h3>
            <Button small onPress={() => showOverlay({ kind: 'import' })}>
              Import…
            </Button>
            <Button small onPress={() => showOverlay({ kind: 'connection', id: null })}>
              Add…
            </Button>
          </div>
          <ConnectionList />
        </section>
        <section className={styles.section}>
          <RecordingList />
        </section>
      </div>
    </Dialog>
  );
}
