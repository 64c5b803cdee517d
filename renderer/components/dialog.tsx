import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components/Modal';
import { cx } from '../lib/cx';
import { IconButton } from './icon-button';
import { Icon } from './icon';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** One grey line below the title. */
  readonly subtitle?: React.ReactNode;
  readonly children: React.ReactNode;
  /** Buttons at the bottom right; stays in sight while the body scrolls. */
  readonly footer?: React.ReactNode;
  readonly size?: 'small' | 'medium' | 'large';
  /** For a question that must be answered. */
  readonly role?: 'dialog' | 'alertdialog';
  /** False keeps it open at a click beside it: for a form with something typed in. Escape always closes. */
  readonly closeOnOutsideClick?: boolean;
}

/** A dialog over the window, open while it is rendered. Focus stays in it and goes back to where it was. */
export function Dialog(props: DialogProps): React.ReactNode {
  const {
    title,
    onClose,
    subtitle,
    children,
    footer,
    size = 'medium',
    role = 'dialog',
    closeOnOutsideClick = true,
  } = props;
  return (
    <ModalOverlay
      isOpen
      isDismissable={closeOnOutsideClick}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className={styles.veil ?? ''}
    >
      <Modal className={cx(styles.modal, styles[size])}>
        <AriaDialog role={role} className={styles.dialog ?? ''}>
          <header className={styles.head}>
            <div>
              <Heading slot="title" className={styles.title ?? ''}>
                {title}
              </Heading>
              {subtitle !== undefined && <p className="dim">{subtitle}</p>}
            </div>
            <IconButton label="Close" onPress={onClose}>
              <Icon name="close" />
            </IconButton>
          </header>
          <div className={styles.body}>{children}</div>
          {footer !== undefined && <footer className={styles.foot}>{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
