import { parseBool, parseInt, pythonInt } from '../cluster/coerce';
import { isObject } from '../cluster/parsed';
import { excerpt } from '../text';
import type { Json, JsonObject } from '../json';
import { type ConfigPath, isLocalOnly, settingAt } from './catalogue';
import { DECIDED_BY_PATRONI, PARAMETER_LIMITS } from './patroni-settings';
import { type ConfigProblem, EDIT, pathText } from './problem';
import type { Setting, SettingType } from './setting';

// Each key for itself: does anybody read it, is it of the right type, is it within its limits.

const TIMINGS = new Set(['ttl', 'loop_wait', 'retry_timeout']);
/** Below these anything may stand: other programs' sections, or values that PostgreSQL alone judges. */
const MAX_PROBLEMS = 100;

/** What is wrong with single keys, in the order of the keys. */
export function checkKeys(config: JsonObject): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [name, value] of Object.entries(config)) checkAt([name], value, config, problems);
  return problems.slice(0, MAX_PROBLEMS);
}

function checkAt(path: ConfigPath, value: Json, config: JsonObject, problems: ConfigProblem[]): void {
  if (problems.length >= MAX_PROBLEMS) return;
  if (isLocalOnly(path)) {
    problems.push(localOnly(path));
    return;
  }
  const setting = settingAt(path);
  if (setting === null) {
    const unknown = unknownKey(path, config);
    if (unknown !== null) problems.push(unknown);
    return;
  }
  const [last = ''] = path.slice(-1);
  const isParameter = path[1] === 'parameters' && path.length === 3;
  if (isParameter && Object.hasOwn(DECIDED_BY_PATRONI, last.toLowerCase())) {
    problems.push(decided(path, DECIDED_BY_PATRONI[last.toLowerCase()] ?? ''));
    return;
  }
  // null takes a key away in patronictl edit-config; stored, it counts as not set.
  if (value === null) return;
  const wrong = wrongType(path, setting, value) ?? outOfRange(path, setting, value, isParameter);
  if (wrong !== null) {
    problems.push(wrong);
    return;
  }
  if (isObject(value) && isSection(path)) {
    for (const [name, below] of Object.entries(value)) checkAt([...path, name], below, config, problems);
  }
}

/** Sections whose keys are Patroni's or PostgreSQL's. */
function isSection(path: ConfigPath): boolean {
  const [first = ''] = path;
  if (path.length === 1)
    return ['postgresql', 'standby_cluster', 'slots', 'permanent_slots', 'permanent_replication_slots'].includes(first);
  return path.length === 2 && (first === 'postgresql' ? path[1] === 'parameters' : first.includes('slots'));
}

function localOnly(path: ConfigPath): ConfigProblem {
  return {
    paths: [path],
    code: 'config-not-read',
    severity: 'warning',
    title: `${pathText(path)} is set here, where Patroni does not read it`,
    meaning: 'Patroni takes this only from each member’s own patroni.yml: here it does nothing.',
    advice: `Put it into the patroni.yml of each member, and take it out here ${EDIT}.`,
  };
}

function decided(path: ConfigPath, by: string): ConfigProblem {
  return {
    paths: [path],
    code: 'config-not-read',
    severity: 'info',
    title: `${path.at(-1) ?? ''} is set here, but decided by ${by}`,
    meaning: 'Patroni passes over what stands here.',
    advice: `Take it out ${EDIT}, so that nobody is misled.`,
  };
}

function unknownKey(path: ConfigPath, config: JsonObject): ConfigProblem | null {
  const [first, second = '', third] = path;
  if (first === 'postgresql' && second === 'parameters') {
    // A name with a dot belongs to an extension: PostgreSQL takes any.
    if (third === undefined || third.includes('.')) return null;
    return {
      paths: [path],
      code: 'config-unknown',
      severity: 'warning',
      title: `PostgreSQL has no parameter ${third}`,
      meaning:
        'None of PostgreSQL 10 to 18 knows it. Patroni leaves out a parameter that it does not know, and says so in its log.',
      advice: `Check the spelling, and correct it ${EDIT}. A parameter of an extension is written as extension.name.`,
    };
  }
  if (first === 'postgresql' && path.length === 2 && isReplicaMethod(second, config)) return null;
  const inSlot = path.length > 2;
  return {
    paths: [path],
    code: 'config-unknown',
    severity: 'info',
    title: inSlot ? `Patroni has no key ${pathText(path)} in a slot` : `Patroni has no key ${pathText(path)}`,
    meaning: 'Nobody reads it: it does nothing, unless a program of your own uses it.',
    advice: `Check the spelling; if nobody needs it, take it out ${EDIT}.`,
  };
}

/** A section that is named in create_replica_methods holds that method's options; the list may be in patroni.yml too. */
function isReplicaMethod(name: string, config: JsonObject): boolean {
  const lists = [config['postgresql'], config['standby_cluster']].flatMap((section) =>
    isObject(section) ? [section['create_replica_methods'], section['create_replica_method']] : [],
  );
  return lists.some((list) => Array.isArray(list) && (list as readonly Json[]).includes(name));
}

const TYPE_WORDS: Readonly<Record<SettingType, string>> = {
  bool: 'on or off',
  int: 'a whole number',
  real: 'a number',
  text: 'text',
  enum: 'one of its words',
  list: 'a list',
  section: 'a section with keys of its own',
  any: '',
};

function wrongType(path: ConfigPath, setting: Setting, value: Json): ConfigProblem | null {
  if (fits(path, setting, value)) return null;
  const expected =
    setting.values === undefined
      ? TYPE_WORDS[setting.type]
      : `${path[0] === 'synchronous_mode' ? 'on, off or ' : ''}${setting.values.join(', ')}`;
  const [first = ''] = path;
  const refused = path.length === 1 && TIMINGS.has(first);
  return {
    paths: [path],
    code: 'config-wrong-type',
    severity: 'warning',
    title: `${pathText(path)} is ${excerpt(JSON.stringify(value), 40)}, not ${expected}`,
    meaning: refused
      ? 'Patroni cannot read the configuration with it: each member goes on with the one before, and no change here has an effect.'
      : wrongTypeMeaning(path, setting),
    advice: `Set it to ${expected} ${EDIT}.`,
  };
}

function wrongTypeMeaning(path: ConfigPath, setting: Setting): string {
  if (path[1] === 'parameters' && path.length === 3) {
    return setting.effect === 'none' || setting.values !== undefined || Object.hasOwn(PARAMETER_LIMITS, path[2] ?? '')
      ? `Patroni uses its default instead${setting.fallback === null ? '' : `: ${setting.fallback}`}.`
      : 'Patroni leaves such a value out, or PostgreSQL refuses it: the parameter keeps its default.';
  }
  if (setting.type === 'bool' || setting.type === 'enum') return 'Patroni takes it for off.';
  if (setting.type === 'int') return `Patroni uses the default instead: ${setting.fallback ?? 'none'}.`;
  return 'Patroni cannot use it as it is, and may fail where it needs it.';
}

function fits(path: ConfigPath, setting: Setting, value: Json): boolean {
  const isParameter = path[1] === 'parameters' && path.length === 3;
  switch (setting.type) {
    case 'any':
      return true;
    case 'section':
      return isObject(value) || (path.length === 2 && (path[0] ?? '').includes('slots'));
    case 'list':
      return (
        Array.isArray(value) || (isParameter && typeof value === 'string') || path.at(-1) === 'create_replica_methods'
      );
    case 'bool':
      return parseBool(value) !== null || (isParameter && typeof value === 'string' && isBoolPrefix(value));
    case 'int':
      // int() of Python, where it counts: no unit, no fraction.
      if (path.length === 1 && TIMINGS.has(path[0] ?? '')) return pythonInt(value) !== null;
      if (setting.unit === null || !isParameter) {
        return parseInt(value, path[0] === 'member_slots_ttl' ? 's' : null) !== null;
      }
      return parseInt(value, setting.unit) !== null;
    case 'real':
      return (
        (typeof value === 'number' || typeof value === 'string') && Number.isFinite(Number.parseFloat(String(value)))
      );
    case 'text':
      return typeof value !== 'object';
    case 'enum': {
      if (typeof value === 'object') return false;
      if (setting.values === undefined) return true;
      const text = String(value).toLowerCase();
      return setting.values.includes(text) || (path[0] === 'synchronous_mode' && parseBool(value) !== null);
    }
  }
}

/** PostgreSQL takes any beginning of its words that is clear. */
const isBoolPrefix = (value: string): boolean =>
  /^(?:t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)$/i.test(value.trim());

function outOfRange(path: ConfigPath, setting: Setting, value: Json, isParameter: boolean): ConfigProblem | null {
  if (setting.type !== 'int') return null;
  const number = parseInt(value, isParameter ? setting.unit : path[0] === 'member_slots_ttl' ? 's' : null);
  if (number === null) return null;
  // Too small timings are told with the rule that ties them together (`app/findings/operation-rules.ts: timings`).
  if (path.length === 1 && TIMINGS.has(path[0] ?? '')) return null;
  const low = setting.least !== undefined && number < setting.least;
  const high = setting.largest !== undefined && number > setting.largest;
  if (!low && !high) return null;
  const unit = setting.unit === null ? '' : ` ${setting.unit}`;
  const limit = low ? `at least ${String(setting.least)}${unit}` : `at most ${String(setting.largest)}${unit}`;
  return {
    paths: [path],
    code: 'config-out-of-range',
    severity: 'warning',
    title: `${pathText(path)} is ${String(number)}${unit}, and must be ${limit}`,
    meaning:
      isParameter && setting.fallback !== null
        ? `Patroni does not take it, and uses its own default instead: ${setting.fallback}.`
        : 'Patroni’s own check of a configuration refuses it; what it does with it when it stands here all the same is not defined.',
    advice: `Set it to ${limit} ${EDIT}.`,
  };
}
