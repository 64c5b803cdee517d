import { type RefObject, useEffect, useRef } from 'react';

/** Something that appeared this recently is new to the person too. */
const FRESH_MS = 2000;

/**
 * Tints an element for a moment when `value` changes while it is in sight, and when it appears although `changedAt` is
 * only just past: a new key. Scrolling it into sight is no change.
 */
export function useFlash(element: RefObject<HTMLElement | null>, value: string, changedAt: string | null): void {
  const before = useRef<string | null>(null);
  useEffect(() => {
    const first = before.current === null;
    const same = before.current === value;
    before.current = value;
    const isNew = first && changedAt !== null && Date.now() - Date.parse(changedAt) < FRESH_MS;
    if (same || (first && !isNew) || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const tint = getComputedStyle(document.documentElement).getPropertyValue('--flash');
    const animation = element.current?.animate([{ backgroundColor: tint }, {}], { duration: 1100, easing: 'ease-out' });
    return () => animation?.cancel();
  }, [element, value, changedAt]);
}
