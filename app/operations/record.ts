import type { ChangeCourse, Sent } from './change-course';
import { changePhases } from './change-phases';
import type { Check } from './check';
import type { Intent } from './intent';
import { type MeasuredOutage, measured } from './outage';
import type { Outcome, Phase } from './phase';
import type { Picture } from './picture';
import type { Plan } from './plan';
import { type TaskCourse, taskPhases } from './task-course';

/** What has been seen of an operation. */
export type Course = ChangeCourse | TaskCourse;

/** What was written down of an operation: while it runs, and as its report afterwards. */
export interface OperationRecord {
  readonly version: 1;
  readonly id: string;
  readonly clusterId: string;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly scope: string;
  /** In the practice herd. */
  readonly practice: boolean;
  readonly intent: Intent;
  /** The account on the machine that Herdscope ran on. */
  readonly by: { readonly user: string; readonly host: string };
  /** ISO 8601, as all instants here. */
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** As it was confirmed, with its checks and requests. */
  readonly plan: Plan;
  /** Ids of the warnings that were accepted. */
  readonly accepted: readonly string[];
  readonly course: Course;
  /** What else happened, in order: a lost store, the window closed, a warning before a scheduled time. */
  readonly notes: readonly { readonly at: string; readonly words: string }[];
  readonly before: Picture;
  readonly after: Picture | null;
  /** What speaks against it now, while a scheduled one waits. */
  readonly warnings: readonly Check[];
}

/** An operation as the window shows it. */
export interface OperationView {
  readonly record: OperationRecord;
  readonly phases: readonly Phase[];
  readonly outcome: Outcome | null;
  readonly outage: MeasuredOutage | null;
  /** From sending to the end, or to the last thing that was seen; null before anything was. */
  readonly tookMs: number | null;
}

/** The record with what follows from it. `now` in milliseconds since 1970. */
export function viewOf(record: OperationRecord, now: number): OperationView {
  const { course } = record;
  const at = record.endedAt === null ? now : Date.parse(record.endedAt);
  return {
    record,
    phases: phasesOf(course, at),
    outcome: course.outcome,
    outage: course.kind === 'change' ? measured(course.outage) : null,
    tookMs: record.endedAt === null ? null : at - begunAt(course),
  };
}

/** A scheduled change of the leader whose time has not come: it can be cancelled, and others may go before it. */
export function isWaiting({ course }: OperationRecord): boolean {
  if (course.kind === 'task' || course.outcome !== null) return false;
  const { intent } = course;
  return (
    intent.kind === 'switchover' && intent.scheduledAt !== null && course.demoting === null && course.released === null
  );
}

/** The steps of it, each as far as it was seen. `at` in milliseconds since 1970. */
export function phasesOf(course: Course, at: number): readonly Phase[] {
  return course.kind === 'change' ? changePhases(course, at) : taskPhases(course);
}

/** What came of each request that was sent, in order. */
export function answersOf(course: Course): readonly Sent[] {
  return course.kind === 'task' ? course.sent : course.sent === null ? [] : [course.sent];
}

/** When it began: for a scheduled one that is its time, not when it was scheduled. */
function begunAt(course: Course): number {
  if (course.kind === 'task') return course.sentAt;
  const { intent, sentAt, demoting, released } = course;
  if (intent.kind !== 'switchover' || intent.scheduledAt === null) return sentAt;
  return demoting?.at ?? released?.at ?? sentAt;
}
