import { randomBytes } from 'node:crypto';
import type { Clock } from '../../app/clock';
import type { OperationPlan, OperationStart, StartOperation } from '../../app/ipc/operations';
import type { RequestError } from '../../app/ipc/contract';
import { beginChange } from '../../app/operations/change-course';
import { hasStop, unaccepted } from '../../app/operations/check';
import { type Intent, isChange } from '../../app/operations/intent';
import { makePlan } from '../../app/operations/make-plan';
import { picture } from '../../app/operations/picture';
import type { PastRun, Plan } from '../../app/operations/plan';
import { isWaiting, type OperationRecord, type OperationView, viewOf } from '../../app/operations/record';
import { beginTask } from '../../app/operations/task-course';
import { err, ok, type Result } from '../../app/result';
import { ChangeRun } from './change-run';
import type { Run, RunListener } from './run';
import { TaskRun } from './task-run';
import type { ClusterDoor, Doors } from './cluster-door';
import { OperationFiles } from './operation-files';
import { groupOf, situationOf } from './situation';

export interface OperationsOptions {
  readonly folder: string;
  readonly doors: Doors;
  readonly clock: Clock;
  readonly by: { readonly user: string; readonly host: string };
  /** Something of an operation that a person sees is another. */
  readonly changed: (view: OperationView) => void;
  readonly ended: (view: OperationView) => void;
  /** Told a sentence for the person. */
  readonly tell: (sentence: string) => void;
}

/**
 * The operations: the one door through which anything is written. Each is planned, checked once more when it is confirmed, sent, followed
 * to its end and written down. They live here and not in the window, which may be closed meanwhile.
 */
export class Operations {
  readonly #records = new Map<string, OperationRecord>();
  readonly #runs = new Map<string, Run>();
  readonly #files: OperationFiles;
  #unwritten = false;

  constructor(private readonly options: OperationsOptions) {
    this.#files = new OperationFiles(options.folder);
  }

  /** Reads what was written down, and goes on following what had not ended. */
  start(): void {
    const { records, broken } = this.#files.read();
    for (const record of records) this.#records.set(record.id, record);
    for (const path of broken) this.options.tell(`The report ${path} could not be read and was put aside.`);
    for (const record of records) {
      if (record.endedAt !== null) continue;
      const run = this.#run(record);
      run.resume();
    }
  }

  /** Whether something runs that would not be followed without this program. */
  get isBusy(): boolean {
    return this.#runs.size > 0;
  }

  /** What would be done, with all members asked just now. Nothing is sent. */
  async plan(clusterId: string, intent: Intent, throughStore: boolean): Promise<Result<OperationPlan, RequestError>> {
    const door = this.options.doors.open(clusterId);
    const plan = door === null ? null : await this.#plan(door, intent, throughStore);
    if (door === null || plan === null) return err(gone);
    const { practice, databaseLogin } = door;
    return ok({ plan, mustType: mustType(door, intent), practice, databaseLogin });
  }

  /**
   * Plans once more, and sends it if nothing stops it, every warning was accepted and the name was typed where it must be. Otherwise it
   * gives the plan as it is now.
   */
  async begin(request: StartOperation): Promise<Result<OperationStart, RequestError>> {
    const { clusterId, intent, accepted, typedName, throughStore } = request;
    const door = this.options.doors.open(clusterId);
    const detail = door === null ? null : groupOf(door, intent.group);
    if (door === null || detail === null) return err(gone);
    if (!door.isWritable) return err({ code: 'refused', message: 'Writing is not allowed on this connection.' });
    const plan = await this.#plan(door, intent, throughStore);
    if (plan === null) return err(gone);
    if (!door.isWritable) return err({ code: 'refused', message: 'Writing is not allowed on this connection.' });
    // Asked only now, and nothing is waited for below: of two that were confirmed at once one goes.
    const running = [...this.#runs.values()].find(
      ({ record }) => record.clusterId === clusterId && record.intent.group === intent.group && !isWaiting(record),
    );
    if (running !== undefined)
      return err({ code: 'refused', message: 'Another operation on this cluster is still followed.' });
    const refuse = (why: string): Result<OperationStart, RequestError> => ok({ kind: 'not-started', plan, why });
    if (hasStop(plan.checks) || plan.requests.length === 0) return refuse('Something stops it as the cluster is now.');
    if (unaccepted(plan.checks, accepted).length > 0) return refuse('Something new has to be accepted first.');
    const scope = door.detail?.scope ?? '';
    if (mustType(door, intent) && typedName !== scope)
      return refuse('The name that was typed is not the name of the cluster.');
    const cluster = groupOf(door, intent.group)?.cluster ?? detail.cluster;
    const now = this.options.clock.now();
    const at = new Date(now).toISOString();
    const record: OperationRecord = {
      version: 1,
      id: `${at.replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(4).toString('hex')}`,
      clusterId,
      connectionId: door.connectionId,
      connectionName: door.connectionName,
      scope,
      practice: door.practice,
      intent,
      by: this.options.by,
      startedAt: at,
      endedAt: null,
      plan,
      accepted: accepted.filter((id) => plan.checks.some((check) => check.id === id)),
      course: isChange(intent) ? beginChange(intent, cluster, now) : beginTask(intent, plan.requests, cluster, now),
      notes: [],
      before: picture(cluster, at),
      after: null,
      warnings: [],
    };
    // Before anything is sent: what is under way must be found again whatever happens to this program.
    const unwritten = this.#write(record);
    if (unwritten !== null) return refuse(`Its report could not be written (${unwritten}), so nothing was sent.`);
    const run = this.#run(record);
    this.#changed(record);
    void run.start();
    return ok({ kind: 'started', view: viewOf(record, now) });
  }

  /** Stops watching one that runs; what was sent stays sent. */
  endFollowing(id: string): Result<null, RequestError> {
    const run = this.#runs.get(id);
    if (run === undefined) return err({ code: 'not-found', message: 'This operation is not followed any more.' });
    run.endFollowing();
    return ok(null);
  }

  /** Of one cluster or of all, the newest first. */
  list(clusterId: string | null): readonly OperationView[] {
    const now = this.options.clock.now();
    return [...this.#records.values()]
      .filter((record) => clusterId === null || record.clusterId === clusterId)
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
      .slice(0, 200)
      .map((record) => viewOf(record, now));
  }

  /** The window was closed while something runs: it is said in the report. */
  windowClosed(): void {
    for (const run of this.#runs.values()) run.note('The window was closed; following goes on.');
  }

  close(): void {
    for (const run of this.#runs.values()) {
      run.close();
      this.#write(run.record);
    }
    this.#runs.clear();
  }

  async #plan(door: ClusterDoor, intent: Intent, throughStore: boolean): Promise<Plan | null> {
    const past = this.#past(door.clusterId);
    const situation = await situationOf(door, intent, this.options.clock, { past, throughStore });
    return situation === null ? null : makePlan(intent, situation);
  }

  /** How long earlier ones took, the newest first. */
  #past(clusterId: string): readonly PastRun[] {
    return this.list(clusterId)
      .filter(({ record }) => isChange(record.intent))
      .filter(({ outcome }) => outcome?.kind === 'done' || outcome?.kind === 'done-otherwise')
      .slice(0, 5)
      .map(({ record, outage, tookMs }) => ({
        at: record.startedAt,
        words: record.plan.title,
        tookMs: tookMs ?? 0,
        outageMs: outage?.ms ?? null,
      }));
  }

  #run(record: OperationRecord): Run {
    const { doors, clock } = this.options;
    const listener: RunListener = {
      changed: (now) => {
        this.#changed(now);
      },
      ended: (now) => {
        this.#runs.delete(now.id);
        this.options.ended(viewOf(now, clock.now()));
      },
    };
    const { course } = record;
    const run =
      course.kind === 'change'
        ? new ChangeRun(record, course, doors, clock, listener)
        : new TaskRun(record, course, doors, clock, listener);
    this.#runs.set(record.id, run);
    return run;
  }

  #changed(record: OperationRecord): void {
    this.#records.set(record.id, record);
    const failed = this.#write(record);
    if (failed !== null && !this.#unwritten) {
      this.#unwritten = true;
      this.options.tell(`The report of an operation could not be written: ${failed}. It is kept for this run only.`);
    }
    this.options.changed(viewOf(record, this.options.clock.now()));
  }

  #write(record: OperationRecord): string | null {
    try {
      this.#files.write(record);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** On production, and before anything that leaves nothing behind. */
function mustType({ isProduction }: ClusterDoor, intent: Intent): boolean {
  return isProduction || intent.kind === 'remove-cluster';
}

const gone: RequestError = { code: 'not-found', message: 'This cluster is not there any more.' };
