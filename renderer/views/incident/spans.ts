import type { ObservedEvent } from '../../../app/ipc/contract';
import { LONGEST_SPAN_MS } from '../../../app/ipc/incident';
import { type Failover, failoverBefore } from '../../time-bar/marks';
import type { Stretch } from '../../time-bar/recorded';

/** So long before the leader is lost an incident begins, ms: longer than the usual ttl, which a dead leader's lock outlives it by. */
const BEFORE_MS = 60_000;
/** So long after another one leads it ends, ms. */
const AFTER_MS = 45_000;
/** No shorter span is marked, ms. */
export const SHORTEST_MS = 2000;
/** The clock of the machine that wrote a line of /history is not further off than this, or the line is of another change, ms. */
const SAME_MS = 120_000;

/** The changes of leader in events of one cluster, which come by time: the newest first, `most` of them. */
export function failovers(events: readonly ObservedEvent[], most: number): readonly Failover[] {
  const found: Failover[] = [];
  let before: number | null = null;
  while (found.length < most) {
    const last = failoverBefore(events, before);
    if (last === null) break;
    found.push(last);
    before = Math.min(last.lostMs, last.ledMs ?? last.lostMs) - 1;
  }
  return found;
}

/** The span of a change of leader. */
export function spanOfFailover({ lostMs, ledMs }: Failover, nowMs: number): Stretch {
  return { fromMs: lostMs - BEFORE_MS, toMs: Math.min(nowMs, (ledMs ?? lostMs) + AFTER_MS) };
}

/** The span around an instant that /history tells: of the change of leader that was seen then, or about it. */
export function spanAround(atMs: number, events: readonly ObservedEvent[], nowMs: number): Stretch {
  const near = failovers(events, 100)
    .map((one) => ({ one, away: Math.abs((one.ledMs ?? one.lostMs) - atMs) }))
    .filter(({ away }) => away <= SAME_MS)
    .sort((a, b) => a.away - b.away)[0];
  if (near !== undefined) return spanOfFailover(near.one, nowMs);
  return { fromMs: atMs - BEFORE_MS, toMs: Math.min(Math.max(nowMs, atMs), atMs + AFTER_MS) };
}

/** The span with one end moved: never turned round, nor longer than can be told. */
export function withEnd(span: Stretch, end: 'from' | 'to', ms: number): Stretch {
  if (end === 'from')
    return { ...span, fromMs: Math.min(span.toMs - SHORTEST_MS, Math.max(span.toMs - LONGEST_SPAN_MS, ms)) };
  return { ...span, toMs: Math.max(span.fromMs + SHORTEST_MS, Math.min(span.fromMs + LONGEST_SPAN_MS, ms)) };
}

/** What the picture shows around a span: half as much at each side. One that still shows it well stays. */
export function frameOf(span: Stretch, shown: Stretch | null): Stretch {
  const length = span.toMs - span.fromMs;
  if (shown !== null && shown.fromMs < span.fromMs && shown.toMs > span.toMs) {
    const share = length / (shown.toMs - shown.fromMs);
    if (share > 0.12 && share < 0.9) return shown;
  }
  return { fromMs: span.fromMs - length / 2, toMs: span.toMs + length / 2 };
}

/** An instant as a field for date and time has it, local: `2026-11-24T03:12:04`. */
export function fieldOf(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** What is typed into such a field; null while it is no instant. */
export function instantOf(field: string): number | null {
  const ms = Date.parse(field);
  return Number.isNaN(ms) ? null : ms;
}
