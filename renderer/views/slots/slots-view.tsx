import { useMemo, useState } from 'react';
import { slotMap } from '../../../app/slots/slot-map';
import type { GroupDetail } from '../../../app/ipc/detail';
import { EmptyState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { Segments } from '../../components/segments';
import { TextField } from '../../components/text-field';
import { useCarried } from '../../lib/use-carried';
import { plural } from '../../lib/format';
import { useDetail } from '../../stores/hooks';
import { useSlotWatch } from '../../stores/slot-samples';
import { Tree } from '../overview/tree';
import { drawing } from '../../../app/topology/drawing';
import { SlotTable } from './slot-table';
import { shownTable, type SlotKind, type SlotOrder } from './table-model';
import { TakeoverPanel } from './takeover-panel';
import { WalChart } from './wal-chart';
import styles from './slots.module.css';

const none: readonly never[] = [];

/** Which slots there should be on whom, what they hold, and what a takeover does to them. */
export function SlotsView(): React.ReactNode {
  const groups = useDetail((d) => d.groups, none);
  const [chosen, setChosen] = useState<string | null>(null);
  const detail = groups.find(({ group }) => String(group) === chosen) ?? groups[0];
  if (detail === undefined || detail.cluster.members.length === 0)
    return (
      <EmptyState title="No member, no slots">
        Patroni keeps slots on its members’ servers, and no member has a key in the store.
      </EmptyState>
    );
  return (
    <div className={styles.view}>
      {groups.length > 1 && (
        <Segments
          label="Group"
          options={groups.map(({ group }) => ({
            id: String(group),
            label: group === 0 ? 'Coordinator' : `Group ${String(group)}`,
          }))}
          value={String(detail.group)}
          onChange={setChosen}
        />
      )}
      <GroupSlots key={String(detail.group)} detail={detail} />
    </div>
  );
}

function GroupSlots({ detail }: { readonly detail: GroupDetail }): React.ReactNode {
  const { cluster, group } = detail;
  const map = useMemo(() => slotMap(cluster), [cluster]);
  const watch = useSlotWatch(group);
  const [kind, setKind] = useState<SlotKind>('all');
  const [order, setOrder] = useState<SlotOrder>('kind');
  const [find, setFind] = useState('');
  const [by, setBy] = useState<string | null>(null);
  const shown = useMemo(() => shownTable(map, { kind, order, find, by }), [map, kind, order, find, by]);
  const groups = useMemo(() => [detail], [detail]);
  const least = useMemo(() => new Set(map.columns.filter((c) => c.isLeast).map(({ name }) => name)), [map]);
  const picture = useCarried(groups, drawing);
  return (
    <>
      <Panel
        title="Slot map"
        caption={
          <span
            data-hint={`${map.rules.words.join('\n')}\nPostgreSQL 11 or later: the store does not tell its version.`}
          >
            what Patroni {map.rules.version}’s rules want on each member
            {map.rules.known ? '' : ' (the leader does not say its version: the newest rules)'}, and the WAL it holds
          </span>
        }
        className={styles.map}
      >
        <div className={styles.choices}>
          <TextField label="Find a slot or a member" value={find} onChange={setFind} />
          <Segments
            label="Slots"
            hideLabel
            small
            options={[
              { id: 'all', label: 'All' },
              { id: 'member', label: 'For members' },
              { id: 'permanent', label: 'Permanent' },
              { id: 'other', label: 'Others' },
            ]}
            value={kind}
            onChange={setKind}
          />
          <Segments
            label="Order"
            hideLabel
            small
            options={[
              { id: 'kind', label: 'By kind and name' },
              { id: 'held', label: 'By WAL held' },
            ]}
            value={order}
            onChange={(next) => {
              setOrder(next);
              setBy(null);
            }}
          />
          <span className={styles.count} role="status">
            {plural(shown.columns.length, 'slot')} on {plural(shown.rows.length, 'member')}
          </span>
        </div>
        {map.columns.length === 0 ? (
          <p className={styles.none}>
            {map.useSlots
              ? 'By the rules no member needs a slot, and the leader tells of none.'
              : 'postgresql.use_slots is off: Patroni keeps no slots here.'}
          </p>
        ) : shown.columns.length === 0 || shown.rows.length === 0 ? (
          <p className={styles.none}>No slot and no member is called so.</p>
        ) : (
          <SlotTable group={group} map={map} shown={shown} by={by} onOrderBy={setBy} />
        )}
      </Panel>
      <div className={styles.below}>
        <TakeoverPanel cluster={cluster} />
        <WalChart watch={watch} least={least} />
        <Tree picture={picture} />
      </div>
    </>
  );
}
