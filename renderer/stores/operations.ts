import { createStore } from 'zustand/vanilla';
import type { OperationPlan } from '../../app/ipc/operations';
import type { Intent } from '../../app/operations/intent';
import type { Plan } from '../../app/operations/plan';
import type { OperationView } from '../../app/operations/record';
import { bridge, request } from '../bridge';
import { openTab, toast, uiStore } from './ui';

/** The steps of an operation, in order. Nothing is sent before `follow`. */
export const steps = ['what', 'checks', 'review', 'confirm', 'follow', 'report'] as const;
export type Step = (typeof steps)[number];

/** An operation that is being prepared or followed on one cluster. It stays while the person looks at something else. */
export interface Wizard {
  readonly clusterId: string;
  readonly step: Step;
  readonly intent: Intent;
  /** The configuration that is being edited as it was when that began, as JSON; null for another operation. */
  readonly configBase: string | null;
  /** The scheduled time as it is being typed, local: `2026-11-23T22:00`; empty for now. */
  readonly when: string;
  /** Ids of the warnings that were ticked. */
  readonly accepted: readonly string[];
  readonly typedName: string;
  readonly throughStore: boolean;
  /** The last plan that main made, and when it came (milliseconds since 1970); null before the first, and after the intent was changed. */
  readonly planned: (OperationPlan & { readonly at: number }) | null;
  /** Why there is no plan, or why it was not started; null when neither. */
  readonly problem: string | null;
  readonly starting: boolean;
  /** The operation that is followed; null before it was started. */
  readonly operationId: string | null;
}

export interface OperationsState {
  /** At most one for each cluster, by its id. */
  readonly wizards: ReadonlyMap<string, Wizard>;
  /** Those that main told of, by id. */
  readonly views: ReadonlyMap<string, OperationView>;
}

export const operationsStore = createStore<OperationsState>(() => ({ wizards: new Map(), views: new Map() }));

function setWizard(wizard: Wizard): void {
  operationsStore.setState(({ wizards }) => ({ wizards: new Map(wizards).set(wizard.clusterId, wizard) }));
}

/** Changes the wizard of a cluster, if it has one. */
export function changeWizard(clusterId: string, change: Partial<Wizard>): void {
  const wizard = operationsStore.getState().wizards.get(clusterId);
  if (wizard !== undefined) setWizard({ ...wizard, ...change });
}

/** Opens the wizard of a cluster: the one that is there, or a new one for this intent. */
export function openWizard(clusterId: string, intent: Intent, fresh = false): void {
  const known = operationsStore.getState().wizards.get(clusterId);
  if (known === undefined || fresh) {
    setWizard({
      clusterId,
      step: 'what',
      intent,
      configBase: intent.kind === 'edit-config' ? intent.text : null,
      when: '',
      accepted: [],
      typedName: '',
      throughStore: false,
      planned: null,
      problem: null,
      starting: false,
      operationId: null,
    });
  }
  openTab('operation');
}

/** Takes the wizard of a cluster away. What was sent goes on all the same, and what else is followed there is shown again. */
export function closeWizard(clusterId: string): void {
  operationsStore.setState(({ wizards }) => {
    const left = new Map(wizards);
    left.delete(clusterId);
    return { wizards: left };
  });
  for (const view of operationsStore.getState().views.values())
    if (view.outcome === null && view.record.clusterId === clusterId) showAgain(view);
  if (operationsStore.getState().wizards.has(clusterId)) return;
  if (uiStore.getState().tab === 'operation') openTab('overview');
}

/** Another thing is wanted: the plan is made anew, and what was accepted of the old one does not count. */
export function changeIntent(clusterId: string, intent: Intent, when?: string): void {
  changeWizard(clusterId, {
    intent,
    accepted: [],
    planned: null,
    problem: null,
    throughStore: false,
    ...(when === undefined ? {} : { when }),
  });
}

/** Shows one that runs or has ended. */
export function showOperation(view: OperationView): void {
  const { record } = view;
  openWizard(record.clusterId, record.intent, true);
  changeWizard(record.clusterId, { step: view.outcome === null ? 'follow' : 'report', operationId: record.id });
}

/** Asks main for the plan as the cluster is now. */
async function askForPlan(clusterId: string): Promise<void> {
  const before = operationsStore.getState().wizards.get(clusterId);
  if (before === undefined) return;
  const { intent, throughStore } = before;
  const answer = await request('operation.plan', { clusterId, intent, throughStore });
  const now = operationsStore.getState().wizards.get(clusterId);
  // What was asked for in the meantime is another thing.
  if (now === undefined || now.intent !== intent || now.throughStore !== throughStore || now.operationId !== null)
    return;
  if (answer.ok) setWizard({ ...now, planned: { ...answer.value, at: Date.now() }, problem: null });
  else setWizard({ ...now, problem: answer.error.message });
}

/** How long after an answer the next one is asked for. */
const AGAIN_MS = 2000;

/** Keeps the plan of a cluster's wizard fresh until the answer is called, which also ends the questions to its PostgreSQL. */
export function keepPlanning(clusterId: string): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let asked: Intent | null = null;
  let running = false;
  const go = async (): Promise<void> => {
    if (stopped || running) return;
    if (timer !== null) clearTimeout(timer);
    running = true;
    asked = operationsStore.getState().wizards.get(clusterId)?.intent ?? null;
    await askForPlan(clusterId);
    running = false;
    const wanted = operationsStore.getState().wizards.get(clusterId)?.intent ?? null;
    timer = setTimeout(() => void go(), wanted === asked ? AGAIN_MS : 0);
  };
  const stop = operationsStore.subscribe((now, before) => {
    const [is, was] = [now.wizards.get(clusterId), before.wizards.get(clusterId)];
    if (is !== undefined && (is.intent !== was?.intent || is.throughStore !== was.throughStore)) void go();
  });
  void go();
  return () => {
    stopped = true;
    stop();
    if (timer !== null) clearTimeout(timer);
    // Nobody looks at what PostgreSQL tells any more.
    void request('database.leave', { clusterId });
  };
}

/** Hands it to main, which checks once more and sends it. */
export async function startOperation(clusterId: string, typedName: string | null): Promise<void> {
  const wizard = operationsStore.getState().wizards.get(clusterId);
  if (wizard === undefined || wizard.starting) return;
  setWizard({ ...wizard, starting: true, problem: null });
  const { intent, accepted, throughStore } = wizard;
  const answer = await request('operation.start', {
    clusterId,
    intent,
    accepted,
    typedName,
    throughStore,
  });
  if (!answer.ok) {
    changeWizard(clusterId, { starting: false, problem: answer.error.message });
    return;
  }
  if (answer.value.kind === 'not-started') {
    const { plan, why } = answer.value;
    const { planned } = wizard;
    changeWizard(clusterId, {
      starting: false,
      step: 'checks',
      problem: `Nothing was sent. ${why}`,
      planned: planned === null ? null : { ...planned, plan, at: Date.now() },
    });
    return;
  }
  const { view } = answer.value;
  // What happened meanwhile was told before this answer came.
  if (!operationsStore.getState().views.has(view.record.id)) take(view);
  changeWizard(clusterId, { starting: false, step: 'follow', operationId: view.record.id });
}

/** Stops watching an operation. */
export async function endFollowing(id: string): Promise<void> {
  const answer = await request('operation.end', { id });
  if (!answer.ok) toast(answer.error.message, 'critical');
}

function take(view: OperationView): void {
  operationsStore.setState(({ views }) => ({ views: new Map(views).set(view.record.id, view) }));
}

/** The plan that a wizard shows: what was confirmed, once it was started. */
export function planOf(wizard: Wizard, view: OperationView | undefined): Plan | null {
  return view?.record.plan ?? wizard.planned?.plan ?? null;
}

/** Hears of operations from now on, and takes in those that main knows of. The answer ends it. */
export function followOperations(): () => void {
  const stop = bridge().on('operation', take);
  void request('operation.list', { clusterId: null }).then((answer) => {
    if (!answer.ok) return;
    // What came in the meantime is newer.
    operationsStore.setState(({ views }) => ({
      views: new Map([...answer.value.map((view) => [view.record.id, view] as const), ...views]),
    }));
    // A window that was closed meanwhile finds what still runs.
    for (const view of answer.value) if (view.outcome === null) showAgain(view);
  });
  return stop;
}

function showAgain(view: OperationView): void {
  const { record } = view;
  if (operationsStore.getState().wizards.has(record.clusterId)) return;
  setWizard({
    clusterId: record.clusterId,
    step: 'follow',
    intent: record.intent,
    configBase: null,
    when: '',
    accepted: record.accepted,
    typedName: '',
    throughStore: false,
    planned: null,
    problem: null,
    starting: false,
    operationId: record.id,
  });
}
