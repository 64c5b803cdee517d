import { useEffect, useRef } from 'react';
import styles from './flash.module.css';

let query: MediaQueryList | null = null;
/** Whether the person wants no motion; asked of the page once. */
const stillness = (): MediaQueryList => (query ??= window.matchMedia('(prefers-reduced-motion: reduce)'));

/** Shows a value and tints the ground behind it for a moment when it changes, without moving anything. Not at its first sight. */
export function Flash({
  value,
  children,
}: {
  readonly value: string | number | null;
  readonly children: React.ReactNode;
}): React.ReactNode {
  const element = useRef<HTMLSpanElement>(null);
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    if (stillness().matches) return;
    // Through the Web Animations API: no class to take off again, and a new change begins the fade anew.
    const animation = element.current?.animate(
      [{ backgroundColor: 'var(--flash)' }, { backgroundColor: 'transparent' }],
      {
        duration: 1100,
        easing: 'ease-out',
      },
    );
    return () => animation?.cancel();
  }, [value]);
  return (
    <span ref={element} className={styles.flash}>
      {children}
    </span>
  );
}
