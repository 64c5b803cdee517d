import type { Clock } from '../../app/clock';
import type { Sent } from '../../app/operations/change-course';
import { picture } from '../../app/operations/picture';
import type { OperationRecord } from '../../app/operations/record';
import { endTask, mayGoOn, type TaskCourse, taskHeard, taskSaw, taskSent } from '../../app/operations/task-course';
import type { Doors } from './cluster-door';
import type { Run, RunListener } from './run';
import { sendRequest } from './send';
import { askMember, groupOf } from './situation';

/** How often the members are asked whether it is so by now. */
const ASK_MS = 500;

/** An operation that is no change of the leader, while it runs: its requests go one after the other, and then it is watched until it is so. */
export class TaskRun implements Run {
  #record: OperationRecord;
  #course: TaskCourse;
  #closed = false;
  #stopWatch: (() => void) | null = null;
  #stopAsking: (() => void) | null = null;

  constructor(
    record: OperationRecord,
    course: TaskCourse,
    private readonly doors: Doors,
    private readonly clock: Clock,
    private readonly listener: RunListener,
  ) {
    this.#record = record;
    this.#course = course;
  }

  get record(): OperationRecord {
    return this.#record;
  }

  async start(): Promise<void> {
    this.#watch();
    for (const request of this.#record.plan.requests) {
      const door = this.doors.open(this.#record.clusterId);
      if (this.#closed || !mayGoOn(this.#course)) return;
      const config = door === null ? null : (groupOf(door, this.#course.intent.group)?.cluster.config ?? null);
      const sent: Sent =
        door === null
          ? { kind: 'not-written', at: this.clock.now(), sure: true, words: 'Its connection is not there any more.' }
          : await sendRequest(door, request, config, this.clock);
      this.#set(taskSent(this.#course, sent));
      this.#look();
    }
  }

  resume(): void {
    const left = this.#course.to.length - this.#course.sent.length;
    this.note(
      left === 0
        ? 'Herdscope was started again and goes on following.'
        : 'Herdscope was started again. What had not been sent by then is not sent any more.',
    );
    if (left > 0) this.endFollowing();
    else this.#watch();
  }

  close(): void {
    this.#closed = true;
    this.#stopWatch?.();
    this.#stopAsking?.();
  }

  endFollowing(): void {
    this.#set(endTask(this.#course));
  }

  note(words: string): void {
    const note = { at: new Date(this.clock.now()).toISOString(), words };
    this.#record = { ...this.#record, notes: [...this.#record.notes, note].slice(-200) };
    this.listener.changed(this.#record);
  }

  #watch(): void {
    this.#stopWatch = this.doors.watch(this.#record.clusterId, () => {
      this.#look();
    });
    void this.#askOn();
  }

  #look(): void {
    const door = this.doors.open(this.#record.clusterId);
    if (this.#closed || door?.isLive !== true) return;
    const cluster = groupOf(door, this.#course.intent.group)?.cluster ?? null;
    this.#set(taskSaw(this.#course, cluster, this.clock.now()));
  }

  /** Those that have not come to it yet, by their own answers: their keys are written once a round. */
  async #askOn(): Promise<void> {
    const door = this.doors.open(this.#record.clusterId);
    const members = door === null ? [] : (groupOf(door, this.#course.intent.group)?.cluster.members ?? []);
    const wanted = new Set(
      this.#course.goals.flatMap(({ member, seen }) => (seen === null && member !== null ? [member] : [])),
    );
    if (door !== null) {
      const reports = members
        .filter(({ name }) => wanted.has(name))
        .map((member) => askMember(door.members, member, this.clock));
      for (const report of await Promise.all(reports)) {
        if (!this.#closed) this.#set(taskHeard(this.#course, report, this.clock.now()));
      }
    }
    if (this.#closed || this.#course.outcome !== null) return;
    this.#stopAsking = this.clock.after(ASK_MS, () => void this.#askOn());
  }

  #set(course: TaskCourse): void {
    if (this.#closed || course === this.#course) return;
    this.#course = course;
    this.#record = { ...this.#record, course };
    if (course.outcome === null) {
      this.listener.changed(this.#record);
      return;
    }
    const at = new Date(this.clock.now()).toISOString();
    const door = this.doors.open(this.#record.clusterId);
    const detail = door === null ? null : groupOf(door, course.intent.group);
    this.#record = { ...this.#record, endedAt: at, after: detail === null ? null : picture(detail.cluster, at) };
    this.close();
    this.listener.changed(this.#record);
    this.listener.ended(this.#record);
  }
}
