import { dirname, isAbsolute, resolve } from 'node:path';
import { type PatroniConfig, textOption } from '../../../app/dcs/patroni-config';
import type { SecretName } from '../../../app/ipc/connections/secrets';
import type { ConnectionKind, ConnectionSettings } from '../../../app/ipc/connections/settings';
import type { Result } from '../../../app/result';

/** A connection that a configuration tells of, with its secrets beside the settings. */
export interface FoundConnection {
  /** `id` is empty. */
  readonly settings: ConnectionSettings;
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
  /** Options that were left out or changed, each a sentence. */
  readonly notes: readonly string[];
}

/** What a section is read with. */
export interface Origin {
  /** How a sentence names the configuration, e.g. `patroni.yml`. */
  readonly what: string;
  /** The file; null for a pasted text and for the environment, whose paths stay as they are. */
  readonly file: string | null;
  /** Takes a sentence for the person. */
  readonly note: (sentence: string) => void;
}

/** A section as its kind's schema reads it. */
export interface SectionRead {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Partial<Record<SecretName, string | null>>>;
}

/** Reads the section of one kind; `config` is the whole. */
export type SectionReader = (
  section: PatroniConfig,
  config: PatroniConfig,
  origin: Origin,
  kind: ConnectionKind,
) => Result<SectionRead, string>;

/** What stands at the top level wins over the section (`patroni/dcs/__init__.py: get_dcs`). */
export function namespaceOf(section: PatroniConfig, config: PatroniConfig): string {
  const namespace = textOption(config, 'namespace') ?? textOption(section, 'namespace') ?? 'service';
  return `/${namespace}`.replace(/^\/+/, '/');
}

/** The path that an option gives, from the folder of the file on. */
export function pathOf(section: PatroniConfig, option: string, { file, note }: Origin): string | null {
  const path = textOption(section, option);
  if (path === null) return null;
  if (file !== null) return resolve(dirname(file), path);
  if (!isAbsolute(path)) note(`The path of ${option} is relative; choose the file again so that it is found.`);
  return path;
}

/** `cacert`, `cert` and `key`. Patroni takes a certificate's file that holds the key too. */
export function tlsFilesOf(section: PatroniConfig, origin: Origin) {
  const certFile = pathOf(section, 'cert', origin);
  return { caFile: pathOf(section, 'cacert', origin), certFile, keyFile: pathOf(section, 'key', origin) ?? certFile };
}
