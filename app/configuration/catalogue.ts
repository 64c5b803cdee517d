import { PARAMETER_TABLE } from './parameter-table';
import { PARAMETER_WORDS } from './parameter-words';
import { DECIDED_BY_PATRONI, LOCAL_ONLY, PARAMETER_LIMITS, PATRONI_SETTINGS } from './patroni-settings';
import type { Effect, Setting, SettingType } from './setting';

/** Where a key stands, from the top of the configuration: `['postgresql', 'parameters', 'work_mem']`. */
export type ConfigPath = readonly string[];

const PARAMETERS: ReadonlyMap<string, Setting> = new Map(
  PARAMETER_TABLE.trim()
    .split('\n')
    .map((line) => {
      const [name = '', effect = '', type = '', unit = '', ...fallback] = line.split(' ');
      const text = fallback.join(' ');
      const key = name.toLowerCase();
      return [
        key,
        {
          ...parameter(key, effect as Effect, type as SettingType),
          unit: unit === '-' ? null : unit,
          fallback: ['-', '?'].includes(text) ? null : text,
        },
      ] as const;
    }),
);

function parameter(name: string, effect: Effect, type: SettingType): Omit<Setting, 'unit' | 'fallback'> {
  const limits = Object.hasOwn(PARAMETER_LIMITS, name) ? PARAMETER_LIMITS[name] : undefined;
  return {
    meaning: Object.hasOwn(PARAMETER_WORDS, name) ? (PARAMETER_WORDS[name] ?? null) : null,
    type,
    effect: Object.hasOwn(DECIDED_BY_PATRONI, name) ? 'none' : effect,
    ...(limits === undefined ? {} : { least: limits.least }),
    ...(name === 'wal_level' ? { values: ['hot_standby', 'replica', 'logical'] } : {}),
  };
}

const PERMANENT = new Set(['slots', 'permanent_slots', 'permanent_replication_slots']);

/** What is known of the key at a path; null when Patroni and PostgreSQL have no such key. */
export function settingAt(path: ConfigPath): Setting | null {
  const [first = '', second, third] = path;
  if (first === 'postgresql' && second === 'parameters' && third !== undefined) {
    return path.length === 3 ? (PARAMETERS.get(third.toLowerCase()) ?? null) : null;
  }
  const dotted = path.join('.');
  if (isLocalOnly(path)) return localOnly;
  if (PERMANENT.has(first) && second !== undefined) {
    const inSlot = ['slots', '*', ...path.slice(2)].join('.');
    return Object.hasOwn(PATRONI_SETTINGS, inSlot) ? (PATRONI_SETTINGS[inSlot] ?? null) : null;
  }
  return Object.hasOwn(PATRONI_SETTINGS, dotted) ? (PATRONI_SETTINGS[dotted] ?? null) : null;
}

const localOnly: Setting = {
  meaning: 'Belongs into each member’s own patroni.yml.',
  type: 'any',
  unit: null,
  fallback: null,
  effect: 'none',
};

/** Whether Patroni takes the key only from a member's own patroni.yml. */
export function isLocalOnly(path: ConfigPath): boolean {
  const [first = '', second] = path;
  return LOCAL_ONLY.has(first === 'postgresql' && second !== undefined ? `${first}.${second}` : first);
}

/** Keys of a section that have a default and can be shown though they are not set, in alphabetical order. */
export function defaultsOf(section: ConfigPath): readonly (readonly [name: string, fallback: string])[] {
  const prefix = section.length === 0 ? '' : `${section.join('.')}.`;
  return Object.entries(PATRONI_SETTINGS)
    .flatMap(([path, { fallback }]): [string, string][] => {
      const name = path.startsWith(prefix) ? path.slice(prefix.length) : '.';
      return fallback === null || name.includes('.') || name.startsWith('master_') ? [] : [[name, fallback]];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
