import { candidacyWords } from '../forecast/words';
import { formatBytes, formatDuration } from '../format';
import { listNames } from '../text';
import { groupWords } from '../cluster/group-words';
import type { LeaderGap } from './leader-gap';
import type { Story } from './story';

/** Writes an instant (ISO 8601) for a person. */
export type Clock = (iso: string) => string;

/** A change of the leader, told: a title, and sentences. */
export interface GapWords {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** What happened to the leader over the whole span, in a sentence. */
export function summaryWords({ leaderGaps, leaders, gaps }: Story): string {
  const parts: string[] = [];
  const changes = leaderGaps.filter(({ former, winner }) => winner !== null && winner !== former).length;
  if (leaderGaps.length === 0) {
    const names = leaders.flatMap(({ last }) => last ?? []);
    parts.push(names.length === 0 ? 'Nobody led all the time.' : `${listNames(names)} led all the time.`);
  } else {
    const without = leaderGaps.filter(({ how }) => how !== 'taken-over');
    const ms = without.reduce((sum, { lostAt, wonAt }) => sum + (wonAt === null ? 0 : between(lostAt, wonAt)), 0);
    parts.push(`The leader changed ${times(changes)}.`);
    if (without.length > 0) parts.push(`Nobody held the lock for ${formatDuration(ms)} in all.`);
    if (without.some(({ wonAt }) => wonAt === null)) parts.push('At the end nobody holds it still.');
  }
  if (gaps.length > 0)
    parts.push(
      `${gaps.length === 1 ? 'For one stretch of it' : `For ${gaps.length} stretches of it`} nothing was recorded.`,
    );
  return parts.join(' ');
}

/** Who lost the lock and how, who won and why, how long nobody led, and what lagged. */
export function gapWords(gap: LeaderGap, clock: Clock): GapWords {
  const { group, former, winner, wonAt, lostAt, how } = gap;
  const where = group === null ? '' : `${groupWords(group)}: `;
  const title =
    winner === null
      ? `${where}${former ?? 'the leader'} lost the lock, and nobody took it`
      : former === null
        ? `${where}${winner} took the lock`
        : former === winner
          ? `${where}${former} lost the lock and took it again`
          : `${where}${former} → ${winner}`;
  const sentences = [
    lostWords(gap, clock),
    ...(how === 'taken-over' ? [] : [withoutWords(gap, clock)]),
    ...(winner === null || wonAt === null ? [whyNobody(gap)] : whyWon(gap, winner)),
    lagWords(gap),
    ...primaryWords(gap, clock),
  ];
  return { title: `${clock(lostAt)} ${title}`, sentences: sentences.filter((words) => words !== '') };
}

function lostWords({ former, how, lostAt, request, ttlSeconds, lastSignAt }: LeaderGap, clock: Clock): string {
  const who = former ?? 'The leader before';
  const asked = request === null ? '' : ` ${requested(request)} had been asked for.`;
  switch (how) {
    case 'ran-out': {
      const sign = lastSignAt === null ? '' : ` What it wrote last was seen at ${clock(lastSignAt)}.`;
      const silent = new Date(Date.parse(lostAt) - ttlSeconds * 1000).toISOString();
      return `At ${clock(lostAt)} the lock of ${who} ran out, and its member key with it: it had not been renewed for ttl, ${ttlSeconds} s, so ${who} fell silent at about ${clock(silent)}. It was killed, frozen, or cut off from the store.${sign}${asked}`;
    }
    case 'released':
      return former === null
        ? `At ${clock(lostAt)}, where this begins, nobody held the lock.`
        : `At ${clock(lostAt)} ${who} gave the lock up; its member key stayed.${asked}`;
    case 'taken-over':
      return `At ${clock(lostAt)} the lock went from ${who} to another at once.${asked}`;
  }
}

function requested({ leader, candidate }: NonNullable<LeaderGap['request']>): string {
  return `A ${leader === null ? 'failover' : `switchover from ${leader}`}${candidate === null ? '' : ` to ${candidate}`}`;
}

function withoutWords({ lostAt, wonAt, winner }: LeaderGap, clock: Clock): string {
  if (wonAt === null || winner === null) return 'From then on nobody held the lock.';
  return `For ${formatDuration(between(lostAt, wonAt))} nobody held it, until ${winner} took it at ${clock(wonAt)}.`;
}

function whyWon({ forecast, request, former, winner: won }: LeaderGap, winner: string): readonly string[] {
  const own = forecast.candidates.find(({ name }) => name === winner);
  const others = forecast.candidates.filter(
    // Whoever is switched away from does not run for it.
    ({ name }) => name !== won && !(request !== null && name === former),
  );
  const reason =
    request?.candidate === winner
      ? `${winner} was asked for.`
      : own === undefined
        ? `${winner} had no key when the lock was lost.`
        : own.verdict === 'out'
          ? `By the keys at that moment ${winner} should not have: ${candidacyWords(own)}. They are as of its last report.`
          : `By Patroni’s rules nothing spoke against ${winner}.`;
  const words = others.map((one) =>
    one.verdict === 'could-win'
      ? `${one.name} could have led as well: whoever was first at the lock`
      : `${one.name}: ${candidacyWords(one)}`,
  );
  return words.length === 0 ? [reason] : [reason, `${words.join('. ')}.`];
}

function whyNobody({ forecast }: LeaderGap): string {
  if (forecast.candidates.length === 0) return 'There was no member that could have.';
  return `By the keys at that moment: ${forecast.candidates.map((one) => `${one.name}: ${candidacyWords(one)}`).join('. ')}.`;
}

function lagWords({ behind }: LeaderGap): string {
  const known = behind.filter(({ bytes }) => bytes !== null);
  if (known.length === 0) return '';
  const lagging = known.filter(({ bytes }) => bytes !== null && bytes > 0);
  if (lagging.length === 0) return 'As last reported nobody lagged behind it.';
  const words = lagging.map(({ member, bytes }) => `${member} ${formatBytes(bytes ?? 0)}`);
  return `As last reported behind its WAL: ${listNames(words, 10)}.`;
}

function primaryWords(gap: LeaderGap, clock: Clock): readonly string[] {
  const { former, winner, primaryAt, lostAt, how, ttlSeconds, timelineBefore, timelineAfter } = gap;
  const timeline = timelineAfter > 0 ? `, timeline ${timelineBefore} → ${timelineAfter}` : '';
  if (primaryAt === null || winner === null)
    return timeline === '' ? [] : [`Timeline ${timelineBefore} → ${timelineAfter}.`];
  if (how !== 'ran-out') {
    const since = formatDuration(between(lostAt, primaryAt));
    const before =
      how === 'released' && former !== null
        ? ` A leader that gives its lock up takes no writes any more before it does.`
        : '';
    return [
      `At ${clock(primaryAt)} ${winner} said that it runs as primary${timeline}: ${since} after the lock was lost.${before}`,
    ];
  }
  const from = Date.parse(lostAt) - ttlSeconds * 1000;
  const whole = formatDuration(Date.parse(primaryAt) - from);
  return [
    `At ${clock(primaryAt)} ${winner} said that it runs as primary${timeline}: nobody took writes for about ${whole} at most.`,
  ];
}

const between = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);
