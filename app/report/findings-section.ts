import type { Finding } from '../findings/finding';
import { localInstants } from '../local-instants';
import { plainName } from '../unseen';
import { markShapes } from '../topology/tree-picture';
import { drawn, html, type Markup } from './markup';
import type { Report } from './report';

const severityWords: Readonly<Record<Finding['severity'], string>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'Worth knowing',
};

/** What is wrong or worth knowing, the worst first, with what it rests on and what to do. */
export function findingsSection({ findings, source }: Report): Markup {
  const nothing =
    source.kind === 'live' || source.kind === 'practice'
      ? 'Nothing is wrong. Leader, members, timelines, lag and settings were checked against what the store holds.'
      : 'Nothing was wrong then. Leader, members, timelines, lag and settings were checked against what the store held.';
  return html`<h2>Findings</h2>
    ${findings.length === 0 ? html`<p>${nothing}</p>` : findings.map(item)}`;
}

function item({ severity, title, meaning, advice, evidence, group }: Finding): Markup {
  const where = group === null ? '' : ` (group ${group})`;
  return html`<section class="finding">
    <svg
      class="${severity}"
      width="13"
      height="13"
      viewBox="0 0 12 12"
      fill="currentColor"
      role="img"
      aria-label="${severityWords[severity]}"
    >
      ${drawn(markShapes[severity])}
    </svg>
    <div>
      <h3>${text(title)}${where}</h3>
      <p>${text(meaning)}</p>
      <p class="dim">${text(advice)}</p>
      ${
        evidence.length === 0
          ? null
          : html`<table>
              <tbody>
                ${evidence.map(
                  ({ label, value, key }) =>
                    html`<tr>
                      <th scope="row">${text(label)}</th>
                      <td class="mono">${text(value)}</td>
                      <td class="dim mono">${text(key ?? '')}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
    </div>
  </section>`;
}

const text = (sentence: string): Markup => html`<bdi>${plainName(localInstants(sentence))}</bdi>`;
