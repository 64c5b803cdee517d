import { useMemo, useState } from 'react';
import { namespaceOf } from '../../../app/ipc/connections/kinds';
import type { KeyDetail } from '../../../app/ipc/detail';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { FindField } from '../../components/find-field';
import lists from '../../components/list-and-detail.module.css';
import { cx } from '../../lib/cx';
import { plural } from '../../lib/format';
import { useDetail, useFleet, useUi } from '../../stores/hooks';
import { openKey } from '../../stores/ui';
import { InlineName } from '../../components/name';
import { KeyList, target } from './key-list';
import { filterKeys } from './reading';
import { type ValueMode, ValuePane } from './value-pane';
import styles from './keys-view.module.css';

const noKeys: readonly KeyDetail[] = [];

/** The cluster's keys exactly as the store has them: a list, and the chosen key's value. */
export function KeysView(): React.ReactNode {
  const clusterId = useDetail((d) => d.id, '');
  const scope = useDetail((d) => d.scope, '');
  const connectionId = useDetail((d) => d.connectionId, '');
  const keys = useDetail((d) => d.keys, noKeys);
  const settings = useFleet((s) => s.connections.find((c) => c.id === connectionId)?.settings ?? null);
  const pictureNamespace = useFleet((s) => s.connections.find((c) => c.id === connectionId)?.picture?.namespace);
  const chosen = useUi((s) => s.key);
  const [filter, setFilter] = useState('');
  const [mode, setMode] = useState<ValueMode>('pretty');
  const namespace = pictureNamespace ?? (settings === null ? '/service' : namespaceOf(settings));

  const found = useMemo(() => filterKeys(keys, filter), [keys, filter]);
  const selected = chosen ?? found[0]?.key ?? keys[0]?.key ?? null;
  const node = useMemo(() => keys.find((each) => each.key === selected) ?? null, [keys, selected]);
  const last = useLastSeen(node, selected, clusterId);

  return (
    <div className={cx(lists.view, styles.view)}>
      <div className={lists.side}>
        <FindField
          label="Filter the keys by name or value"
          placeholder="Filter by key or value"
          value={filter}
          onChange={setFilter}
          onStep={(key) => {
            const at = found.findIndex((each) => each.key === selected);
            const next = found[target(key, at, found.length) ?? -1];
            if (next) openKey(next.key);
          }}
          count={filter.trim() === '' ? plural(keys.length, 'key') : `${found.length} of ${keys.length}`}
        />
        {found.length === 0 ? (
          <EmptyState title="Nothing found" actions={<Button onPress={() => setFilter('')}>Show all keys</Button>}>
            No key and no value of this cluster holds “{filter.trim()}”.
          </EmptyState>
        ) : (
          <KeyList keys={found} selected={selected} namespace={namespace} scope={scope} onSelect={openKey} />
        )}
      </div>
      {last !== null ? (
        <ValuePane
          key={last.key}
          clusterId={clusterId}
          node={last}
          namespace={namespace}
          settings={settings}
          mode={mode}
          onMode={setMode}
          isGone={node === null}
        />
      ) : (
        <div className={styles.nothing}>
          <EmptyState title="The key is not there">
            <InlineName text={selected ?? ''} className="mono" /> is not, or no longer, among the keys of this cluster.
          </EmptyState>
        </div>
      )}
    </div>
  );
}

/** The chosen key as it is, or as it was last when it went away while it was looked at. */
function useLastSeen(node: KeyDetail | null, selected: string | null, clusterId: string): KeyDetail | null {
  const [seen, setSeen] = useState<{ readonly clusterId: string; readonly node: KeyDetail } | null>(null);
  if (node !== null && seen?.node !== node) setSeen({ clusterId, node });
  if (node !== null) return node;
  return seen !== null && seen.clusterId === clusterId && seen.node.key === selected ? seen.node : null;
}
