import { memo } from 'react';
import type { TopologyNode } from '../../../app/topology/topology';
import { Flash } from '../../components/flash';
import { Name } from '../../components/name';
import { type Mark, StateMark } from '../../components/state-mark';
import { cx } from '../../lib/cx';
import { exactBytes, formatBytes } from '../../lib/format';
import { useIsLit } from '../../stores/lit';
import { roleWords, stateHint } from '../../words';
import { NODE, type PlacedNode } from '../../../app/topology/drawing';
import { upstreamNote } from '../../../app/topology/upstream-note';
import styles from './tree-node.module.css';

/** `npm run bench -- start` asks the page when the first element with this name was painted. */
const memberTiming = 'member';

export interface TreeNodeProps {
  readonly placed: PlacedNode;
  readonly mark: Mark;
  readonly selected: boolean;
  readonly tabStop: boolean;
  readonly onFocusNode: (id: string) => void;
  readonly onSelect: (group: number | null, name: string | null) => void;
}

export const TreeNode = memo(function TreeNode(props: TreeNodeProps): React.ReactNode {
  const { placed, mark, selected, tabStop, onFocusNode, onSelect } = props;
  const { id, node, group, x, y } = placed;
  const name = node.kind === 'remote' ? null : node.name;
  const leads = node.kind !== 'remote' && (node.role === 'Leader' || node.role === 'Standby Leader');
  const note = upstreamNote(node.upstream);
  const lit = useIsLit(group, name);
  return (
    <button
      type="button"
      data-node={id}
      tabIndex={tabStop ? 0 : -1}
      aria-pressed={selected}
      aria-label={[spoken(node), note?.hint ?? ''].filter((words) => words !== '').join('. ')}
      className={cx(
        styles.node,
        leads && styles.leader,
        selected && styles.selected,
        lit && styles.lit,
        node.kind !== 'member' && styles.ghost,
      )}
      style={{ left: x, top: y, width: NODE.nodeWidth, height: NODE.nodeHeight }}
      onFocus={() => onFocusNode(id)}
      onClick={() => onSelect(group, selected ? null : name)}
    >
      <span className={styles.mark}>
        <StateMark mark={mark} label="" />
      </span>
      <NodeWords placed={placed} />
      {note !== null && (
        <span className={styles.note} data-hint={note.hint}>
          {note.text}
        </span>
      )}
    </button>
  );
});

function NodeWords({ placed }: { readonly placed: PlacedNode }): React.ReactNode {
  const { node, maximumLag } = placed;
  if (node.kind === 'remote') {
    return (
      <>
        <Line
          left={<Name text={node.address ?? 'archive'} className={styles.name} />}
          right={<span className={styles.role}>source</span>}
        />
        <Line
          left={<span className={styles.dim}>remote cluster</span>}
          right={node.slot === null ? null : <Name text={`slot ${node.slot}`} className={styles.dim} />}
        />
      </>
    );
  }
  const role = (
    <span className={styles.role} data-hint={roleWords[node.role]} elementtiming={memberTiming}>
      {node.role}
    </span>
  );
  const name = <Name text={node.name} className={styles.name} />;
  if (node.kind === 'missing') {
    return (
      <>
        <Line left={name} right={role} />
        <Line left={<span className={styles.dim}>no member key</span>} right={null} />
      </>
    );
  }
  const leads = node.role === 'Leader' || node.role === 'Standby Leader';
  const lag = node.lagBytes;
  return (
    <>
      <Line left={name} right={role} />
      <Line
        left={
          <span className={cx(styles.dim, 'ellipsis')} data-hint={stateHint(node.state)}>
            <Flash value={node.state}>{node.state ?? 'state not known'}</Flash>
          </span>
        }
        right={
          leads ? (
            node.timeline !== null && <span className={cx('mono', styles.dim)}>TL {node.timeline}</span>
          ) : (
            <span
              className={cx('mono', lag !== null && lag > maximumLag ? styles.behind : styles.dim)}
              data-hint={
                lag === null
                  ? 'The member does not say how far it has replayed.'
                  : `${exactBytes(lag)} behind the leader (replay)`
              }
            >
              {lag === null ? '–' : <Flash value={lag}>{formatBytes(lag)}</Flash>}
            </span>
          )
        }
      />
    </>
  );
}

function Line({ left, right }: { readonly left: React.ReactNode; readonly right: React.ReactNode }): React.ReactNode {
  return (
    <span className={styles.line}>
      {left}
      {right}
    </span>
  );
}

function spoken(node: TopologyNode): string {
  switch (node.kind) {
    case 'remote':
      return `remote cluster ${node.address ?? 'by archive'}`;
    case 'missing':
      return `${node.name}, ${node.role}, no member key`;
    case 'member':
      return [
        node.name,
        node.role,
        node.state ?? 'state not known',
        node.lagBytes === null ? '' : `lag ${formatBytes(node.lagBytes)}`,
      ]
        .filter((w) => w !== '')
        .join(', ');
  }
}
