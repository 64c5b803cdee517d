import { checkConfig } from '../configuration/check';
import { editedBy, pathText } from '../configuration/problem';
import { get, isObject } from '../cluster/parsed';
import type { Json } from '../json';
import type { Draft, RuleContext } from './rule';

/** What is wrong with the dynamic configuration, or may hurt: each with the keys it rests on. */
export function configuration({ cluster, key, patronictl }: RuleContext): readonly Draft[] {
  const problems = checkConfig(cluster);
  if (problems.length === 0) return [];
  const configKey = key('config');
  return problems.map(({ paths, code, severity, title, meaning, advice }) => ({
    code,
    severity,
    subject: { kind: 'key', key: configKey },
    about: paths.map(pathText).join(' '),
    title,
    meaning,
    advice: editedBy(advice, patronictl('edit-config')),
    evidence: paths.map((path) => ({
      label: pathText(path),
      value: valueText(path, cluster.config?.data),
      key: configKey,
    })),
  }));
}

/** A value in one line; lists and sections as JSON. */
function valueText(path: readonly string[], config: Json | undefined): string {
  let value: Json | undefined = config;
  for (const name of path) value = isObject(value) ? get(value, name) : undefined;
  if (value === undefined) return 'not set';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
