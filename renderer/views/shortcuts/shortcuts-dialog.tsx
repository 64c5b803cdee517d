import { Fragment } from 'react';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { useSession } from '../../stores/hooks';
import styles from './shortcuts-dialog.module.css';

/** `Mod` is the Command key on a Mac and Ctrl elsewhere. */
const shortcuts: readonly (readonly [keys: string, does: string])[] = [
  ['Mod K', 'Find anything: a cluster, a member, a key, a command'],
  ['Mod F', 'Search the fleet list'],
  ['Alt ↓', 'The next cluster'],
  ['Alt ↑', 'The cluster before'],
  ['Mod N', 'Add a connection'],
  ['Mod ,', 'Settings'],
  ['← → ↑ ↓', 'Move in a list, in the tree, between the pages of a cluster'],
  ['Enter', 'Open or choose what is marked'],
  ['Tab', 'The next part of the window'],
  ['Esc', 'Close what lies over the window'],
  ['F1', 'This page'],
];

/** All that the keyboard can do. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  const mod = useSession((s) => (s.platform === 'darwin' ? '⌘' : 'Ctrl'));
  return (
    <Dialog title="Keyboard" size="small" onClose={onClose} footer={<Button onPress={onClose}>Close</Button>}>
      <dl className={styles.list}>
        {shortcuts.map(([keys, does]) => (
          <Fragment key={keys}>
            <dt>
              {keys
                .replace('Mod', mod)
                .split(' ')
                .map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
            </dt>
            <dd>{does}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
