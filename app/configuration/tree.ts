import { get, isObject } from '../cluster/parsed';
import { compareText } from '../text';
import type { Json, JsonObject } from '../json';
import { type ConfigPath, defaultsOf, settingAt } from './catalogue';
import type { Setting } from './setting';

/** One key of the configuration, as a line of the tree. */
export interface ConfigRow {
  /** The path as JSON: it tells `a.b` and `a`, `b` apart. */
  readonly id: string;
  readonly path: ConfigPath;
  readonly name: string;
  /** 1 for the top. */
  readonly level: number;
  /** Null for a key that is not set; then the default holds. */
  readonly value: Json | undefined;
  /** Whether it has lines of its own below. */
  readonly isBranch: boolean;
  readonly setting: Setting | null;
  /** Place among its siblings, from 1, and their number. */
  readonly place: number;
  readonly siblings: number;
}

/** A value nests no deeper than Patroni's own do, and a list no longer than a person reads. */
const MAX_LEVEL = 8;

export const pathId = (path: ConfigPath): string => JSON.stringify(path);

/** The keys of a configuration, each branch before what is below it, in alphabetical order; with the defaults of keys that are not set, when asked. */
export function configRows(config: JsonObject, withDefaults: boolean): readonly ConfigRow[] {
  const rows: ConfigRow[] = [];
  const walk = (value: Json, path: ConfigPath): void => {
    const below = childrenOf(value, path, withDefaults);
    for (const [i, [name, child]] of below.entries()) {
      const at = [...path, name];
      const isBranch = at.length < MAX_LEVEL && child !== undefined && childrenOf(child, at, withDefaults).length > 0;
      rows.push({
        id: pathId(at),
        path: at,
        name,
        level: at.length,
        value: child,
        isBranch,
        setting: settingAt(at),
        place: i + 1,
        siblings: below.length,
      });
      if (isBranch && child !== undefined) walk(child, at);
    }
  };
  walk(config, []);
  return rows;
}

function childrenOf(
  value: Json,
  path: ConfigPath,
  withDefaults: boolean,
): readonly (readonly [string, Json | undefined])[] {
  if (isList(value)) return value.map((item, i) => [String(i), item] as const);
  if (!isObject(value)) return [];
  const missing = withDefaults
    ? defaultsOf(path)
        .filter(([name]) => get(value, name) === undefined)
        .map(([name]) => [name, undefined] as const)
    : [];
  return [...Object.entries(value), ...missing].sort(([a], [b]) => compareText(a, b));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** The rows that are in sight: not below a closed branch. */
export function openRows(rows: readonly ConfigRow[], closed: ReadonlySet<string>): readonly ConfigRow[] {
  let hiddenBelow = Infinity;
  return rows.filter((row) => {
    if (row.level > hiddenBelow) return false;
    hiddenBelow = row.isBranch && closed.has(row.id) ? row.level : Infinity;
    return true;
  });
}

/** The rows whose path, value or meaning holds the text, with the branches that lead to them. All of them for an empty text. */
export function findRows(rows: readonly ConfigRow[], text: string): readonly ConfigRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return rows;
  const kept = new Set<string>();
  for (const row of rows) {
    const own = row.isBranch ? '' : `\n${shownValue(row)}`;
    if (!`${row.path.join('.')}${own}\n${row.setting?.meaning ?? ''}`.toLowerCase().includes(wanted)) continue;
    for (let depth = 1; depth <= row.path.length; depth += 1) kept.add(pathId(row.path.slice(0, depth)));
  }
  return rows.filter(({ id }) => kept.has(id));
}

/** A row's value in one line: as it would be written, or the default when it is not set. */
export function shownValue({ value, setting, isBranch }: ConfigRow): string {
  if (value === undefined) return setting?.fallback ?? '';
  if (isBranch) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
