import { parseBool } from '../cluster/coerce';

/** A configuration of Patroni, or one of its sections, as a YAML reader gives it: nothing in it is certain. */
export type PatroniConfig = Readonly<Record<string, unknown>>;

export function isConfig(value: unknown): value is PatroniConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An option; undefined when it is not there. What an object inherits is not among them. */
export function option(config: PatroniConfig, name: string): unknown {
  return Object.hasOwn(config, name) ? config[name] : undefined;
}

/** A section, or one within a section; null when it is not there or holds no options. */
export function sectionOf(config: PatroniConfig, name: string): PatroniConfig | null {
  const section = option(config, name);
  return isConfig(section) ? section : null;
}

/** Text, or a number as text; null for anything else and for nothing. */
export function textOption(config: PatroniConfig, name: string): string | null {
  return asText(option(config, name));
}

export function asText(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Python's `bool(value)`, for options that Patroni hands on as they are. */
export function truthyOption(config: PatroniConfig, name: string): boolean {
  const value = option(config, name);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** `on`, `true`, `yes`, `1` and their opposites; null for anything else (`patroni/utils.py: parse_bool`). */
export function flagOption(config: PatroniConfig, name: string): boolean | null {
  const value = option(config, name);
  return typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number' ? parseBool(value) : null;
}

/** A list of texts, or one text with commas between. */
export function listOption(config: PatroniConfig, name: string): readonly string[] {
  const value = option(config, name);
  const items: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  return items.flatMap((item) => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : []));
}

/** Names and texts; what is neither is left out. */
export function textsOption(config: PatroniConfig, name: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(sectionOf(config, name) ?? {})) {
    const text = asText(value);
    if (text !== null) texts.set(key, text);
  }
  return texts;
}
