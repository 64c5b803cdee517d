import { useEffect, useRef } from 'react';
import styles from './flash.module.css';

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
    if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    // Through the Web Animations API: no class to take off again, and a new change begins the fade anew.
    const ground = getComputedStyle(document.documentElement).getPropertyValue('--flash');
    const animation = element.current?.animate([{ backgroundColor: ground }, { backgroundColor: 'transparent' }], {
      duration: 1100,
      easing: 'ease-out',
    });
    return () => animation?.cancel();
  }, [value]);
  return (
    <span ref={element} className={styles.flash}>
      {children}
    </span>
  );
}
