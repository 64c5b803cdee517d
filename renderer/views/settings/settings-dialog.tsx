import type { Settings } from '../../../app/ipc/contract';
import { request } from '../../bridge';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Select } from '../../components/select';
import { Switch } from '../../components/switch';
import { useSession } from '../../stores/hooks';
import { settingsChanged } from '../../stores/session';
import { toast } from '../../stores/ui';
import styles from './settings-dialog.module.css';

const themes = [
  { id: 'system', label: 'As the system' },
  { id: 'dark', label: 'Dark' },
  { id: 'light', label: 'Light' },
] as const;

async function change(settings: Partial<Settings>): Promise<void> {
  const answer = await request('settings.update', settings);
  if (answer.ok) settingsChanged(answer.value);
  else toast(answer.error.message, 'critical');
}

/** What a person may choose. Each choice holds at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  const settings = useSession((s) => s.settings);
  const secrets = useSession((s) => s.secrets);
  const version = useSession((s) => s.appVersion);
  return (
    <Dialog title="Settings" size="small" onClose={onClose} footer={<Button onPress={onClose}>Done</Button>}>
      <div className={styles.list}>
        <Select label="Theme" options={themes} value={settings.theme} onChange={(theme) => void change({ theme })} />
        <Switch
          label="Notifications"
          description="When a leader changes, or a cluster loses its leader. Never for the practice herd."
          isSelected={settings.notifications}
          onChange={(notifications) => void change({ notifications })}
        />
        <Switch
          label="Practice herd"
          description="A simulated herd in the fleet list. Nothing in it is real."
          isSelected={settings.practice}
          onChange={(practice) => void change({ practice })}
        />
        <p className="faint">
          Herdscope {version}.{' '}
          {secrets === 'keychain'
            ? 'Passwords are kept in the system’s keychain.'
            : 'This machine has no keychain: passwords are kept for this run only.'}
        </p>
      </div>
    </Dialog>
  );
}
