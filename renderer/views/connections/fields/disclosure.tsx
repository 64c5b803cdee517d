import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../../../components/icon';
import styles from '../connection-form.module.css';

export interface DisclosureProps {
  readonly title: string;
  /** One grey line below, while it is folded. */
  readonly hint: string;
  readonly startsOpen: boolean;
  /** Something in it is wrong and must be seen, whatever the person chose. */
  readonly mustOpen: boolean;
  readonly children: React.ReactNode;
}

/** A part of a form that most leave as it is. */
export function Disclosure({ title, hint, startsOpen, mustOpen, children }: DisclosureProps): React.ReactNode {
  const [chosen, setChosen] = useState(startsOpen);
  const panel = useId();
  const open = mustOpen || chosen;
  return (
    <section className={styles.disclosure}>
      <Button className={styles.fold ?? ''} aria-expanded={open} aria-controls={panel} onPress={() => setChosen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} size={14} />
        <span className={styles.foldTitle}>{title}</span>
        {!open && <span className={styles.description}>{hint}</span>}
      </Button>
      <div id={panel} className={styles.folded} hidden={!open}>
        {open && children}
      </div>
    </section>
  );
}
