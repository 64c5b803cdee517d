import { formatClock, formatDay, formatDuration, zoneName } from '../format';
import { withoutSecrets } from '../snapshot/redact/secrets';
import { excerpt } from '../text';
import type { LogClock } from './log-clock';
import { offsetWords } from './log-clock';
import type { LogLine, ParsedLog } from './log-line';
import { isNotable } from './log-marks';
import type { Moment, Story } from './story';
import { gapWords, summaryWords } from './story-words';

/** A log that was pasted, joined to an incident. */
export interface JoinedLog {
  readonly id: string;
  /** As the person calls it, e.g. the member or the file. */
  readonly name: string;
  readonly parsed: ParsedLog;
  readonly clock: LogClock;
  /** What is added to its times in place of what was found, in milliseconds; null to take that. */
  readonly byHandMs: number | null;
}

/** One line of an incident's course: of the store, or of a log. */
export type CourseLine =
  | { readonly kind: 'store'; readonly atMs: number; readonly moment: Moment }
  | { readonly kind: 'log'; readonly atMs: number; readonly log: string; readonly line: LogLine };

/** What is added to a log's times, in milliseconds. */
export function offsetOf({ byHandMs, clock }: JoinedLog): number {
  return byHandMs ?? (clock.kind === 'found' ? clock.offsetMs : 0);
}

/**
 * What the store tells and what the logs tell in one course, by the time of the recording. Of the logs what lies in the span, and of
 * that, unless `all`, only what is worth reading.
 */
export function courseOf(story: Story, logs: readonly JoinedLog[], all: boolean): readonly CourseLine[] {
  const [from, to] = [Date.parse(story.from), Date.parse(story.to)];
  const lines: CourseLine[] = story.moments.map((moment) => ({ kind: 'store', atMs: Date.parse(moment.at), moment }));
  for (const log of logs) {
    const offset = offsetOf(log);
    for (const line of log.parsed.lines) {
      const atMs = line.atMs + offset;
      if (atMs >= from && atMs <= to && (all || isNotable(line)))
        lines.push({ kind: 'log', atMs, log: log.name, line });
    }
  }
  // Array.prototype.sort is stable: what was at once stays in its order.
  return lines.sort((a, b) => a.atMs - b.atMs);
}

/** More lines than these nobody reads in a page. */
const MOST_LINES = 1000;

/** The incident as Markdown, for a report or a ticket. Secrets in log lines are taken out. */
export function incidentMarkdown(
  story: Story,
  logs: readonly JoinedLog[],
  { title, notes }: { readonly title: string; readonly notes: string },
): string {
  const clock = (iso: string): string => formatClock(new Date(iso));
  const course = courseOf(story, logs, false);
  const shown = course.slice(0, MOST_LINES);
  const parts = [
    `# ${plain(title)}`,
    '',
    `Cluster ${code(story.scope)}, ${instant(story.from)} to ${instant(story.to)} (${formatDuration(Date.parse(story.to) - Date.parse(story.from))}). Times are those of the recording.`,
    '',
    plain(summaryWords(story)),
    ...story.leaderGaps.flatMap((gap) => {
      const told = gapWords(gap, clock);
      return ['', `## ${plain(told.title)}`, '', ...told.sentences.map((sentence) => `- ${plain(sentence)}`)];
    }),
    ...(notes.trim() === '' ? [] : ['', '## Notes', '', notes.trim()]),
    '',
    '## Course',
    '',
    '| time | from | what |',
    '| --- | --- | --- |',
    ...shown.map((line) => {
      const at = `${formatClock(new Date(line.atMs))}.${String(((line.atMs % 1000) + 1000) % 1000).padStart(3, '0')}`;
      return line.kind === 'store'
        ? `| ${at} | store | ${cell(line.moment.words)} |`
        : `| ${at} | ${cell(line.log)} | ${cell(`${line.line.level}: ${withoutSecrets(line.line.text, () => undefined)}`)} |`;
    }),
    ...(course.length > shown.length ? ['', `And ${course.length - shown.length} lines more.`] : []),
    ...(logs.length === 0 ? [] : ['', '## Logs', '', ...logs.map(logWords)]),
    ...story.gaps.map(({ from, to }) => `\nNothing was recorded from ${instant(from)} to ${instant(to)}.`),
    ...story.guessed.map(
      ({ from, to }) =>
        `\nFrom ${instant(from)} to ${instant(to)} nobody watched: the store’s own past was read later, and its times are guessed.`,
    ),
  ];
  return `${parts.join('\n')}\n`;
}

function logWords(log: JoinedLog): string {
  const { name, parsed, clock, byHandMs } = log;
  const member = parsed.member === null ? '' : ` of ${plain(parsed.member)}`;
  const how =
    byHandMs !== null
      ? `its clock was set by hand: ${offsetWords(byHandMs, formatDuration)}`
      : clock.kind === 'found'
        ? `its clock is ${offsetWords(clock.offsetMs, formatDuration)}, found from ${clock.matches === 1 ? 'one line' : `${clock.matches} lines`} that the store tells too`
        : 'how its clock stands to the recording is not known; its times are taken as they are';
  return `- ${plain(name)}${member}, ${parsed.lines.length} entries: ${how}.`;
}

function instant(iso: string): string {
  const at = new Date(iso);
  return `${formatDay(at)} ${formatClock(at)} ${zoneName(at)}`;
}

/** Text that is no Markdown, whatever is in it. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>|#~]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

const code = (text: string): string => `\`${text.replace(/[`\n]/g, '')}\``;

const cell = (text: string): string => plain(excerpt(text, 300));
