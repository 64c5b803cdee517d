import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Icon } from '../../components/icon';
import { IconButton } from '../../components/icon-button';
import { Panel } from '../../components/panel';
import type { Mark } from '../../components/state-mark';
import { plural } from '../../lib/format';
import { useDetail, useUi } from '../../stores/hooks';
import { selectMember } from '../../stores/ui';
import { markOf, memberId, worstByMember } from '../../../app/findings/mark';
import { pictureCaption } from './picture-caption';
import { pictureColours, savePicture } from './save-tree';
import { type Drawing, neighbour, NODE, type PlacedNode } from '../../../app/topology/drawing';
import { treePicture } from '../../../app/topology/tree-picture';
import { TreeEdge } from './tree-edge';
import { TreeNode } from './tree-node';
import { fit, reveal, type Size, type View, zoom } from './view-box';
import styles from './tree.module.css';

const none: readonly never[] = [];

/** Who follows whom, from left to right. */
export function Tree({ picture }: { readonly picture: Drawing }): React.ReactNode {
  const findings = useDetail((d) => d.findings, none);
  const worst = useMemo(() => worstByMember(findings), [findings]);
  const member = useUi((s) => s.member);
  const selected =
    member === null
      ? null
      : (picture.nodes.find((n) => n.group === member.group && 'name' in n.node && n.node.name === member.name)?.id ??
        null);
  const { frame, view, zoomBy, refit, show } = useView(picture);
  const [focused, setFocused] = useState<string | null>(null);
  const tabStop = picture.nodes.some((n) => n.id === focused) ? focused : (selected ?? picture.nodes[0]?.id ?? null);

  const shownSelected = useRef<string | null>(null);
  useEffect(() => {
    if (selected === shownSelected.current) return;
    shownSelected.current = selected;
    const node = picture.nodes.find((n) => n.id === selected);
    if (node) show(node);
  }, [selected, picture, show]);

  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset.node : undefined;
    if (id === undefined) return;
    const to = neighbour(picture, id, event.key);
    const node = picture.nodes.find((n) => n.id === to);
    if (!node) return;
    event.preventDefault();
    setFocused(node.id);
    show(node);
    frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(node.id)}"]`)?.focus({ preventScroll: true });
  };

  const markOfNode = useCallback(
    ({ node, group }: PlacedNode): Mark => {
      if (node.kind === 'member') return markOf(worst.get(memberId(group, node.name)), node.state);
      return node.kind === 'missing' ? 'critical' : 'unknown';
    },
    [worst],
  );
  const save = useCallback(
    (kind: 'svg' | 'png') => {
      const caption = pictureCaption('replication');
      void savePicture(caption.title, kind, treePicture(picture, markOfNode, pictureColours(), caption));
    },
    [picture, markOfNode],
  );

  const streaming = picture.edges.filter((e) => e.edge.kind === 'streaming').length;
  return (
    <Panel
      title="Replication"
      className={styles.panel}
      caption={
        <TreeTools streaming={streaming} edges={picture.edges.length} zoomBy={zoomBy} refit={refit} save={save} />
      }
    >
      <div
        ref={frame}
        className={styles.frame}
        role="group"
        aria-label="Replication tree. The arrow keys go from member to member."
        onKeyDown={onKeyDown}
        onScroll={(e) => e.currentTarget.scrollTo(0, 0)}
      >
        {picture.nodes.length === 0 && <p className={styles.none}>No member has a key in the store.</p>}
        <div
          className={styles.canvas}
          style={{
            width: picture.width,
            height: picture.height,
            transform: `translate(${view.x}px, ${view.y}px) scale(${view.k})`,
          }}
        >
          <svg className={styles.lines} width={picture.width} height={picture.height} aria-hidden="true">
            {picture.edges.map((e) => (
              <TreeEdge key={e.id} placed={e} />
            ))}
          </svg>
          {picture.labels.map((l) => (
            <span key={l.text} className={styles.label} style={{ left: l.x, top: l.y }}>
              {l.text}
            </span>
          ))}
          {picture.nodes.map((n) => (
            <TreeNode
              key={n.id}
              placed={n}
              mark={markOfNode(n)}
              selected={n.id === selected}
              tabStop={n.id === tabStop}
              onFocusNode={setFocused}
              onSelect={select}
            />
          ))}
        </div>
      </div>
    </Panel>
  );
}

interface TreeToolsProps {
  readonly streaming: number;
  readonly edges: number;
  readonly zoomBy: (factor: number) => void;
  readonly refit: () => void;
  readonly save: (kind: 'svg' | 'png') => void;
}

const TreeTools = memo(function TreeTools(props: TreeToolsProps): React.ReactNode {
  const { streaming, edges, zoomBy, refit, save } = props;
  return (
    <span className={styles.tools}>
      <span data-hint="The tree follows the tags and the leader lock; a member’s own word about its replication is on its line.">
        expected from tags{edges > 0 && `, ${plural(streaming, 'member says', 'members say')} streaming`}
      </span>
      <IconButton small label="Smaller" onPress={() => zoomBy(1 / 1.25)}>
        <Icon name="minus" size={12} />
      </IconButton>
      <IconButton small label="Larger" onPress={() => zoomBy(1.25)}>
        <Icon name="plus" size={12} />
      </IconButton>
      <IconButton small label="Show all of it" onPress={refit}>
        <Icon name="fit" size={12} />
      </IconButton>
      <IconButton small label="Save the picture as SVG" className={styles.save} onPress={() => save('svg')}>
        <Icon name="download" size={12} /> SVG
      </IconButton>
      <IconButton small label="Save the picture as PNG" className={styles.save} onPress={() => save('png')}>
        <Icon name="download" size={12} /> PNG
      </IconButton>
    </span>
  );
});

function select(group: number | null, name: string | null): void {
  selectMember(name === null ? null : { group, name });
}

/** Pan and zoom. The drawing is fitted to its frame until a person moves it. */
function useView(picture: Drawing) {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [own, setOwn] = useState<View | null>(null);
  const { width, height, nodes } = picture;
  const root = nodes[0];
  const [x, y] = root ? [root.x + NODE.nodeWidth / 2, root.y + NODE.nodeHeight / 2] : [0, 0];
  const fitted = useMemo(() => fit({ width, height }, size, { x, y }), [width, height, size, x, y]);
  const view = own ?? fitted;

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const change = useCallback((to: (view: View) => View) => setOwn((v) => to(v ?? fitted)), [fitted]);
  const zoomBy = useCallback(
    (factor: number) => change((v) => zoom(v, factor, size.width / 2, size.height / 2)),
    [change, size],
  );
  const refit = useCallback(() => setOwn(null), []);
  const show = useCallback(
    (node: { readonly x: number; readonly y: number }) =>
      setOwn((v) => {
        const now = v ?? fitted;
        const then = reveal(now, { x: node.x, y: node.y, width: NODE.nodeWidth, height: NODE.nodeHeight }, size);
        return then === now ? v : then;
      }),
    [fitted, size],
  );

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      // A plain wheel scrolls the page; with Ctrl, which a pinch sends too, it zooms.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      change((v) => zoom(v, Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top));
    };
    const press = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button'))) return;
      element.setPointerCapture(event.pointerId);
      let [x, y] = [event.clientX, event.clientY];
      const move = (e: PointerEvent) => {
        const [dx, dy] = [e.clientX - x, e.clientY - y];
        [x, y] = [e.clientX, e.clientY];
        change((v) => ({ ...v, x: v.x + dx, y: v.y + dy }));
      };
      const end = () => {
        element.removeEventListener('pointermove', move);
        element.removeEventListener('pointerup', end);
        element.removeEventListener('pointercancel', end);
      };
      element.addEventListener('pointermove', move);
      element.addEventListener('pointerup', end);
      element.addEventListener('pointercancel', end);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('pointerdown', press);
    return () => {
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('pointerdown', press);
    };
  }, [change]);

  return { frame, view, zoomBy, refit, show };
}
