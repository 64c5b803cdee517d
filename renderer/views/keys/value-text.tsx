import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useMemo, useRef } from 'react';
import { cx } from '../../lib/cx';
import { type Reading, rowsOf } from './reading';
import { gapAfter, type Row } from './rows';
import type { Range } from '../../../app/secrets/secret-ranges';
import { StoredText } from './stored-text';
import styles from './value-text.module.css';

/** Above this many lines only those in sight are in the page. */
const VIRTUAL_FROM = 400;
const LINE_HEIGHT = 19;
/** Deeper lines are not moved in further: they would have no room left. */
const DEEPEST = 24;

export interface ValueTextProps {
  readonly reading: Reading;
  readonly pretty: boolean;
  /** Whether passwords are shown as they are. */
  readonly reveal: boolean;
  readonly label: string;
}

const nothing: readonly Range[] = [];

/** A value, line by line, every character of it as text. */
export function ValueText({ reading, pretty, reveal, label }: ValueTextProps): React.ReactNode {
  const rows = useMemo(() => rowsOf(reading, pretty), [reading, pretty]);
  const secrets = reveal ? nothing : reading.secrets;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = rows.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: virtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  return (
    <div ref={scroller} className={styles.scroller} tabIndex={0} role="region" aria-label={label}>
      {virtual ? (
        <div className={styles.space} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <div
                  key={item.key}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  className={styles.placed}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <Line row={row} reading={reading} secrets={secrets} />
                </div>
              )
            );
          })}
        </div>
      ) : (
        rows.map((row, index) => <Line key={index} row={row} reading={reading} secrets={secrets} />)
      )}
    </div>
  );
}

interface LineProps {
  readonly row: Row;
  readonly reading: Reading;
  readonly secrets: readonly Range[];
}

const Line = memo(function Line({ row, reading, secrets }: LineProps): React.ReactNode {
  const { text, tokens } = reading;
  const indent = Math.min(row.indent, DEEPEST);
  return (
    <div className={styles.line} style={{ paddingLeft: `${indent * 2 + 2}ch` }}>
      {row.kind === 'text' ? (
        <span className={cx(styles.piece, styles[tokens[row.token]?.kind ?? 'plain'])}>
          <StoredText text={text} start={row.start} end={row.end} secrets={secrets} />
          {row.goesOn && (
            <span className={styles.goesOn} aria-hidden="true">
              ↩
            </span>
          )}
        </span>
      ) : (
        tokens.slice(row.from, row.to + 1).map((token, offset) => (
          <span key={token.start}>
            <span className={cx(styles.piece, styles[token.kind])}>
              <StoredText text={text} start={token.start} end={token.end} secrets={secrets} />
            </span>
            {row.from + offset < row.to && gapAfter(tokens, text, row.from + offset)}
          </span>
        ))
      )}
    </div>
  );
});
