import { parseDocument } from 'yaml';
import { isConfig, type PatroniConfig } from '../../../app/dcs/patroni-config';
import { err, ok, type Result } from '../../../app/result';
import { isCostlyYaml } from '../../../app/yaml-cost';

/** Patroni's own files are a few KiB; a large text could keep the YAML parser busy for long. */
const maxImportBytes = 262_144;

/** Reads the text of a configuration; `what` names it in the sentence of an error. */
export function readYaml(source: string, what: string): Result<PatroniConfig, string> {
  if (Buffer.byteLength(source) > maxImportBytes) {
    return err(`${what} is larger than 256 KiB: that is not a configuration of Patroni.`);
  }
  if (isCostlyYaml(source))
    return err(`${what} is not YAML that can be read: it is nested in ways that no configuration is.`);
  let value: unknown;
  try {
    // Patroni's reader knows merge keys. A tag of one's own gives plain data here, and aliases may not multiply.
    const document = parseDocument(source, { schema: 'core', merge: true, uniqueKeys: false, logLevel: 'silent' });
    const problem = document.errors[0];
    if (problem !== undefined) {
      const line = problem.linePos?.[0].line;
      return err(`${what} is not YAML that can be read${line === undefined ? '' : ` (line ${String(line)})`}.`);
    }
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return err(`${what} is not YAML that can be read.`);
  }
  return isConfig(value) ? ok(value) : err(`${what} holds no options: it is not a configuration of Patroni.`);
}
