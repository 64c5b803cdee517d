import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { cx } from '../lib/cx';
import styles from './menu.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly onAction: () => void;
  readonly danger?: boolean;
  readonly isDisabled?: boolean;
  /** A key shortcut as it is shown, e.g. `Ctrl+K`. */
  readonly shortcut?: string;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuEntry[];
  /** The button that opens it. */
  readonly children: React.ReactNode;
}

export function Menu({ label, items, children }: MenuProps): React.ReactNode {
  return (
    <MenuTrigger>
      {children}
      <Popover className={styles.popover ?? ''} placement="bottom end">
        <AriaMenu aria-label={label} className={styles.menu ?? ''}>
          {items.map((item) => (
            <MenuItem
              key={item.id}
              id={item.id}
              textValue={item.label}
              onAction={item.onAction}
              isDisabled={item.isDisabled ?? false}
              className={cx(styles.item, item.danger === true && styles.danger)}
            >
              <span>{item.label}</span>
              {item.shortcut !== undefined && <kbd>{item.shortcut}</kbd>}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
