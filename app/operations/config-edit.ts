import type { Cluster } from '../cluster/cluster';
import { checkConfig } from '../configuration/check';
import { type ConfigProblem, pathText } from '../configuration/problem';
import { effectWords } from '../configuration/setting';
import { settingAt } from '../configuration/catalogue';
import { isObject, parseJsonObject } from '../cluster/parsed';
import type { Json, JsonObject } from '../json';
import { sameData } from '../same-data';
import { type Check, passed, stop, warning } from './check';
import type { Task } from './intent';
import type { Situation } from './plan';

/** One setting that is another after an edit; undefined where it is not set. */
export interface ConfigChange {
  /** E.g. `postgresql`, `parameters`, `max_connections`. */
  readonly path: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** What is other in the second configuration, setting by setting, in the order of their paths. */
export function configChanges(
  before: JsonObject,
  after: JsonObject,
  above: readonly string[] = [],
): readonly ConfigChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): readonly ConfigChange[] => {
    const [was, is] = [own(before, name), own(after, name)];
    const path = [...above, name];
    if (isObject(was) && isObject(is)) return configChanges(was, is, path);
    return sameData(was ?? null, is ?? null) && (was === undefined) === (is === undefined)
      ? []
      : [{ path, before: was, after: is }];
  });
}

/** When a change takes effect, in brackets; empty where it is not known. */
export function reloadWords(path: readonly string[]): string {
  const setting = settingAt(path);
  return setting === null ? '' : ` (${effectWords[setting.effect].short})`;
}

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

const problemId = ({ code, paths }: ConfigProblem): string => `${code} ${paths.map(pathText).join(' ')}`;

/** That the text is a configuration, that it changes something, and that nobody changed it meanwhile. */
export function configChecks(
  { text, revision }: Extract<Task, { kind: 'edit-config' }>,
  { cluster }: Situation,
): readonly Check[] {
  const { value, problem } = parseJsonObject(text);
  if (problem !== null) {
    return [stop('text', 'It is no configuration', `The text ${problem}.`, 'JSON', 'Correct it.')];
  }
  const now = cluster.config;
  if ((now?.version ?? '0') !== revision) {
    const words = 'Somebody changed /config since this was begun. Writing now would undo that.';
    return [
      stop(
        'revision',
        'The configuration was changed meanwhile',
        words,
        `revision ${now?.version ?? '0'}`,
        'Go back to What: there both are put together.',
      ),
    ];
  }
  const changes = configChanges(now?.data ?? {}, value);
  if (changes.length === 0)
    return [stop('text', 'Nothing is changed', 'The text says the same as /config.', '/config')];
  const after: Cluster = { ...cluster, config: { version: revision, modifyVersion: revision, data: value } };
  const known = new Set(checkConfig(cluster).map(problemId));
  const problems = checkConfig(after).filter(
    (problem) => problem.severity !== 'info' && !known.has(problemId(problem)),
  );
  return [
    ...problems.map((problem) =>
      warning(problemId(problem), problem.title, problem.meaning, pathText(problem.paths[0])),
    ),
    passed('text', 'It is a configuration', 'A JSON object, as Patroni keeps it.', 'JSON'),
    passed(
      'revision',
      'Nobody changed it meanwhile',
      'It is written only if it is still the one that was edited.',
      `revision ${revision}`,
    ),
  ];
}
