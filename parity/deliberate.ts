import { inexactNumbers, isObject } from '../app/cluster/parsed';
import type { Json, JsonObject } from '../app/json';
import type { Question } from './question';
import { same } from './same';

/** What is known of a place where the model and Patroni differ. */
export interface Context {
  readonly path: string;
  /** Patroni's value, or `["raise", exception, message]`. */
  readonly theirs: Json | undefined;
  readonly ours: Json | undefined;
  readonly question: Question;
  /** `KEY PROBLEM` for each key that the model says something against. */
  readonly problems: readonly string[];
}

/** A difference that is meant. */
export interface Deliberate {
  readonly name: string;
  readonly reason: string;
  /** Where it may show: the path of a fact. */
  readonly where: RegExp;
  /** How Patroni raises there, `Exception: message`; null where it gives a value. */
  readonly raises: RegExp | null;
  /** Where Patroni gives a value: whether it is the value that is meant. */
  readonly differs?: (context: Context) => boolean;
  /** Keys that show it, below the cluster's path. */
  readonly example: Readonly<Record<string, string>>;
  /** The version of Patroni that the example is for; both when not said. */
  readonly only?: '3.0' | '4.1';
}

const MEMBER = /\.(?:members|views|clone|lists|asJson|leaderFacts)|\.config\.permanentPhysicalSlots$/;
const ADDRESS =
  /^load$|^urls|\.(?:connKwargs|connKwargsAuth|connUrl|clonefrom|endpointUrl|asJson|clone)$|\.lists\.\d+$/;
const NO_GET = /^AttributeError: '(?:NoneType|str|int|bool|float|list)' object has no attribute 'get'$/;
const member = (value: Json): Readonly<Record<string, string>> => ({ 'members/pg1': JSON.stringify(value) });
const config = (value: Json): Readonly<Record<string, string>> => ({
  config: JSON.stringify(value),
  ...member({ tags: {} }),
});

/** The difference that may show anywhere. `follow-up.ts` asks again without such numbers: then nothing may differ. */
export const INEXACT = 'a number that JavaScript does not read exactly';

/** All deliberate differences. Whatever is not in this table fails the comparison. */
export const deliberate: readonly Deliberate[] = [
  {
    name: 'replicatefrom leads round in a circle',
    reason: 'Patroni follows it without end. The model asks each member once.',
    where: /\.views\.\d+\.(?:feedback|onPrimary)$/,
    raises: /^RecursionError: /,
    example: { 'members/pg1': '{"tags":{"replicatefrom":"pg1"}}', leader: 'pg2', config: '{}' },
  },
  {
    name: 'tags are not an object',
    reason: 'Patroni stops. The model takes no tags, and names the key.',
    where: MEMBER,
    raises: NO_GET,
    example: member({ tags: 'x' }),
  },
  {
    name: 'replicatefrom is not text',
    reason: 'Patroni stops where it makes a slot name of it. The model takes none, and names the key.',
    where: /\.views\.\d+\.(?:slots|hasPermanentSlots|feedback)$/,
    raises: /^AttributeError: '\w+' object has no attribute 'lower'$/,
    example: member({ tags: { replicatefrom: 7 } }),
    only: '4.1',
  },
  {
    name: 'a URL that Python does not take',
    reason: 'Patroni stops. The model has no address.',
    where: ADDRESS,
    raises:
      /^ValueError: (?:Port |Invalid IPv6 URL|netloc |An IPv4 address|IPvFuture|'.*' does not appear to be an IPv4 or IPv6)/s,
    example: member({ conn_url: 'postgres://h:x/postgres' }),
  },
  {
    name: 'a URL that is not text',
    reason: 'Patroni stops where it reads it. The model has none, and names the key.',
    where: ADDRESS,
    raises: /^AttributeError: '\w+' object has no attribute 'decode'$/,
    example: member({ conn_url: 7 }),
  },
  {
    name: 'conn_kwargs that are no address',
    reason: 'Patroni stops. The model leaves out what it cannot read.',
    where: ADDRESS,
    raises:
      /^(?:TypeError: '\w+' object is not iterable|TypeError: argument of type '\w+' is not iterable|AttributeError: '\w+' object has no attribute 'get'|ValueError: invalid literal for int\(\)|ValueError: dictionary update|TypeError: sequence item 0|TypeError: cannot convert dictionary|TypeError: unhashable)/,
    example: member({ conn_kwargs: 5 }),
  },
  {
    name: 'a section postgresql that is not an object',
    reason: 'Patroni stops where it asks for use_slots. The model takes the default.',
    where: /\.config\.useSlots$|\.views\.\d+\./,
    raises:
      /^AttributeError: (?:module 'patroni.global_config' has no attribute 'use_slots'|'\w+' object has no attribute 'get')$/,
    example: config({ postgresql: 'x' }),
  },
  {
    name: 'permanent slots that are not an object',
    reason: 'Patroni stops. The model has no permanent slots, and says so among the problems of the slots.',
    where: /\.config\.permanentPhysicalSlots$|\.views\.\d+\./,
    raises: /^AttributeError: '\w+' object has no attribute 'items'$/,
    example: config({ slots: [1] }),
  },
  {
    name: 'retain_slots that cannot be names',
    reason: 'Patroni stops. The model leaves them out, and names the key.',
    where: /\.views\.\d+\./,
    raises: /^TypeError: unhashable type/,
    example: { status: '{"optime":1,"retain_slots":[[]]}', ...member({}) },
    only: '4.1',
  },
  {
    name: 'names in /sync that are not text',
    reason: 'Patroni stops where it compares them. The model takes none, and names the key.',
    where: /\.sync\.|\.asJson$|\.lists\.\d+$/,
    raises:
      /^(?:AttributeError: '\w+' object has no attribute '(?:split|lower)'|TypeError: can only concatenate|TypeError: unsupported operand type\(s\) for \+)/,
    example: { sync: '{"leader":"pg1","sync_standby":7}', config: '{"synchronous_mode":true}', ...member({}) },
  },
  {
    name: 'restarts that Patroni does not write',
    reason: 'patronictl stops. The model leaves out what it cannot read.',
    where: /\.lists\.\d+$/,
    raises: /^(?:KeyError: |TypeError: |AttributeError: '\w+' object has no attribute 'items')/,
    example: member({ conn_url: 'postgres://h/x', scheduled_restart: {} }),
  },
  {
    name: 'a position that is text',
    reason: 'Patroni before 3.2 stops where it subtracts it. The model has no lag.',
    where: /\.asJson$|\.lists\.\d+$/,
    raises: /^TypeError: '>=' not supported/,
    example: member({ xlog_location: '5' }),
    only: '3.0',
  },
  {
    name: 'a line of history that is neither list nor text',
    reason: 'patronictl stops. The model has a line of blanks, and names the key.',
    where: /\.history$/,
    raises:
      /^(?:TypeError: '\w+' object is not iterable|TypeError: object of type '\w+' has no len\(\)|AttributeError: '\w+' object has no attribute 'append')$/,
    example: { history: '[7]' },
  },
  {
    name: 'scheduled_at that Patroni cannot read',
    reason: 'Patroni stops, and cannot load the cluster. The model names the key and shows the rest.',
    where: /^load$/,
    raises: /^(?:ParserError|TypeError: Parser must be|OverflowError: )/,
    example: { failover: '{"leader":"pg1","scheduled_at":"tomorrow"}' },
  },
  {
    name: 'scheduled_at as Patroni does not write it',
    reason:
      'dateutil reads nearly any text as an instant, with today for what is missing. The model takes ISO 8601 with a zone, as Patroni writes it, and names the key.',
    where: /\.(?:failover|asJson)$/,
    raises: null,
    differs: ({ problems }) => problems.some((problem) => problem.includes('scheduled_at')),
    example: { failover: '{"leader":"pg1","scheduled_at":"2026-11-23T02:15:32"}' },
  },
  {
    name: 'a value of another type than Patroni writes',
    reason:
      'Patroni hands it on as it is. The model has types: it has nothing there, or the value as text, and names the key.',
    where:
      /\.(?:connUrl|apiUrl|endpointUrl|state|tags|replicatefrom|failover|failsafe|historyLines|retainSlots)$|\.sync\.(?:leader|members|isEmpty)$/,
    raises: null,
    differs: ({ path, theirs, problems }) =>
      problems.length > 0 && (typeof theirs !== 'string' || /\.(?:tags|failsafe)$/.test(path)),
    example: member({ api_url: 7 }),
  },
  {
    name: 'names of a failover that are not text',
    reason: 'Patroni hands them on into /cluster. The model has them as text, and names the key.',
    where: /\.asJson$/,
    raises: null,
    differs: ({ problems, theirs, ours }) =>
      problems.some((problem) => /failover has a (?:leader|member) that is not text/.test(problem)) &&
      isObject(theirs) &&
      isObject(ours) &&
      same(theirs.members, ours.members),
    example: { failover: '{"leader":7,"scheduled_at":"2026-11-23T02:15:32+00:00"}' },
  },
  {
    name: 'retained slots that are not text, and equal to Python',
    reason:
      'To Python 1 and true are one name, so Patroni keeps one slot for both. The model has them as texts, which differ, and names the key.',
    where: /\.views\.\d+\.slots$/,
    raises: null,
    differs: ({ problems, theirs, ours }) =>
      problems.some((problem) => problem.includes('retain_slots that are not text')) &&
      isObject(theirs) &&
      isObject(ours) &&
      isObject(theirs['slots']) &&
      isObject(ours['slots']) &&
      same(theirs['slots'], withoutTwins(ours['slots'], theirs['slots'])),
    example: { status: '{"optime":67108864,"retain_slots":[1,true]}' },
    only: '4.1',
  },
  {
    name: 'members that share a slot, beside a retained slot',
    reason:
      'Patroni counts slots to find the clash, and a retained one makes up for it. The model says it all the same.',
    where: /\.views\.\d+\.slots$/,
    raises: null,
    differs: ({ theirs, ours, question }) =>
      question.kind === 'cluster' &&
      question.nodes.some(({ value }) => value.includes('retain_slots')) &&
      same(withoutShared(theirs), withoutShared(ours)),
    example: {
      status: '{"optime":1,"retain_slots":["gone"]}',
      'members/a-b': '{}',
      'members/a.b': '{}',
    },
    only: '4.1',
  },
  {
    name: 'permanent slots as stored',
    reason: 'Where they are not an object Patroni hands them on. The model has none.',
    where: /\.config\.permanentSlots$/,
    raises: null,
    differs: ({ theirs }) => !isObject(theirs),
    example: config({ slots: [1] }),
  },
  {
    name: 'a state of null',
    reason: 'Patroni hands it on. The model says unknown, as without a state.',
    where: /\.members\.\d+\.state$/,
    raises: null,
    differs: ({ theirs, ours }) => theirs === null && ours === 'unknown',
    example: member({ state: null }),
  },
  {
    name: INEXACT,
    reason:
      'A whole number beyond 2^53 or one written as 1.0. The model has the nearest number, and names the key. What depends on it differs, and nothing else.',
    where: /./,
    raises: null,
    differs: ({ question }) =>
      question.kind === 'cluster' && question.nodes.some(({ value }) => inexactNumbers(value) !== null),
    example: { status: '{"optime":9007199254740993}', ...member({ xlog_location: 1, receive_lsn: 2 }) },
    only: '4.1',
  },
];

/** A view's slots, and its log without the clash of names. */
function withoutShared(value: Json | undefined): Json {
  if (!isObject(value)) return null;
  const log = Array.isArray(value.log) ? (value.log as readonly Json[]) : [];
  const lines = log.filter((line) => !JSON.stringify(line).includes('shared-name'));
  return [value.slots ?? null, lines];
}

/** The entry of the table that a difference belongs to; undefined where it is not meant. */
export function deliberateOf(context: Context): Deliberate | undefined {
  const { path, theirs } = context;
  const raised = Array.isArray(theirs) && theirs[0] === 'raise' ? `${String(theirs[1])}: ${String(theirs[2])}` : null;
  return deliberate.find(({ where, raises, differs }) => {
    if (!where.test(path)) return false;
    return raised === null ? raises === null && differs?.(context) === true : raises?.test(raised) === true;
  });
}

/** Slots without those that Python counts as one with another: 1 and true, 0 and false. */
function withoutTwins(ours: JsonObject, theirs: JsonObject): JsonObject {
  const isLeftOut = (name: string): boolean =>
    ['true', 'false', '1', '0'].includes(name) && !Object.hasOwn(theirs, name);
  return Object.fromEntries(Object.entries(ours).filter(([name]) => !isLeftOut(name)));
}
