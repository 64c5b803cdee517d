import { memo } from 'react';
import { Badge } from '../../components/badge';
import { copyText } from '../../components/copy-button';
import { Flash } from '../../components/flash';
import { Icon } from '../../components/icon';
import { InlineName, Name } from '../../components/name';
import { StateMark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { exactBytes, formatDuration, formatInstant, instantHint } from '../../lib/format';
import { useNow } from '../../lib/now';
import { selectMember, toast } from '../../stores/ui';
import { columnWords, roleWords, stateHint, tagHint } from '../../words';
import type { Column } from './member-columns';
import { markOf } from '../../../app/findings/mark';
import {
  cellText,
  type ColumnId,
  restartWords,
  type TableRow,
  tagWords,
  toTsv,
} from '../../../app/cluster/member-table';
import { type Reported, reportedWords } from './reported';
import styles from './members-table.module.css';

export interface MembersRowProps {
  readonly table: TableRow;
  /** From 0, in the order shown. */
  readonly index: number;
  readonly columns: readonly Column[];
  readonly finding: 'critical' | 'warning' | undefined;
  readonly time: Reported;
  readonly selected: boolean;
  readonly tabStop: boolean;
  readonly onFocusRow: (id: string) => void;
}

const sameTime = (a: Reported, b: Reported): boolean =>
  a.kind === b.kind && (a.kind === 'unknown' || b.kind === 'unknown' || Math.abs(a.at - b.at) < 100);

/** One member. Rendered again only when one of its own figures changed. */
export const MembersRow = memo(
  function MembersRow(props: MembersRowProps): React.ReactNode {
    const { table, index, columns, finding, time, selected, tabStop, onFocusRow } = props;
    const { row, group, id } = table;
    const toggle = () => selectMember(selected ? null : { group, name: row.name });
    return (
      <tr
        role="row"
        data-member={id}
        aria-rowindex={index + 2}
        aria-selected={selected}
        tabIndex={tabStop ? 0 : -1}
        className={cx(styles.row, selected && styles.selected)}
        onFocus={() => onFocusRow(id)}
        onClick={() => {
          if (window.getSelection()?.isCollapsed !== false) toggle();
        }}
        onKeyDown={(e) => {
          if (e.target !== e.currentTarget || (e.key !== 'Enter' && e.key !== ' ')) return;
          e.preventDefault();
          toggle();
        }}
      >
        <td>
          <StateMark mark={markOf(finding, row.state)} size={10} />
        </td>
        {columns.map((c) => (
          <td key={c.id} data-column={c.id} className={cx(c.right === true && styles.right, c.mono === true && 'mono')}>
            <Cell table={table} column={c.id} time={time} />
          </td>
        ))}
      </tr>
    );
  },
  (a, b) =>
    a.table === b.table &&
    a.index === b.index &&
    a.columns === b.columns &&
    a.finding === b.finding &&
    a.selected === b.selected &&
    a.tabStop === b.tabStop &&
    a.onFocusRow === b.onFocusRow &&
    sameTime(a.time, b.time),
);

interface CellProps {
  readonly table: TableRow;
  readonly column: ColumnId;
  readonly time: Reported;
}

function Cell({ table, column, time }: CellProps): React.ReactNode {
  const { row, maximumLag } = table;
  const text = cellText(table, column);
  switch (column) {
    case 'member':
      return (
        <span className={styles.member}>
          <Name text={row.name} className={styles.name} />
          <button
            type="button"
            tabIndex={-1}
            className={styles.copy}
            aria-label={`Copy the row of ${row.name}`}
            data-hint="Copy this row (Ctrl+C)"
            onClick={(e) => {
              e.stopPropagation();
              void copyText(toTsv([table])).then((done) => done && toast(`Copied the row of ${row.name}.`));
            }}
          >
            <Icon name="copy" size={12} />
          </button>
        </span>
      );
    case 'host':
      return <Name text={text === '' ? '–' : text} className={styles.dim} />;
    case 'role':
      return (
        <span data-hint={roleWords[row.role]}>
          <Flash value={text}>{text}</Flash>
        </span>
      );
    case 'state':
      return (
        <span data-hint={stateHint(row.state)}>
          <Flash value={text}>
            {text === '' ? <span className={styles.dim}>not known</span> : <InlineName text={text} />}
          </Flash>
        </span>
      );
    case 'receive':
    case 'replay':
      return (
        <span className={styles.dim}>
          <Flash value={text}>{text}</Flash>
        </span>
      );
    case 'receiveLag':
    case 'replayLag': {
      const lag = (column === 'receiveLag' ? row.receive : row.replay)?.lagBytes;
      if (lag === undefined) return null;
      return (
        <span
          data-hint={`${exactBytes(lag)} behind the leader. ${columnWords[column]}`}
          className={lag > maximumLag ? styles.behind : undefined}
        >
          <Flash value={lag}>{text}</Flash>
        </span>
      );
    }
    case 'restart':
      return row.pendingRestart ? (
        <span
          className={cx(styles.behind, 'ellipsis', styles.block)}
          data-hint={`${columnWords.restart}\n${restartWords(row)}`}
        >
          {text}
        </span>
      ) : null;
    case 'scheduledRestart':
      return row.scheduledRestart ? (
        <ScheduledRestart at={row.scheduledRestart.at} version={row.scheduledRestart.postgresVersion} />
      ) : null;
    case 'tags':
      return row.tags.length === 0 ? null : (
        <span className={styles.tags}>
          {row.tags.map(([name, value]) => (
            <Badge key={name} hint={`${tagWords(name, value)}: ${tagHint(name)}`}>
              <InlineName text={tagWords(name, value)} />
            </Badge>
          ))}
        </span>
      );
    case 'version':
      return <span className={styles.dim}>{text}</span>;
    case 'reported':
      return <ReportedCell time={time} />;
    case 'group':
    case 'timeline':
      return <Flash value={text}>{text}</Flash>;
  }
}

function ScheduledRestart({ at, version }: { readonly at: string; readonly version: string | null }): React.ReactNode {
  const only = version === null ? '' : `\nOnly while PostgreSQL is older than ${version}.`;
  return <span data-hint={`${instantHint(at)}${only}`}>{formatInstant(at, useNow())}</span>;
}

function ReportedCell({ time }: { readonly time: Reported }): React.ReactNode {
  const hint = reportedWords[time.kind];
  if (time.kind === 'unknown') {
    return (
      <span className={styles.dim} data-hint={hint}>
        not known
      </span>
    );
  }
  return (
    <span className={styles.dim} data-hint={`${hint}\n${instantHint(new Date(time.at).toISOString())}`}>
      <Ago at={time.at} />
    </span>
  );
}

function Ago({ at }: { readonly at: number }): React.ReactNode {
  const seconds = Math.max(0, Math.round((useNow() - at) / 1000));
  return seconds === 0 ? '0 s' : formatDuration(seconds * 1000);
}
