import { get, isObject } from '../cluster/parsed';
import type { Json, JsonObject } from '../json';
import { sameData } from '../same-data';

// Two edits of one configuration put together: what the store has now, and what a person made of what it had before.

/** One setting that at least one of the two changed; undefined where it is not set. */
export interface MergedSetting {
  /** E.g. `postgresql`, `parameters`, `max_connections`. */
  readonly path: readonly string[];
  readonly base: Json | undefined;
  readonly theirs: Json | undefined;
  readonly yours: Json | undefined;
  /** Who changed it; `both` where they disagree, so that a person has to choose. */
  readonly by: 'theirs' | 'yours' | 'alike' | 'both';
}

export type Side = 'theirs' | 'yours';

export interface ConfigMerge {
  readonly settings: readonly MergedSetting[];
  /** How many settings wait for a choice. */
  readonly open: number;
  /** Both together. A setting that waits for a choice is in it as the store has it. */
  readonly merged: JsonObject;
}

/** Names a setting with what is to be chosen between: when the store changes once more, an old choice does not count. */
export function choiceKey({ path, theirs }: MergedSetting): string {
  return JSON.stringify([path, theirs ?? null, theirs === undefined]);
}

/** Puts two edits of the same base together, setting by setting. A list is one setting. */
export function mergeConfig(
  base: JsonObject,
  theirs: JsonObject,
  yours: JsonObject,
  choices: ReadonlyMap<string, Side>,
): ConfigMerge {
  const settings: MergedSetting[] = [];
  let open = 0;
  const choose = (setting: MergedSetting): Json | undefined => {
    if (setting.by !== 'both') return setting.by === 'yours' ? setting.yours : setting.theirs;
    const choice = choices.get(choiceKey(setting));
    if (choice === undefined) open += 1;
    return choice === 'yours' ? setting.yours : setting.theirs;
  };
  const together = (was: JsonObject, one: JsonObject, other: JsonObject, above: readonly string[]): JsonObject => {
    const names = new Set([...Object.keys(other), ...Object.keys(one), ...Object.keys(was)]);
    const entries = [...names].flatMap((name): readonly (readonly [string, Json])[] => {
      const [b, t, y] = [get(was, name), get(one, name), get(other, name)];
      const path = [...above, name];
      if (isObject(t) && isObject(y)) return [[name, together(isObject(b) ? b : {}, t, y, path)]];
      const by = changedBy(b, t, y);
      const setting: MergedSetting | null = by === null ? null : { path, base: b, theirs: t, yours: y, by };
      if (setting !== null) settings.push(setting);
      const value = setting === null ? t : choose(setting);
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(entries);
  };
  const merged = together(base, theirs, yours, []);
  return { settings, open, merged };
}

/** Null for nobody. */
function changedBy(
  base: Json | undefined,
  theirs: Json | undefined,
  yours: Json | undefined,
): MergedSetting['by'] | null {
  const isTheirs = !same(base, theirs);
  const isYours = !same(base, yours);
  if (isTheirs && isYours) return same(theirs, yours) ? 'alike' : 'both';
  if (isTheirs) return 'theirs';
  return isYours ? 'yours' : null;
}

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  (a === undefined) === (b === undefined) && sameData(a ?? null, b ?? null);
