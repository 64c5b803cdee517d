import type { Severity } from '../findings/finding';
import type { ConfigPath } from './catalogue';

/** Something about the dynamic configuration that is wrong, does nothing, or may hurt. */
export interface ConfigProblem {
  /** The keys that it rests on; the first is what it is about. */
  readonly paths: readonly [ConfigPath, ...ConfigPath[]];
  /** Kebab-case, e.g. `config-wrong-type`. */
  readonly code: string;
  readonly severity: Severity;
  /** A sentence: what is so. */
  readonly title: string;
  /** What follows from it. */
  readonly meaning: string;
  /** What to do. */
  readonly advice: string;
}

export const EDIT = 'with patronictl edit-config';

/** The advice for a cluster: with the whole `command` that edits its configuration. */
export const editedBy = (advice: string, command: string): string => advice.replaceAll(EDIT, () => `with ${command}`);

/** A path as Patroni's documentation writes it, e.g. `postgresql.parameters.work_mem`. */
export const pathText = (path: ConfigPath): string => path.join('.');
