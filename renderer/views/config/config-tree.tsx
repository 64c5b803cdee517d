import { memo, useId } from 'react';
import { type ConfigRow, shownValue } from '../../../app/configuration/tree';
import { effectWords } from '../../../app/configuration/setting';
import { Flash } from '../../components/flash';
import { Icon } from '../../components/icon';
import { StateMark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { formatBytes } from '../../lib/format';
import { useVirtualRows } from '../../lib/use-virtual-rows';
import { excerpt } from '../../../app/text';
import { StoredText } from '../keys/stored-text';
import { hiddenIn, type KeyNote, treeKey, worstOf } from './config-model';
import lists from '../../components/list-and-detail.module.css';
import styles from './config.module.css';

export interface ConfigTreeProps {
  readonly rows: readonly ConfigRow[];
  readonly closed: ReadonlySet<string>;
  readonly notes: ReadonlyMap<string, readonly KeyNote[]>;
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly onToggle: (id: string) => void;
}

/** The keys of the configuration; only those in sight are in the page. */
export function ConfigTree({ rows, closed, notes, selected, onSelect, onToggle }: ConfigTreeProps): React.ReactNode {
  const id = useId();
  const at = rows.findIndex((row) => row.id === selected);
  const { scroller, items, height } = useVirtualRows(rows.length, (index) => rows[index]?.id, selected, at);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = treeKey(event.key, rows, at, closed);
    if (act === null) return;
    event.preventDefault();
    if ('toggle' in act) onToggle(act.toggle);
    else {
      const row = rows[act.to];
      if (row) onSelect(row.id);
    }
  };

  return (
    <div className={lists.table}>
      <div className={cx(styles.columns, lists.head, styles.head)} aria-hidden="true">
        <span>Key</span>
        <span data-hint="As it is in the store. Grey: not set, and this is the default.">Value</span>
        <span className={styles.effect} data-hint="What it takes until a change of the value has an effect.">
          A change takes
        </span>
      </div>
      <div
        ref={scroller}
        role="tree"
        tabIndex={0}
        aria-label="Dynamic configuration"
        aria-activedescendant={items.some((item) => item.index === at) ? `${id}-${at}` : undefined}
        className={cx(lists.list, styles.tree)}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" className={lists.space} style={{ height: height }}>
          {items.map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <TreeRow
                key={row.id}
                id={`${id}-${item.index}`}
                row={row}
                top={item.start}
                isOpen={row.isBranch && !closed.has(row.id)}
                isSelected={item.index === at}
                severity={worstOf(notes.get(row.id))}
                onSelect={onSelect}
                onToggle={onToggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface TreeRowProps {
  readonly id: string;
  readonly row: ConfigRow;
  readonly top: number;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly severity: KeyNote['severity'] | null;
  readonly onSelect: (id: string) => void;
  readonly onToggle: (id: string) => void;
}

const TreeRow = memo(function TreeRow(props: TreeRowProps): React.ReactNode {
  const { id, row, top, isOpen, isSelected, severity, onSelect, onToggle } = props;
  const { name, level, setting, value, isBranch, path } = row;
  const text = excerpt(shownValue(row), 120);
  const hidden = hiddenIn(row, text);
  const effect = setting === null || isBranch ? null : setting.effect;
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={level}
      aria-setsize={row.siblings}
      aria-posinset={row.place}
      aria-expanded={isBranch ? isOpen : undefined}
      aria-selected={isSelected}
      aria-label={spoken(row, hidden.length > 0, severity)}
      data-path={path.join('.')}
      className={cx(styles.columns, lists.row, value === undefined && styles.unset)}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onSelect(row.id)}
      onDoubleClick={() => {
        if (isBranch) onToggle(row.id);
      }}
    >
      <span className={styles.name} style={{ paddingLeft: (level - 1) * 16 }}>
        <span
          className={styles.chevron}
          onClick={() => {
            if (isBranch) onToggle(row.id);
          }}
        >
          {isBranch && <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={13} />}
        </span>
        {severity !== null && <StateMark mark={severity} label="" size={10} />}
        <bdi className={cx('ellipsis', setting === null && level < 3 && styles.unknown)}>
          <StoredText text={name} />
        </bdi>
      </span>
      <bdi className={styles.value}>
        <Flash value={text}>
          <StoredText text={text} secrets={hidden} />
          {value !== undefined && !isBranch && <Unit row={row} />}
        </Flash>
      </bdi>
      <span className={styles.effect}>
        {effect !== null && (
          <span className={cx(effect === 'restart' && styles.restart)} data-hint={effectWords[effect].long}>
            {effectWords[effect].short}
          </span>
        )}
      </span>
    </div>
  );
});

/** The unit of a number that is stored without one. */
function Unit({ row }: { readonly row: ConfigRow }): React.ReactNode {
  const { value, setting } = row;
  const bare = typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value));
  if (!bare || setting?.unit == null) return null;
  const large = setting.unit === 'B' && Number(value) >= 1024 ? ` = ${formatBytes(Number(value))}` : '';
  return (
    <span className={styles.unit}>
      {' '}
      {setting.unit}
      {large}
    </span>
  );
}

function spoken(row: ConfigRow, isHidden: boolean, severity: KeyNote['severity'] | null): string {
  const value = isHidden ? 'hidden' : excerpt(shownValue(row), 120);
  const words = row.isBranch ? '' : row.value === undefined ? `, not set, by default ${value}` : `, ${value}`;
  return `${row.name}${words}${severity === null ? '' : `, ${severity === 'info' ? 'worth knowing' : severity}`}`;
}
