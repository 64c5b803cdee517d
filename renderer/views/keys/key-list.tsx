import { memo, useId, useRef } from 'react';
import type { KeyDetail } from '../../../app/ipc/detail';
import { StateMark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { exactBytes, formatBytes, formatClock, instantHint } from '../../lib/format';
import { useVirtualRows } from '../../lib/use-virtual-rows';
import { countsWrites, keyWords, shortName } from './key-words';
import { hasProblem } from './reading';
import { SessionTtl } from './session-ttl';
import { StoredText } from './stored-text';
import { useFlash } from './use-flash';
import lists from '../../components/list-and-detail.module.css';
import styles from './key-list.module.css';

const PAGE = 10;

export interface KeyListProps {
  readonly keys: readonly KeyDetail[];
  readonly selected: string | null;
  readonly namespace: string;
  readonly scope: string;
  readonly onSelect: (key: string) => void;
}

/** The keys in the store's order, one a row; only those in sight are in the page. */
export function KeyList({ keys, selected, namespace, scope, onSelect }: KeyListProps): React.ReactNode {
  const id = useId();
  const at = keys.findIndex((node) => node.key === selected);
  const { scroller, items, height } = useVirtualRows(keys.length, (index) => keys[index]?.key, selected, at);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const to = target(event.key, at, keys.length);
    const node = to === null || event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[to];
    if (node === undefined) return;
    event.preventDefault();
    onSelect(node.key);
  };

  return (
    <div className={cx(lists.table, styles.table)}>
      <div className={cx(styles.columns, lists.head)} aria-hidden="true">
        <span>Key</span>
        <span
          className={styles.right}
          data-hint="How long the key’s session (etcd: lease) still lives unless it is renewed."
        >
          TTL
        </span>
        <span className={styles.right}>Size</span>
        <span className={styles.right} data-hint="The store’s revision at the key’s last change.">
          Revision
        </span>
        <span
          className={cx(styles.right, styles.wide)}
          data-hint="How many times the key was written since it was created."
        >
          Version
        </span>
        <span className={cx(styles.right, styles.wide)} data-hint="When Herdscope saw it change.">
          Changed
        </span>
      </div>
      <div
        ref={scroller}
        role="listbox"
        tabIndex={0}
        aria-label="Keys"
        aria-activedescendant={items.some((item) => item.index === at) ? `${id}-${at}` : undefined}
        className={lists.list}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" className={lists.space} style={{ height: height }}>
          {items.map((item) => {
            const node = keys[item.index];
            if (node === undefined) return null;
            return (
              <KeyRow
                key={node.key}
                id={`${id}-${item.index}`}
                node={node}
                index={item.index}
                count={keys.length}
                top={item.start}
                isSelected={item.index === at}
                namespace={namespace}
                scope={scope}
                onSelect={onSelect}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The row that a key press goes to; null when it is no such key or there is no row. */
export function target(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? count - 1 : at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: count - 1,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

interface KeyRowProps {
  readonly id: string;
  readonly node: KeyDetail;
  readonly index: number;
  readonly count: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly namespace: string;
  readonly scope: string;
  readonly onSelect: (key: string) => void;
}

const KeyRow = memo(function KeyRow(props: KeyRowProps): React.ReactNode {
  const { id, node, index, count, top, isSelected, namespace, scope, onSelect } = props;
  const element = useRef<HTMLDivElement>(null);
  useFlash(element, node.modRevision, node.changedAt);
  const [folders, name] = shortName(namespace, scope, node.key);
  const wrong = hasProblem(keyWords(namespace, node.key), node);
  return (
    <div
      ref={element}
      id={id}
      role="option"
      aria-selected={isSelected}
      aria-setsize={count}
      aria-posinset={index + 1}
      aria-label={`${folders}${name}, ${formatBytes(node.bytes)}, revision ${node.modRevision}${wrong ? ', not what Patroni expects' : ''}`}
      data-key={node.key}
      className={cx(styles.columns, lists.row)}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onSelect(node.key)}
    >
      <span className={styles.name} title={name.length > 30 ? node.key : undefined}>
        {wrong && <StateMark mark="warning" size={10} />}
        <bdi className="ellipsis">
          <span className={styles.folders}>
            <StoredText text={folders} />
          </span>
          {name === '' ? <span className="faint">(empty name)</span> : <StoredText text={name} />}
        </bdi>
      </span>
      <span className={styles.figure}>{node.session !== null && <SessionTtl id={node.session} />}</span>
      <span className={styles.figure} data-hint={exactBytes(node.bytes)}>
        {formatBytes(node.bytes)}
      </span>
      <span className={styles.figure}>{node.modRevision}</span>
      <span className={cx(styles.figure, styles.wide)}>{countsWrites(node) && node.version}</span>
      <span
        className={cx(styles.figure, styles.wide)}
        data-hint={node.changedAt === null ? 'Not since Herdscope connected.' : instantHint(node.changedAt)}
      >
        {node.changedAt !== null && formatClock(new Date(node.changedAt))}
      </span>
    </div>
  );
});
