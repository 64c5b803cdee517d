import { isObject } from '../../cluster/parsed';
import { str } from '../../cluster/python-text';
import type { Json, JsonObject } from '../../json';

/** A configuration with these changes: null takes a setting away (`patroni/utils.py: patch_config`). Null when nothing changes. */
export function patchConfig(config: JsonObject, changes: JsonObject): JsonObject | null {
  const result = new Map<string, Json>(Object.entries(config));
  let isChanged = false;
  for (const [name, value] of Object.entries(changes)) {
    const before = result.get(name);
    if (value === null) {
      isChanged = (before !== undefined && before !== null) || isChanged;
      result.delete(name);
    } else if (before !== undefined && isObject(value) && isObject(before)) {
      const inner = patchConfig(before, value);
      if (inner === null) continue;
      result.set(name, inner);
      isChanged = true;
    } else if (before === undefined || isObject(value) || str(before) !== str(value)) {
      result.set(name, value);
      isChanged = true;
    }
  }
  return isChanged ? Object.fromEntries(result) : null;
}
