import { listNames } from '../text';
import { awaited, type ChangeCourse, everyone, isFollowing, isGone, type Seen } from './change-course';
import type { Phase, PhaseState } from './phase';

interface Step {
  readonly id: string;
  readonly title: string;
  readonly seen: Seen | null;
  /** What is waited for. */
  readonly waits: string;
  readonly words?: string;
  readonly failed?: boolean;
}

/** The steps of a change of the leader, each as far as it was seen. `at` is now, in milliseconds since 1970. */
export function changePhases(course: ChangeCourse, at: number): readonly Phase[] {
  const steps = stepsOf(course, at);
  const over = course.outcome !== null;
  let isNext = true;
  // What comes later proves what came before, even where it was not seen.
  const lastSeen = Math.max(-1, ...steps.map(({ seen }, index) => (seen === null ? -1 : index)));
  return steps.map((step, index): Phase => {
    const passedBy = step.seen === null && index < lastSeen && !['former', 'replicas'].includes(step.id);
    const state = stateOf(step, passedBy, over, isNext && !passedBy);
    if (state === 'running') isNext = step.id === 'former';
    const words =
      step.seen === null ? (passedBy ? 'not seen as it happened' : step.waits) : (step.words ?? step.seen.by);
    return {
      id: step.id,
      title: step.title,
      state,
      at: step.seen === null ? null : new Date(step.seen.at).toISOString(),
      words: state === 'skipped' ? '' : words,
    };
  });
}

function stateOf(step: Step, passedBy: boolean, over: boolean, isNext: boolean): PhaseState {
  if (step.seen !== null || passedBy) return 'done';
  if (step.failed === true) return 'failed';
  if (over) return 'skipped';
  return isNext ? 'running' : 'waiting';
}

function stepsOf(course: ChangeCourse, at: number): readonly Step[] {
  const { intent, from, taken, writable, accepted, demoting, released, isStandbyCluster } = course;
  const to = taken?.member ?? intent.candidate ?? 'the next leader';
  const isScheduled = intent.kind === 'switchover' && intent.scheduledAt !== null;
  const next = writable?.timeline ?? null;
  // Where nobody led, the one before may not be known either.
  const number = next ?? (course.timeline === 0 ? null : course.timeline + 1);
  const timeline = number === null ? 'the new timeline' : `timeline ${String(number)}`;
  return [
    {
      id: 'accepted',
      title: isScheduled ? 'Scheduled' : 'Accepted',
      seen: accepted,
      waits: 'for the request to show in /failover',
    },
    ...(from === null
      ? []
      : [
          {
            id: 'demoting',
            title: `${from} stops`,
            seen: demoting,
            waits: isScheduled ? 'for its time' : `for ${from} to begin; it looks once a round`,
          },
          {
            id: 'released',
            title: 'Lock released',
            seen: released,
            waits: `for ${from} to checkpoint, stop and give it up`,
          },
        ]),
    {
      id: 'taken',
      title: taken === null ? 'Lock taken' : `${taken.member} takes the lock`,
      seen: taken,
      waits: `for ${to}`,
    },
    {
      id: 'writable',
      title: isStandbyCluster ? `${to} is standby leader` : `${to} takes writes`,
      seen: writable,
      waits: isStandbyCluster ? 'for its promotion to standby leader' : 'for its promotion',
      ...(writable === null || next === null ? {} : { words: `timeline ${String(next)}, ${writable.by}` }),
    },
    ...(from === null ? [] : [follows(course, 'former', [from], `${from} follows`, timeline, at)]),
    ...(course.replicas.some((name) => everyone(course).includes(name))
      ? [
          follows(
            course,
            'replicas',
            course.replicas.filter((name) => everyone(course).includes(name)),
            isStandbyCluster ? 'Every replica follows' : `Every replica on ${timeline}`,
            timeline,
            at,
          ),
        ]
      : []),
  ];
}

function follows(
  course: ChangeCourse,
  id: string,
  names: readonly string[],
  title: string,
  timeline: string,
  at: number,
): Step {
  const left = awaited(course, at).filter((name) => names.includes(name));
  const gone = names.filter((name) => !isFollowing(course, name) && isGone(course, name, at));
  const seen = course.following.filter(({ member }) => names.includes(member));
  const last = seen.at(-1) ?? null;
  const isWhole = left.length === 0 && gone.length === 0 && course.writable !== null;
  return {
    id,
    title,
    seen: isWhole ? last : null,
    waits:
      gone.length > 0 && left.length === 0
        ? `not there any more: ${listNames(gone)}`
        : `${names.length > 1 ? `${String(seen.length)} of ${String(names.length)}; ` : ''}for ${listNames(left)} to stream on ${timeline}`,
    failed: gone.length > 0 && left.length === 0,
    ...(last === null
      ? {}
      : { words: names.length > 1 ? `${String(seen.length)} of ${String(names.length)}, ${last.by}` : last.by }),
  };
}
