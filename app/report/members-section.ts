import { cellText, type ColumnId, tableRows } from '../cluster/member-table';
import { type Mark, markOf, memberId, worstByMember } from '../findings/mark';
import { localInstants } from '../local-instants';
import { drawing, type PlacedNode } from '../topology/drawing';
import { treePicture } from '../topology/tree-picture';
import { plainName } from '../unseen';
import { drawn, html, type Markup } from './markup';
import type { Report } from './report';
import { reportColours } from './style';

const columns: readonly (readonly [id: ColumnId, label: string, isNumber: boolean])[] = [
  ['group', 'Group', true],
  ['member', 'Member', false],
  ['host', 'Host', false],
  ['role', 'Role', false],
  ['state', 'State', false],
  ['timeline', 'TL', true],
  ['receive', 'Receive LSN', true],
  ['receiveLag', 'Receive lag', true],
  ['replay', 'Replay LSN', true],
  ['replayLag', 'Replay lag', true],
  ['restart', 'Pending restart', false],
  ['scheduledRestart', 'Scheduled restart', false],
  ['tags', 'Tags', false],
  ['version', 'Patroni', true],
];

/** Who follows whom, and all members in a table. */
export function membersSection({ groups, findings }: Report): Markup {
  const worst = worstByMember(findings);
  const mark = ({ node, group }: PlacedNode): Mark => {
    if (node.kind === 'member') return markOf(worst.get(memberId(group, node.name)), node.state);
    return node.kind === 'missing' ? 'critical' : 'unknown';
  };
  const rows = tableRows(groups, null);
  // A column in which no member has anything says nothing.
  const shown = columns.filter(([id]) => rows.some((row) => cellText(row, id) !== ''));
  return html`<h2>Replication</h2>
    ${
      rows.length === 0
        ? html`<p>No member has a key in the store.</p>`
        : html`<p class="dim lead">
              Expected from the tags and the leader lock; a member’s own word about its replication is on its line.
            </p>
            <div class="scroll">${drawn(treePicture(drawing(groups, null), mark, reportColours, null).svg)}</div>
            <h2>Members</h2>
            <div class="scroll">
              <table class="members">
                <thead>
                  <tr>
                    ${shown.map(([, label, isNumber]) => html`<th scope="col" class="${isNumber ? 'number' : ''}">${label}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${rows.map(
                    (row) =>
                      html`<tr>
                        ${shown.map(([id, , isNumber]) => html`<td class="${classOf(isNumber, cellText(row, id))}"><bdi>${plainName(localInstants(cellText(row, id)))}</bdi></td>`)}
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
    }`;
}

/** A short text stays in one line; a longer one is broken anywhere rather than widen the page. */
const classOf = (isNumber: boolean, text: string): string =>
  isNumber ? 'number mono' : text.length <= 24 ? 'short' : '';
