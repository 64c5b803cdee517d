import { memo } from 'react';
import type { EdgeKind } from '../../../app/topology/topology';
import { cx } from '../../lib/cx';
import { formatBytes } from '../../lib/format';
import { edgeWords } from '../../words';
import type { PlacedEdge } from '../../../app/topology/drawing';
import styles from './tree-edge.module.css';

const lineStyle: Record<EdgeKind, string> = {
  streaming: 'streaming',
  'in archive recovery': 'archive',
  'not streaming': 'broken',
  unknown: 'unknown',
};

/** A word at the line where the line alone could be taken for a streaming one. */
const lineWord: Record<EdgeKind, string | null> = {
  streaming: null,
  'in archive recovery': 'archive',
  'not streaming': 'no stream',
  unknown: null,
};

export const TreeEdge = memo(function TreeEdge({ placed }: { readonly placed: PlacedEdge }): React.ReactNode {
  const { edge, path, x, y, maximumLag } = placed;
  const behind = edge.lagBytes !== null && edge.lagBytes > maximumLag;
  const word = lineWord[edge.kind];
  const hint =
    edge.lagBytes === null
      ? edgeWords[edge.kind]
      : `${edgeWords[edge.kind]} ${formatBytes(edge.lagBytes)} behind the leader.`;
  return (
    <g data-hint={hint}>
      <path d={path} className={styles.touch} />
      <path d={path} className={cx(styles.line, styles[lineStyle[edge.kind] ?? 'unknown'], behind && styles.behind)} />
      {word !== null && (
        <text x={x - 8} y={y - 6} textAnchor="end" className={styles.word}>
          {word}
        </text>
      )}
    </g>
  );
});
