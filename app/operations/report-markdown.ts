import { formatBytes } from '../cluster/lsn';
import { intentWord } from './intent';
import type { Picture } from './picture';
import { answersOf, type OperationView } from './record';
import { requestText } from './request-text';

/** The report of an operation for a ticket or a mail, as Markdown. Instants are in UTC. */
export function reportMarkdown(view: OperationView): string {
  const { record, outcome, outage, phases } = view;
  const { plan, course } = record;
  const begun = Date.parse(record.startedAt);
  const word = intentWord(record.intent);
  const answers = answersOf(course).flatMap((one) =>
    one.kind === 'answered' ? [`HTTP ${String(one.status)}: ${one.body}`] : [],
  );
  const lines = [
    `# ${text(record.scope)}: ${word}, ${text(plan.title)}`,
    '',
    outcome === null
      ? '**It has not ended.**'
      : `**${text(outcome.title)}.** ${text(outcome.words)} ${text(outcome.advice ?? '')}`.trimEnd(),
    '',
    ...(record.practice ? ['In the practice herd: nothing in it is real.', ''] : []),
    `- Cluster: ${text(record.scope)}, connection ${text(record.connectionName)}`,
    `- By: ${text(record.by.user)} at ${text(record.by.host)}`,
    `- Begun: ${record.startedAt}`,
    `- Ended: ${record.endedAt ?? 'not yet'}`,
    ...(outage === null
      ? []
      : [
          `- Nobody took writes for ${(outage.ms / 1000).toFixed(2)} s (± ${String(outage.withinMs)} ms), from ${outage.stoppedAt}`,
        ]),
    '',
    '## Sent',
    '',
    ...fenced(plan.requests.map(requestText)),
    ...(answers.length === 0 ? [] : ['', 'Answer:', '', ...fenced(answers)]),
    '',
    '## Phases',
    '',
    '| phase | at | after | told by |',
    '| --- | --- | --- | --- |',
    ...phases.map(({ title, at, words }) => {
      const after = at === null ? '' : `${((Date.parse(at) - begun) / 1000).toFixed(1)} s`;
      return `| ${cell(title)} | ${at ?? '–'} | ${after} | ${cell(words)} |`;
    }),
    '',
    '## Checks',
    '',
    '| check | state | what it means | evidence |',
    '| --- | --- | --- | --- |',
    ...plan.checks.map(({ id, title, state, words, evidence }) => {
      const is = state === 'warning' && record.accepted.includes(id) ? 'warning, accepted' : state;
      return `| ${cell(title)} | ${is} | ${cell(words)} | ${cell(evidence)} |`;
    }),
    '',
    ...pictureLines('Before', record.before),
    ...(record.after === null ? [] : pictureLines('After', record.after)),
    ...(record.notes.length === 0
      ? []
      : ['## Notes', '', ...record.notes.map(({ at, words }) => `- ${at} ${text(words)}`), '']),
    ...(plan.patronictl === null ? [] : ['## The same with patronictl', '', ...fenced([plan.patronictl]), '']),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function pictureLines(title: string, { timeline, members, leader, at }: Picture): readonly string[] {
  return [
    `## ${title}`,
    '',
    `${at}: leader ${text(leader ?? 'none')}, timeline ${timeline === 0 ? 'not known' : String(timeline)}`,
    '',
    '| member | role | state | timeline | lag |',
    '| --- | --- | --- | --- | --- |',
    ...members.map(
      (one) =>
        `| ${cell(one.name)} | ${one.role} | ${cell(one.state ?? '')} | ${String(one.timeline ?? '')} | ${one.lagBytes === null ? '' : formatBytes(one.lagBytes)} |`,
    ),
    '',
  ];
}

/** Names come from outside: nothing in them is Markdown. */
function text(words: string): string {
  return words.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|]/g, '\\$&');
}

const cell = text;

/** A block that ends where it should, whatever is in it. */
function fenced(parts: readonly string[]): readonly string[] {
  const content = parts.join('\n');
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [fence, content, fence];
}
