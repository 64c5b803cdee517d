import { historyDrawing } from '../history/history-drawing';
import type { HistoryOfGroup } from '../history/csv';
import { timelines } from '../history/timelines';
import { lastedWords, lsnWords, noteWords, walWords } from '../history/words';
import { when } from './when';
import { drawn, html, type Markup, name } from './markup';
import type { Report } from './report';
import { reportColours } from './style';

/** More of the newest timelines of a group are no table that anybody reads on paper. */
const MOST = 100;

/** The timelines in time, and in a table with the newest first. `now` in milliseconds: the instant of the picture. */
export function historySection({ groups, untold }: Report, now: number): Markup {
  const histories = groups.map(({ group, cluster }): HistoryOfGroup => ({ group, timelines: timelines(cluster) }));
  const known = histories.filter((history) => history.timelines.length > 0);
  if (known.length === 0) {
    const why = untold.includes('history') ? 'Not known: its origin does not tell.' : 'There is no /history.';
    return html`<h2>History</h2>
      <p>${why}</p>`;
  }
  const grouped = known.some(({ group }) => group !== null);
  const leftOut = known.reduce((count, history) => count + Math.max(0, history.timelines.length - MOST), 0);
  return html`<h2>History</h2>
    <div class="scroll">${drawn(historyDrawing(known, now, reportColours).svg)}</div>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${grouped ? html`<th scope="col" class="number">Group</th>` : null}
            <th scope="col" class="number">TL</th>
            <th scope="col">Leader</th>
            <th scope="col">Ended</th>
            <th scope="col" class="number">At LSN</th>
            <th scope="col" class="number">Lasted</th>
            <th scope="col" class="number">WAL</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          ${known.flatMap((history) => rows(history, grouped, now))}
        </tbody>
      </table>
    </div>
    ${leftOut === 0 ? null : html`<p class="dim">Older timelines that are not in this table: ${leftOut}.</p>`}`;
}

function rows({ group, timelines: all }: HistoryOfGroup, grouped: boolean, now: number): readonly Markup[] {
  return all
    .slice(-MOST)
    .reverse()
    .map(
      (timeline) =>
        html`<tr>
          ${grouped ? html`<td class="number">${group ?? ''}</td>` : null}
          <td class="number mono">${timeline.number ?? '?'}</td>
          <td>${timeline.leader === null ? html`<span class="dim">not known</span>` : name(timeline.leader)}</td>
          <td>${timeline.isCurrent ? 'goes on' : timeline.endedAt === null ? 'not known' : when(timeline.endedAt)}</td>
          <td class="number mono">${lsnWords(timeline.endedLsn)}</td>
          <td class="number">${lastedWords(timeline, now)}</td>
          <td class="number">${walWords(timeline)}</td>
          <td class="dim">${timeline.notes.map(noteWords).join(' ')}</td>
        </tr>`,
    );
}
