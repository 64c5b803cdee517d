import type { Clock } from '../../app/clock';
import type * as Member from '../../app/cluster/member';
import {
  advance,
  awaited,
  type ChangeCourse,
  type ChangeFact,
  endFollowing,
  isFollowing,
} from '../../app/operations/change-course';
import { changePhases } from '../../app/operations/change-phases';
import type { Check } from '../../app/operations/check';
import { makePlan } from '../../app/operations/make-plan';
import { measured } from '../../app/operations/outage';
import type { Outcome } from '../../app/operations/phase';
import { picture } from '../../app/operations/picture';
import type { PlannedRequest, Situation } from '../../app/operations/plan';
import type { OperationRecord } from '../../app/operations/record';
import { log } from '../log';
import type { ClusterDoor, Doors } from './cluster-door';
import type { Run, RunListener } from './run';
import { sendRequest } from './send';
import { askMember, groupOf, situationOf } from './situation';

/** How often a member is asked whose next word decides how long writes stopped. */
const CLOSE_MS = 40;
/** How often those are asked who only have to follow. */
const FAR_MS = 500;
/** What a scheduled operation waits for is looked at so often. */
const RECHECK_MS = 15_000;
/** The members are watched closely from so long before a scheduled time on. */
const LEAD_MS = 8000;
/** An operation of which nothing is left but members that do not come is not watched for ever. */
const PATIENCE_MS = 30 * 60_000;
const TICK_MS = 1000;

/** One change of the leader while it runs: sent, and followed to its end from the store's watch and the members' own answers. */
export class ChangeRun implements Run {
  #record: OperationRecord;
  #course: ChangeCourse;
  #told = '';
  #closed = false;
  #stopWatch: (() => void) | null = null;
  readonly #stops = new Map<string, () => void>();
  /** Members that were asked and have not answered yet. */
  readonly #underWay = new Set<string>();
  #wasLive = true;
  #concluding = false;

  constructor(
    record: OperationRecord,
    course: ChangeCourse,
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

  /** Begins to watch, then sends. */
  async start(): Promise<void> {
    this.#watch();
    // The first answers of the leader are what the outage is measured from.
    if (this.#scheduledAt() === null) await this.#pause(300);
    const [request] = this.#record.plan.requests;
    if (request === undefined || this.#closed) return;
    // Written down before it is sent: a program that is started anew must know whether it may have been.
    this.#set({ ...this.#course, handedOver: true });
    await this.#send(request);
  }

  /** Goes on with one that was begun before the program was started. Nothing is sent again. */
  resume(): void {
    this.note(
      'Herdscope was started again and goes on following. What happened in between was not seen as it happened.',
    );
    if (this.#course.sent === null) {
      const sent = this.#course.handedOver ? 'perhaps' : 'no';
      const words = 'Herdscope ended before the answer came.';
      this.#take({ kind: 'sent', sent: { kind: 'unreachable', at: this.clock.now(), sent, words } });
    }
    if (this.#course.outcome === null) this.#watch();
  }

  /** Ends the watching, not the operation: the program ends. */
  close(): void {
    this.#closed = true;
    this.#stopWatch?.();
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  /** The person does not want to watch any longer. */
  endFollowing(): void {
    this.#set(endFollowing(this.#course, this.clock.now()));
  }

  note(words: string): void {
    const note = { at: this.#now(), words };
    this.#record = { ...this.#record, notes: [...this.#record.notes, note].slice(-200) };
    this.#tell();
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  #scheduledAt(): number | null {
    const { intent } = this.#course;
    return intent.kind === 'switchover' && intent.scheduledAt !== null ? Date.parse(intent.scheduledAt) : null;
  }

  #door(): ClusterDoor | null {
    return this.doors.open(this.#record.clusterId);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }

  async #send(request: PlannedRequest): Promise<void> {
    const door = this.#door();
    if (door === null) {
      const words = 'The cluster is not there any more, so nothing was sent.';
      this.#take({ kind: 'sent', sent: { kind: 'unreachable', at: this.clock.now(), sent: 'no', words } });
      return;
    }
    const config = groupOf(door, this.#course.intent.group)?.cluster.config ?? null;
    this.#take({ kind: 'sent', sent: await sendRequest(door, request, config, this.clock) });
  }

  #watch(): void {
    this.#stopWatch = this.doors.watch(this.#record.clusterId, () => {
      this.#look();
    });
    this.#look();
    this.#later('tick', TICK_MS, () => {
      this.#tick();
    });
    if (this.#scheduledAt() !== null)
      this.#later('recheck', RECHECK_MS, () => {
        void this.#recheck();
      });
  }

  /** The store, as it is now. */
  #look(): void {
    if (this.#closed) return;
    const door = this.#door();
    const isLive = door?.isLive === true;
    if (isLive !== this.#wasLive) {
      this.#wasLive = isLive;
      this.note(
        isLive
          ? 'The store is heard from again.'
          : 'The store is not heard from. Following goes on by what the members say.',
      );
    }
    const detail = door === null ? null : groupOf(door, this.#course.intent.group);
    if (detail === null || !isLive) return;
    this.#take({ kind: 'cluster', cluster: detail.cluster });
    for (const { name } of detail.cluster.members) this.#askOn(name);
  }

  #tick(): void {
    if (this.#closed || this.#course.outcome !== null) return;
    this.#take({ kind: 'tick' });
    const since = this.#course.writable?.at ?? this.#course.sentAt;
    const scheduled = this.#scheduledAt();
    const from = scheduled === null ? since : Math.max(since, scheduled);
    if (this.clock.now() - from > PATIENCE_MS) this.endFollowing();
    this.#later('tick', TICK_MS, () => {
      this.#tick();
    });
  }

  /** Asks a member over and over, as often as its next word matters now. */
  #askOn(name: string): void {
    if (this.#stops.has(`ask ${name}`)) return;
    const wait = this.#intervalOf(name);
    if (wait === null) return;
    const begun = this.clock.now();
    this.#stops.set(`ask ${name}`, () => undefined);
    this.#underWay.add(name);
    void this.#askOnce(name).then(() => {
      this.#underWay.delete(name);
      this.#stops.delete(`ask ${name}`);
      if (this.#closed || this.#course.outcome !== null) return;
      const again = this.#intervalOf(name);
      if (again === null) return;
      this.#later(`ask ${name}`, Math.max(0, again - (this.clock.now() - begun)), () => {
        this.#stops.delete(`ask ${name}`);
        this.#askOn(name);
      });
    });
  }

  /** The leader does not take writes any more: from now on each moment of those who may follow it counts. */
  #askAllNow(): void {
    for (const name of this.#known.keys()) {
      if (this.#underWay.has(name)) continue;
      this.#stops.get(`ask ${name}`)?.();
      this.#stops.delete(`ask ${name}`);
      this.#askOn(name);
    }
  }

  async #askOnce(name: string): Promise<void> {
    const door = this.#door();
    const member = this.#memberOf(door, name);
    if (door === null || member === null) return;
    const askedAt = this.clock.now();
    const report = await askMember(door.members, member, this.clock, { timeoutMs: 1000, path: '/health' });
    if (!this.#closed) this.#take({ kind: 'report', report, askedAt });
  }

  readonly #known = new Map<string, Member.Member>();

  /** Its key, or the last one that it had: a member is asked on while the store is away, or its key has run out. */
  #memberOf(door: ClusterDoor | null, name: string): Member.Member | null {
    const detail = door === null ? null : groupOf(door, this.#course.intent.group);
    const member = detail?.cluster.members.find((one) => one.name === name);
    if (member !== undefined) this.#known.set(name, member);
    return this.#known.get(name) ?? null;
  }

  /** Null when it need not be asked now. */
  #intervalOf(name: string): number | null {
    const course = this.#course;
    const { from, intent, outage, writable, replicas, taken } = course;
    if (course.outcome !== null || isFollowing(course, name)) return null;
    const now = this.clock.now();
    const scheduled = this.#scheduledAt();
    const isWaiting = course.demoting === null && course.released === null;
    if (scheduled !== null && isWaiting && scheduled - now > LEAD_MS)
      return Math.min(10_000, Math.max(50, scheduled - now - LEAD_MS));
    // With very many members, or after long, it is not asked so often that it hurts.
    const isLong = now - Math.max(course.sentAt, scheduled ?? 0) > 120_000;
    const close = isLong ? FAR_MS : Math.max(CLOSE_MS, replicas.length * 8);
    const far = (isLong ? 4 : 1) * Math.max(FAR_MS, replicas.length * 20);
    const couldLead = taken === null ? intent.candidate === null || intent.candidate === name : taken.member === name;
    if (outage.resumed === null) {
      if (name === from) return outage.firstBad === null && taken === null ? close : far;
      if (couldLead) return outage.firstBad !== null || from === null ? close : far;
    }
    return writable?.member === name ? null : far;
  }

  /** While a scheduled one waits: whether it would be refused or dropped as the cluster is now. */
  async #recheck(): Promise<void> {
    const scheduled = this.#scheduledAt();
    if (this.#closed || this.#course.outcome !== null || scheduled === null || this.#course.demoting !== null) return;
    if (this.clock.now() < scheduled) this.#warn(await this.#checksNow());
    const soon = scheduled - this.clock.now() < 60_000;
    this.#later('recheck', soon ? 3000 : RECHECK_MS, () => {
      void this.#recheck();
    });
  }

  #warn(checks: readonly Check[] | null): void {
    if (checks === null || this.#course.outcome !== null) return;
    const { accepted, warnings } = this.#record;
    const now = checks.filter(({ id, state }) => state === 'stop' || (state === 'warning' && !accepted.includes(id)));
    const same = now.map(({ id }) => id).join() === warnings.map(({ id }) => id).join();
    this.#record = { ...this.#record, warnings: now };
    if (same) {
      this.#tell();
      return;
    }
    const stops = now.filter(({ state }) => state === 'stop').map(({ title }) => title);
    this.note(
      now.length === 0
        ? 'Nothing speaks against the scheduled switchover any more.'
        : stops.length > 0
          ? `As it is now the scheduled switchover would be dropped: ${stops.join('; ')}.`
          : `Worth knowing before the scheduled switchover: ${now.map(({ title }) => title).join('; ')}.`,
    );
  }

  /** The checks as the cluster is now, as if nothing had been asked for yet. */
  async #checksNow(): Promise<readonly Check[] | null> {
    const door = this.#door();
    const { intent } = this.#course;
    if (door === null) return null;
    let situation: Situation | null;
    try {
      situation = await situationOf(door, intent, this.clock, { past: [], throughStore: false });
    } catch (error) {
      // They are told beside what happens: it is followed, and ends, without them.
      log('error', 'the checks of an operation that runs', error);
      return null;
    }
    if (situation === null) return null;
    const plan = makePlan(intent, { ...situation, cluster: { ...situation.cluster, failover: null } });
    return plan.checks.filter(({ id }) => !['writable', 'schedule', 'route'].includes(id));
  }

  #take(fact: ChangeFact): void {
    if (this.#closed) return;
    this.#set(advance(this.#course, fact, this.clock.now()));
  }

  #set(course: ChangeCourse): void {
    if (course === this.#course) return;
    const hasStopped = course.outage.firstBad !== null && this.#course.outage.firstBad === null;
    const isEnd = course.outcome !== null && this.#course.outcome === null;
    if (isEnd && course.outcome.dropped === true) {
      void this.#conclude(course, course.outcome);
      return;
    }
    this.#course = course;
    this.#record = { ...this.#record, course };
    if (isEnd) this.#end();
    else this.#tell();
    if (hasStopped) this.#askAllNow();
  }

  /** Patroni does not say why it dropped a request: what the checks find at once is the best answer that there is. */
  async #conclude(course: ChangeCourse, outcome: Outcome): Promise<void> {
    if (this.#concluding) return;
    this.#concluding = true;
    const stops = (await this.#checksNow())?.filter(({ state }) => state === 'stop') ?? [];
    if (this.#closed) return;
    const why = stops.map(({ title, words }) => `${title}. ${words}`).join(' ');
    const [first] = stops;
    const told =
      first === undefined
        ? outcome
        : { ...outcome, words: `${outcome.words} As it is now: ${why}`, advice: first.advice ?? outcome.advice };
    this.#course = { ...course, outcome: told };
    this.#record = { ...this.#record, course: this.#course };
    this.#end();
  }

  #end(): void {
    const door = this.#door();
    const detail = door === null ? null : groupOf(door, this.#course.intent.group);
    this.#record = {
      ...this.#record,
      endedAt: this.#now(),
      after: detail === null ? null : picture(detail.cluster, this.#now()),
      warnings: [],
    };
    this.close();
    this.listener.changed(this.#record);
    this.listener.ended(this.#record);
  }

  /** Tells when something that a person sees is another: answers come many times a second. */
  #tell(): void {
    const { notes, warnings } = this.#record;
    const course = this.#course;
    const at = this.clock.now();
    const seen = JSON.stringify([
      course.handedOver,
      changePhases(course, at),
      course.outcome,
      notes.length,
      warnings.map(({ id }) => id),
      measured(course.outage),
      awaited(course, at),
      course.sent,
    ]);
    if (seen === this.#told) return;
    this.#told = seen;
    this.listener.changed(this.#record);
  }

  #later(name: string, ms: number, run: () => void): void {
    this.#stops.get(name)?.();
    this.#stops.set(name, this.clock.after(ms, run));
  }
}
