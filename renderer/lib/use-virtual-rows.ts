import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';

/** As in `components/list-and-detail.module.css`. */
const ROW_HEIGHT = 28;

/** A list of which only the rows in sight are in the page. */
export interface VirtualRows {
  readonly scroller: React.RefObject<HTMLDivElement | null>;
  readonly items: readonly VirtualItem[];
  /** In pixels. */
  readonly height: number;
}

/**
 * The rows to draw of `count`. What is chosen elsewhere, e.g. in a finding, comes into sight; what the feed changes does not
 * scroll. `at` is the chosen row, below 0 for none in the list.
 */
export function useVirtualRows(
  count: number,
  idOf: (index: number) => string | undefined,
  selected: string | null,
  at: number,
): VirtualRows {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => idOf(index) ?? index,
    overscan: 12,
  });
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (at < 0 || selected === shown.current) return;
    shown.current = selected;
    virtualizer.scrollToIndex(at, { align: 'auto' });
  }, [at, selected, virtualizer]);
  return { scroller, items: virtualizer.getVirtualItems(), height: virtualizer.getTotalSize() };
}
