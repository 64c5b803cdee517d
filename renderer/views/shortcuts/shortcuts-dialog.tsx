import { Fragment } from 'react';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { Keys } from '../../components/keys';
import { shortcutGroups } from '../../shortcuts';
import styles from './shortcuts-dialog.module.css';

/** All that the keyboard can do. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): React.ReactNode {
  return (
    <Dialog
      title="Keyboard"
      subtitle="Everything in the window can be reached without the mouse."
      size="large"
      onClose={onClose}
      footer={
        <Button autoFocus onPress={onClose}>
          Close
        </Button>
      }
    >
      {/* Reachable, so that a small window can be scrolled by keyboard. */}
      <div className={styles.groups} role="group" aria-label="Shortcuts" tabIndex={0}>
        {shortcutGroups.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3 className={styles.title}>{title}</h3>
            <dl className={styles.list}>
              {shortcuts.map(({ keys, does }) => (
                <div key={does} className={styles.row}>
                  <dt>
                    {keys.map((combination, index) => (
                      <Fragment key={combination.join(' ')}>
                        {index > 0 && <span className="faint"> or </span>}
                        <Keys keys={combination} />
                      </Fragment>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
