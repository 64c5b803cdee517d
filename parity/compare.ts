import { truthy } from '../app/cluster/coerce';
import { isObject } from '../app/cluster/parsed';
import { applies, ofVersion, type Rules } from '../app/cluster/rules';
import type { Json } from '../app/json';
import { deliberateOf } from './deliberate';
import { type Answer, answerOf, functionAnswer } from './facts';
import type { Question } from './question';
import { same } from './same';

/** A place where the model does not say what Patroni says. */
export interface Difference {
  readonly path: string;
  /** Patroni's word, or how it raised. */
  readonly theirs: Json | undefined;
  readonly ours: Json | undefined;
}

/** The outcome of one question. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** How many places were compared, and how often each deliberate difference was met. */
  readonly compared: number;
  readonly deliberate: ReadonlyMap<string, number>;
  /** False where Patroni raised before it had a cluster, and so said nothing else. */
  readonly isLoaded: boolean;
}

/** Texts that Patroni may hold empty, where the model has null. */
const LOOSE_TEXT = /\.(?:connUrl|apiUrl|replicatefrom|leaderName)$|\.sync\.leader$|\.failover\.(?:leader|candidate)$/;

/** Compares the model with what the oracle said to a question, field by field. */
export function compare(question: Question, theirs: Json, version: string): Comparison {
  const rules: Rules = ofVersion(version.split('.').map(Number));
  const answer = question.kind === 'cluster' ? answerOf(question, rules) : functionAnswer(question);
  const comparer = new Comparer(question, answer, rules);
  // As the structured clone between processes would: no undefined, no minus zero.
  comparer.visit('', theirs, JSON.parse(JSON.stringify(answer.facts)) as Json);
  return comparer.result();
}

class Comparer {
  readonly #rules: Rules;
  readonly #question: Question;
  readonly #answer: Answer;
  readonly #differences: Difference[] = [];
  readonly #deliberate = new Map<string, number>();
  #compared = 0;
  #isLoaded = true;

  constructor(question: Question, answer: Answer, rules: Rules) {
    this.#rules = rules;
    this.#question = question;
    this.#answer = answer;
  }

  result(): Comparison {
    return {
      differences: this.#differences,
      compared: this.#compared,
      deliberate: this.#deliberate,
      isLoaded: this.#isLoaded,
    };
  }

  /** Goes down to the oracle's pairs. What only the model says is not compared: older versions know less. */
  visit(path: string, theirs: Json, ours: Json | undefined): void {
    if (Array.isArray(theirs) && theirs[0] === 'ok' && theirs.length === 2) {
      this.#leaf(path, theirs[1] as Json, ours);
    } else if (Array.isArray(theirs) && theirs[0] === 'raise' && theirs.length === 3) {
      if (path === 'load') this.#isLoaded = false;
      this.#difference(path, theirs, ours);
    } else if (Array.isArray(theirs)) {
      const list = Array.isArray(ours) ? (ours as readonly Json[]) : [];
      if (list.length !== theirs.length) this.#difference(`${path}.length`, theirs.length, list.length);
      theirs.forEach((item: Json, i) => this.visit(`${path}.${i}`, item, list[i]));
    } else if (isObject(theirs)) {
      for (const [key, value] of Object.entries(theirs)) {
        const known = isObject(ours) && Object.hasOwn(ours, key) ? ours[key] : undefined;
        this.visit(path === '' ? key : `${path}.${key}`, value, known);
      }
    }
  }

  #leaf(path: string, raw: Json, ours: Json | undefined): void {
    this.#compared += 1;
    // Before 3.0.3 a failover key that is only `:` counted as none; asking for nothing comes to the same.
    const isNoFailover = path.endsWith('.failover') && raw === null && isObject(ours) && ours.isEmpty === true;
    if (isNoFailover && !applies(this.#rules, 'config-is-object')) return;
    const theirs = normal(path, raw);
    if (!same(theirs, ours === undefined ? undefined : normalOurs(path, ours))) this.#difference(path, raw, ours);
  }

  #difference(path: string, theirs: Json, ours: Json | undefined): void {
    const said = normalSaid(path, theirs);
    const context = { path, theirs: said, ours, question: this.#question, problems: this.#answer.problems };
    const meant = deliberateOf(context);
    if (meant === undefined) this.#differences.push({ path, theirs, ours });
    else this.#deliberate.set(meant.name, (this.#deliberate.get(meant.name) ?? 0) + 1);
  }
}

/** A raise as it is, a value in the way in which it is compared. */
function normalSaid(path: string, theirs: Json | undefined): Json | undefined {
  return /views\.\d+\.slots$/.test(path) && isObject(theirs) ? normal(path, theirs) : theirs;
}

/** What stands for the same thing, written in one way. */
function normal(path: string, value: Json): Json {
  if (LOOSE_TEXT.test(path)) return truthy(value) ? value : null;
  // To Python true is 1.
  if (path.endsWith('.lastLsn')) return Number(value);
  if (path.endsWith('.failover') && isObject(value)) {
    const set = (name: string): Json => (truthy(value[name]) ? (value[name] ?? null) : null);
    return { ...value, leader: set('leader'), candidate: set('candidate'), at: set('at') };
  }
  if (/views\.\d+\.slots$/.test(path) && isObject(value)) return { ...value, log: logLines(value.log) };
  return value;
}

function normalOurs(path: string, value: Json): Json {
  if (LOOSE_TEXT.test(path)) return value === '' ? null : value;
  if (path.endsWith('.failover') && isObject(value)) {
    const { isEmpty: _, ...rest } = value;
    return rest;
  }
  return value;
}

/** What a line of the log names. */
function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Patroni's log as the problems that it names. */
function logLines(log: Json | undefined): Json {
  if (!Array.isArray(log)) return [];
  const lines = (log as readonly [string, readonly Json[]][]).flatMap(([message, args]): string[] => {
    if (message.startsWith('Following cluster members share')) return [`shared-name ${text(args[0])}`];
    if (message.startsWith('Invalid permanent replication slot name')) return [`invalid-name ${text(args[0])}`];
    if (message.startsWith('Bad value for slot')) return [`bad-value ${text(args[0])}`];
    if (message.startsWith('Permanent logical replication slot {')) return [`logical-conflict ${text(args[0])}`];
    if (message.startsWith('Permanent logical replication slots supported')) {
      const slots = args[0];
      return [`logical-disabled ${(Array.isArray(slots) ? [...(slots as readonly string[])] : []).sort().join(' ')}`];
    }
    return [];
  });
  return lines.sort();
}
