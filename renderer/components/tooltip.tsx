import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import styles from './tooltip.module.css';

// Explanations are one layer for the whole window: any element with `data-hint` has one. A table of 500 rows costs
// nothing more for it, which a tooltip component in each cell would.

interface Shown {
  readonly text: string;
  readonly box: DOMRect;
}

const DELAY_MS = 350;

function hinted(target: EventTarget | null): HTMLElement | null {
  const found = target instanceof Element ? target.closest('[data-hint]') : null;
  return found instanceof HTMLElement || found instanceof SVGElement ? (found as HTMLElement) : null;
}

/** Shows the explanation under the pointer or the focus. Rendered once, at the window's root. */
export function TooltipLayer(): React.ReactNode {
  const [shown, setShown] = useState<Shown | null>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  const bubble = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let current: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let keyboard = false;

    const hide = () => {
      clearTimeout(timer);
      if (current) current.removeAttribute('aria-describedby');
      current = null;
      setShown(null);
    };
    const show = (element: HTMLElement, delay: number) => {
      if (element === current) return;
      hide();
      current = element;
      timer = setTimeout(() => {
        const text = element.dataset.hint;
        if (!element.isConnected || text === undefined || text === '') return;
        if (text !== element.getAttribute('aria-label')) element.setAttribute('aria-describedby', 'hint');
        setShown({ text, box: element.getBoundingClientRect() });
      }, delay);
    };
    const over = (event: PointerEvent) => {
      const element = hinted(event.target);
      if (element) show(element, DELAY_MS);
      else hide();
    };
    const focus = (event: FocusEvent) => {
      const element = hinted(event.target);
      if (keyboard && element !== null && element === event.target) show(element, DELAY_MS);
      else hide();
    };
    const key = (event: KeyboardEvent) => {
      keyboard = true;
      if (event.key === 'Escape') hide();
    };
    const press = () => {
      keyboard = false;
      hide();
    };
    const leave = (event: PointerEvent) => {
      if (event.relatedTarget === null) hide();
    };

    document.addEventListener('pointerover', over);
    document.addEventListener('pointerout', leave);
    document.addEventListener('focusin', focus);
    document.addEventListener('keydown', key, true);
    document.addEventListener('pointerdown', press, true);
    document.addEventListener('scroll', hide, true);
    return () => {
      hide();
      document.removeEventListener('pointerover', over);
      document.removeEventListener('pointerout', leave);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('keydown', key, true);
      document.removeEventListener('pointerdown', press, true);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);

  useLayoutEffect(() => {
    const element = bubble.current;
    if (!shown || !element) {
      setPlace(null);
      return;
    }
    const { width, height } = element.getBoundingClientRect();
    const { box } = shown;
    const left = Math.max(
      8,
      Math.min(box.left + Math.min(box.width / 2, 120) - width / 2, window.innerWidth - width - 8),
    );
    const below = box.bottom + 6;
    setPlace({ left, top: below + height + 8 > window.innerHeight ? box.top - height - 6 : below });
  }, [shown]);

  if (!shown) return null;
  return (
    <div
      ref={bubble}
      id="hint"
      role="tooltip"
      className={styles.bubble}
      style={{ left: place?.left ?? 0, top: place?.top ?? 0, visibility: place ? 'visible' : 'hidden' }}
    >
      {shown.text}
    </div>
  );
}
