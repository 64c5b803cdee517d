import type { Cluster } from '../cluster/cluster';
import { format as formatLsn } from '../cluster/lsn';
import { forecast } from '../forecast/forecast';
import { candidacyWords, forecastWords, riskWords } from '../forecast/words';
import { plainName } from '../unseen';
import { html, type Markup, name } from './markup';

const verdicts = { 'could-win': 'could lead', unknown: 'not known', out: 'out' } as const;

/** Who would lead if the leader died, by Patroni's rules, and what would be lost. */
export function forecastSection(cluster: Cluster): Markup {
  const made = forecast(cluster);
  const { leader, atRiskBytes, candidates, keepsSyncCommits } = made;
  const { mark, title, meaning } = forecastWords(made);
  return html`<p><b class="${mark}">${text(title)}.</b> ${text(meaning)}</p>
    ${leader === null || atRiskBytes === null ? null : html`<p>${text(riskWords(leader, atRiskBytes, keepsSyncCommits))}</p>`}
    ${
      candidates.length === 0
        ? null
        : html`<div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Member</th>
                  <th scope="col">Verdict</th>
                  <th scope="col" class="number">Position</th>
                  <th scope="col" class="number">TL</th>
                  <th scope="col">Why</th>
                </tr>
              </thead>
              <tbody>
                ${candidates.map(
                  (one) =>
                    html`<tr>
                      <td class="${one.name.length <= 24 ? 'short' : ''}">${name(one.name)}</td>
                      <td class="short">${verdicts[one.verdict]}</td>
                      <td class="number mono">${one.position === null ? 'not told' : formatLsn(one.position)}</td>
                      <td class="number mono">${one.timeline ?? '–'}</td>
                      <td>${text(candidacyWords(one))}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }`;
}

const text = (sentence: string): Markup => html`<bdi>${plainName(sentence)}</bdi>`;
