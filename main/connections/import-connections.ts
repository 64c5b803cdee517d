import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportOutcome } from '../../app/ipc/contract';
import type { ImportedPasswords } from './imported-passwords';

/** Reads no more of a file than can be a configuration: whatever it is, it is not loaded whole. */
const mostBytes = 300_000;

/** Imports connections from pasted `text`, or (null) from the file that `choose` gives. Passwords stay here, under a handle. */
export async function importConnections(
  text: string | null,
  choose: () => Promise<string | null>,
  imported: ImportedPasswords,
): Promise<ImportOutcome> {
  const file = text === null ? await choose() : null;
  if (text === null && file === null) return { kind: 'cancelled' };
  let content = text ?? '';
  if (file !== null) {
    try {
      content = await readStart(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'refused', file, message: `${basename(file)} could not be read: ${reason}.` };
    }
  }
  const { readPatroniFile } = await import('./import-patroni');
  const found = readPatroniFile(content, file);
  if (!found.ok) return { kind: 'refused', file: file ?? '', message: found.error };
  return {
    kind: 'imported',
    file: file ?? '',
    connections: found.value.map(({ settings, password, notes }) => ({
      settings,
      passwordHandle: password === null ? null : imported.keep(password, settings),
      notes,
    })),
  };
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
