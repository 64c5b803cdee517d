import type { Cluster } from '../cluster/cluster';
import { configRows, shownValue } from '../configuration/tree';
import type { Untold } from '../snapshot/picture';
import { excerpt } from '../text';
import { plainName } from '../unseen';
import { html, type Markup, name } from './markup';

/** More keys than these are no configuration that a person wrote. */
const MOST = 1000;

/** A longer value is cut, and shows that it is. */
const LONGEST = 2000;

const effects: Readonly<Record<string, string>> = {
  restart: 'needs a restart',
  'next-round': 'in the next round',
  reload: 'on reload',
  session: 'on reload',
  connect: 'for new connections',
  'when-used': 'when next used',
  replicas: 'replicas reload or restart',
  none: 'Patroni does not take it from here',
};

/** The keys of /config that are set, with what a change of each takes. */
export function configSection({ config }: Cluster, untold: readonly Untold[]): Markup {
  const rows = configRows(config?.data ?? {}, false);
  if (rows.length === 0) {
    const why = untold.includes('configuration')
      ? 'Not known: its origin does not tell.'
      : config === null
        ? 'There is no /config: Patroni’s defaults hold.'
        : 'It is empty: Patroni’s defaults hold.';
    return html`<p>${why}</p>`;
  }
  return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Value</th>
            <th scope="col">A change takes effect</th>
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST).map((row) => {
            const unit =
              row.isBranch || row.setting?.unit == null || typeof row.value !== 'number' ? '' : ` ${row.setting.unit}`;
            const effect = row.isBranch || row.setting === null ? '' : (effects[row.setting.effect] ?? '');
            return html`<tr>
              <td class="level${Math.min(row.level, 5)}">${name(row.name)}</td>
              <td class="mono key"><bdi>${plainName(excerpt(shownValue(row), LONGEST))}</bdi>${unit}</td>
              <td class="dim">${effect}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${rows.length > MOST ? html`<p class="dim">And ${rows.length - MOST} keys more.</p>` : null}`;
}
