import { formatDuration, plural } from '../format';
import { groupWords } from '../cluster/group-words';
import { untoldAsWords } from '../snapshot/picture';
import { assertNever } from '../assert-never';
import { configSection } from './config-section';
import { factsSection } from './facts-section';
import { findingsSection } from './findings-section';
import { notTold } from '../forecast/words';
import { forecastSection } from './forecast-section';
import { type Markup, html, drawn, name } from './markup';
import { historySection } from './history-section';
import { membersSection } from './members-section';
import type { Report } from './report';
import { slotsSection } from './slots-section';
import { reportStyle } from './style';
import { when } from './when';

/**
 * The report as one page of HTML that needs nothing else and runs nothing: no script, its style inside, and a policy that allows
 * only that style. `sha256` gives a text's SHA-256 in base64.
 */
export function reportPage(report: Report, sha256: (text: string) => string): string {
  const { scope, groups } = report;
  const policy = `default-src 'none'; style-src 'sha256-${sha256(reportStyle)}'; base-uri 'none'; form-action 'none'`;
  const grouped = groups.some(({ group }) => group !== null);
  const perGroup = (make: (group: Report['groups'][number]) => Markup): readonly Markup[] =>
    groups.map((detail) =>
      grouped && detail.group !== null
        ? html`<h4>${groupWords(detail.group)}</h4>
            ${make(detail)}`
        : make(detail),
    );
  const now = Date.parse(report.at);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="generator" content="Herdscope ${report.program}" />
        <title>${scope} · report of ${when(report.at)}</title>
        ${drawn(`<style>${reportStyle}</style>`)}
      </head>
      <body>
        <header>
          <h1>${name(scope)}</h1>
          ${sourceWords(report)} ${factsSection(report)}
        </header>
        <main>
          ${findingsSection(report)} ${membersSection(report)}
          <h2>Slots</h2>
          ${perGroup(({ cluster }) => slotsSection(cluster))} ${historySection(report, now)}
          <h2>Forecast: who would lead if the leader died</h2>
          ${perGroup(({ cluster }) => forecastSection(cluster))}
          <p class="dim">What the store does not tell: ${notTold.join(' ')}</p>
          <h2>Dynamic configuration</h2>
          ${perGroup(({ cluster }) => configSection(cluster, report.untold))}
        </main>
        <footer>
          <p>
            Made by Herdscope ${report.program} at ${when(report.madeAt)}. It tells what the store told, and nothing was
            asked of PostgreSQL.
          </p>
          <p>${redactionWords(report)}</p>
        </footer>
      </body>
    </html> `.markup;
}

function sourceWords(report: Report): Markup {
  const { source, at, madeAt, connection, untold } = report;
  const missing = untoldAsWords(untold);
  return html`${freshness(source, at, madeAt, connection, untold.includes('instant'))}
  ${missing === null ? null : html`<p class="source">Not known, because it does not tell: ${missing}.</p>`}
  ${source.kind === 'as-of' ? source.notes.map((note) => html`<p class="source">${note}</p>`) : null}`;
}

function freshness(
  source: Report['source'],
  at: string,
  madeAt: string,
  connection: string,
  isGuessed: boolean,
): Markup {
  switch (source.kind) {
    case 'live':
      return html`<p class="source">Live from ${name(connection)}, as of ${when(at)}.</p>`;
    case 'lost':
      return html`<p class="source warning">
        <b>Not live:</b> the store ${name(connection)} was last heard at ${when(at)},
        ${formatDuration(Date.parse(madeAt) - Date.parse(at))} before this report was made.
      </p>`;
    case 'as-of':
      return html`<p class="source">
        <b>Not live:</b> ${isGuessed ? 'a file of' : 'as of'} ${when(at)}, from ${name(source.from)}.
      </p>`;
    case 'practice':
      return html`<p class="source warning"><b>Practice: simulated.</b> Nothing in it is real. As of ${when(at)}.</p>`;
    default:
      return assertNever(source);
  }
}

function redactionWords({ namesReplaced, secretKeys }: Report): string {
  const secrets =
    secretKeys === 0
      ? 'No password or token was found in the keys.'
      : `Passwords and tokens were taken out of ${plural(secretKeys, 'key')}.`;
  return namesReplaced
    ? `${secrets} Host names, addresses, users, members and clusters have other names here, everywhere the same ones.`
    : secrets;
}
