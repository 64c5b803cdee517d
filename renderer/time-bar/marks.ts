import type { ObservedEvent } from '../../app/ipc/contract';
import { type Scale, xOf } from './scale';

/** How an event looks on the bar: what is worse or changes more is larger. */
export type MarkLook = 'lost' | 'leader' | 'trouble' | 'change' | 'finding';

/** Events so close together that they are one mark. */
export interface Mark {
  readonly x: number;
  /** The one that counts most, which a click goes to. */
  readonly event: ObservedEvent;
  readonly look: MarkLook;
  /** All of them, by time. */
  readonly events: readonly ObservedEvent[];
  /** Where its words stand, and how wide; null when there is no room for them. */
  readonly label: { readonly x: number; readonly width: number } | null;
}

const looks: Readonly<Record<ObservedEvent['kind'], MarkLook>> = {
  'leader-lost': 'lost',
  'leader-changed': 'leader',
  'leader-elected': 'leader',
  'member-left': 'trouble',
  'member-joined': 'change',
  paused: 'change',
  resumed: 'change',
  'config-changed': 'change',
  'timeline-changed': 'finding',
  'finding-came': 'finding',
  'finding-went': 'finding',
};

const weights: Readonly<Record<MarkLook, number>> = { lost: 4, leader: 3, trouble: 2, change: 1, finding: 0 };

const APART_PX = 7;
const LETTER_PX = 6.1;
const WIDEST_PX = 170;
const BETWEEN_PX = 10;

export const lookOf = (event: ObservedEvent): MarkLook => looks[event.kind];

/** One event's name among all: its id alone begins anew with each run of the program. */
export const keyOf = ({ at, id }: ObservedEvent): string => `${at} ${id}`;

/** Events by time, each once. */
export function merged(...lists: readonly (readonly ObservedEvent[])[]): readonly ObservedEvent[] {
  const known = new Map(lists.flat().map((event) => [keyOf(event), event]));
  return [...known.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** What to draw of events, which come by time. Words stand where there is room: those of what counts most, then the newest. */
export function marksOf(events: readonly ObservedEvent[], scale: Scale): readonly Mark[] {
  const clusters: { x: number; events: ObservedEvent[] }[] = [];
  for (const event of events) {
    const x = xOf(scale, Date.parse(event.at));
    if (x < 0 || x > scale.width) continue;
    const last = clusters.at(-1);
    if (last !== undefined && x - last.x <= APART_PX) last.events.push(event);
    else clusters.push({ x, events: [event] });
  }
  const marks = clusters.map(({ events: near }): Omit<Mark, 'label'> => {
    const event = near.reduce((a, b) => (weights[lookOf(b)] > weights[lookOf(a)] ? b : a));
    return { x: xOf(scale, Date.parse(event.at)), event, look: lookOf(event), events: near };
  });
  return labelled(marks, scale.width);
}

function labelled(marks: readonly Omit<Mark, 'label'>[], width: number): readonly Mark[] {
  const labels = new Map<Omit<Mark, 'label'>, NonNullable<Mark['label']>>();
  const order = marks
    .filter(({ look }) => look !== 'finding')
    .sort((a, b) => weights[b.look] - weights[a.look] || b.x - a.x);
  for (const mark of order) {
    const wide = Math.min(WIDEST_PX, Math.ceil(mark.event.words.length * LETTER_PX) + 4);
    const x = Math.max(0, Math.min(width - wide, mark.x - wide / 2));
    const isFree = [...labels.values()].every(
      (other) => x + wide + BETWEEN_PX <= other.x || other.x + other.width + BETWEEN_PX <= x,
    );
    if (isFree) labels.set(mark, { x, width: wide });
  }
  return marks.map((mark) => ({ ...mark, label: labels.get(mark) ?? null }));
}

/** The events that make one leader follow another, the last up to an instant: the loss and what ended it. */
export interface Failover {
  /** When the leader was lost, or another one led at once, in milliseconds since 1970. */
  readonly lostMs: number;
  /** When another one led; null while nobody did. */
  readonly ledMs: number | null;
  readonly clusterId: string;
  readonly words: string;
  /** The MPP group that it happened in; null where there are none. */
  readonly group: number | null;
}

/** The last change of leader up to an instant (null: of all) in events of one cluster, which come by time; null when there was none. */
export function failoverBefore(events: readonly ObservedEvent[], atMs: number | null): Failover | null {
  const changes = events.filter(({ kind }) => ['leader-lost', 'leader-changed', 'leader-elected'].includes(kind));
  const event = changes.filter(({ at }) => atMs === null || Date.parse(at) <= atMs).at(-1);
  if (event === undefined) return null;
  const group = groupOf(event);
  const own = changes.filter((one) => groupOf(one) === group && one.clusterId === event.clusterId);
  const place = own.indexOf(event);
  const before = own[place - 1];
  const after = own[place + 1];
  const ms = Date.parse(event.at);
  const common = { clusterId: event.clusterId, group };
  if (event.kind === 'leader-lost') {
    const ends = after?.kind === 'leader-elected' ? after : null;
    return { ...common, lostMs: ms, ledMs: ends === null ? null : Date.parse(ends.at), words: (ends ?? event).words };
  }
  const began = event.kind === 'leader-elected' && before?.kind === 'leader-lost' ? Date.parse(before.at) : ms;
  return { ...common, lostMs: began, ledMs: ms, words: event.words };
}

function groupOf({ words }: ObservedEvent): number | null {
  const found = /^group (\d+): /.exec(words)?.[1];
  return found === undefined ? null : Number(found);
}
