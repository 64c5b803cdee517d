import { parseBool } from '../cluster/coerce';
import type { ClusterConfig } from '../cluster/cluster-config';
import * as GlobalConfig from '../cluster/global-config';
import { get, isObject } from '../cluster/parsed';

/** PostgreSQL's settings of synchronous_commit, which has other spellings for on and off. */
export type SynchronousCommit = 'on' | 'off' | 'local' | 'remote_write' | 'remote_apply';

const WORDS = new Map<string, SynchronousCommit>(
  (['local', 'remote_write', 'remote_apply'] as const).map((word) => [word, word]),
);

/**
 * synchronous_commit as the dynamic configuration sets it, by its usual spelling. Null where it does not, or sets a value that
 * Patroni takes out because PostgreSQL refuses it: then PostgreSQL's own, `on`, holds. It is an enumeration, so on, true, yes
 * and 1 are one, in upper or lower case, and beginnings of words are none (`patroni/postgresql/validator.py: EnumBool`).
 */
export function synchronousCommit(config: ClusterConfig | null): SynchronousCommit | null {
  const postgresql = GlobalConfig.setting(config, 'postgresql');
  const parameters = isObject(postgresql) ? get(postgresql, 'parameters') : undefined;
  const value = isObject(parameters) ? get(parameters, 'synchronous_commit') : undefined;
  if (value === undefined || value === null) return null;
  const isOn = parseBool(value);
  if (isOn !== null) return isOn ? 'on' : 'off';
  return typeof value === 'string' ? (WORDS.get(value.toLowerCase()) ?? null) : null;
}

/** Whether a commit waits for a standby with this setting, where one is synchronous. */
export function waitsForStandby(commit: SynchronousCommit | null): boolean {
  return commit !== 'off' && commit !== 'local';
}
