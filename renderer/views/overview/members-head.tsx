import { memo } from 'react';
import { cx } from '../../lib/cx';
import type { Column } from './member-columns';
import type { Sort } from '../../../app/cluster/member-table';
import styles from './members-table.module.css';

export interface MembersHeadProps {
  readonly columns: readonly Column[];
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
}

/** The column heads; each sorts up, then down, then no more. */
export const MembersHead = memo(function MembersHead({ columns, sort, onSort }: MembersHeadProps): React.ReactNode {
  return (
    <thead className={styles.head}>
      <tr>
        <th scope="col">
          <span className="visually-hidden">State mark</span>
        </th>
        {columns.map((c) => {
          const mine = sort?.column === c.id ? sort : null;
          return (
            <th
              key={c.id}
              scope="col"
              className={cx(c.right === true && styles.right)}
              aria-sort={mine === null ? 'none' : mine.descending ? 'descending' : 'ascending'}
            >
              <button
                type="button"
                data-hint={c.hint}
                onClick={() =>
                  onSort(
                    mine === null
                      ? { column: c.id, descending: false }
                      : mine.descending
                        ? null
                        : { column: c.id, descending: true },
                  )
                }
              >
                {c.label}
                <span className={styles.arrow} aria-hidden="true">
                  {mine === null ? '' : mine.descending ? '↓' : '↑'}
                </span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
});
