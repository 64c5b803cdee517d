import type { Cluster } from '../cluster/cluster';
import { plural } from '../format';
import { slotDrawing } from '../slots/slot-drawing';
import { slotMap } from '../slots/slot-map';
import { drawn, html, type Markup } from './markup';
import { reportColours } from './style';

/** Members × slots, with the WAL that each holds. */
export function slotsSection(cluster: Cluster): Markup {
  const map = slotMap(cluster);
  if (!map.useSlots) return html`<p>The configuration turns replication slots off (postgresql.use_slots).</p>`;
  if (map.columns.length === 0 || map.rows.length === 0)
    return html`<p>Patroni’s rules want no slot, and the leader tells of none.</p>`;
  const { svg, columnsLeftOut, rowsLeftOut } = slotDrawing(map, reportColours);
  const leftOut = [
    ...(columnsLeftOut > 0 ? [plural(columnsLeftOut, 'slot')] : []),
    ...(rowsLeftOut > 0 ? [plural(rowsLeftOut, 'member')] : []),
  ];
  return html`<p class="dim lead">
      By the rules of the leader’s Patroni, with the WAL that each slot holds as far as the store
      tells.${leftOut.length === 0 ? '' : ` Not in the picture: ${leftOut.join(' and ')}.`}
    </p>
    <div class="scroll">${drawn(svg)}</div>`;
}
