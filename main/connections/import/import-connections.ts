import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { assertNever } from '../../../app/assert-never';
import type { Environment } from '../../../app/dcs/patroni-environment';
import type { ImportSource } from '../../../app/ipc/connections/connection';
import { secretFor } from '../../../app/ipc/connections/kept-secret';
import { secretNames, type SecretName } from '../../../app/ipc/connections/secrets';
import type { ImportOutcome } from '../../../app/ipc/contract';
import type { Result } from '../../../app/result';
import type { FoundConnection } from './found';
import type { ImportedSecrets } from '../imported-secrets';

/** Reads no more of a file than can be a configuration: whatever it is, it is not loaded whole. */
const mostBytes = 300_000;

/** Where an import reads from. */
export interface ImportParts {
  /** Asks the person for a file; null when the person chose none. */
  readonly choose: () => Promise<string | null>;
  /** Takes the secrets, which stay here: the window gets a handle for each. */
  readonly imported: ImportedSecrets;
  readonly environment: Environment;
}

/** Imports connections from a file, a pasted text or the environment. Nothing is saved. */
export async function importConnections(source: ImportSource, parts: ImportParts): Promise<ImportOutcome> {
  const { readPatroniEnvironment, readPatroniFile } = await import('./import-patroni');
  switch (source.from) {
    case 'environment':
      return outcome('', readPatroniEnvironment(parts.environment), parts.imported);
    case 'text':
      return outcome('', readPatroniFile(source.text, null), parts.imported);
    case 'file': {
      const file = await parts.choose();
      if (file === null) return { kind: 'cancelled' };
      try {
        return outcome(file, readPatroniFile(await readStart(file), file), parts.imported);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { kind: 'refused', file, message: `${basename(file)} could not be read: ${reason}.` };
      }
    }
    default:
      return assertNever(source);
  }
}

function outcome(
  file: string,
  found: Result<readonly FoundConnection[], string>,
  imported: ImportedSecrets,
): ImportOutcome {
  if (!found.ok) return { kind: 'refused', file, message: found.error };
  const connections = found.value.map((connection) => ({
    settings: connection.settings,
    handles: handlesOf(connection, imported),
    notes: connection.notes,
  }));
  return { kind: 'imported', file, connections };
}

function handlesOf(
  { settings, secrets }: FoundConnection,
  imported: ImportedSecrets,
): Partial<Record<SecretName, string>> {
  const handles: Partial<Record<SecretName, string>> = {};
  for (const name of secretNames) {
    const value = secrets[name];
    if (value !== undefined) handles[name] = imported.keep({ value, givenFor: secretFor(settings, name) });
  }
  return handles;
}

async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    // A pipe or a device could keep us waiting, or never end.
    if (!(await file.stat()).isFile()) throw new Error('it is not a file');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
