import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { OperationRecord } from '../../app/operations/record';
import { replaceFile } from '../settings/replace-file';

/** An operation's id, which is also the name of its file. */
const ID = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;
/** Reports are small; more than so many are a mistake of somebody's. */
const MOST = 2000;

/** The operations written to disk, a file each: while they run, so that nothing is lost with the program, and as reports afterwards. */
export class OperationFiles {
  constructor(private readonly folder: string) {}

  /** All that can be read, the oldest first. One that cannot is put aside under another name, and named in `broken`. */
  read(): { readonly records: readonly OperationRecord[]; readonly broken: readonly string[] } {
    const records: OperationRecord[] = [];
    const broken: string[] = [];
    for (const name of this.#names()) {
      const record = readRecord(join(this.folder, `${name}.json`));
      if (record?.id === name) records.push(record);
      else broken.push(this.#putAside(name));
    }
    return { records, broken };
  }

  /** Writes one whole. Throws when the disk does not take it. */
  write(record: OperationRecord): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    replaceFile(join(this.folder, `${record.id}.json`), `${JSON.stringify(record, null, 2)}\n`);
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.folder)
        .filter((file) => file.endsWith('.json'))
        .map((file) => file.slice(0, -5))
        .filter((name) => ID.test(name))
        .sort()
        .slice(-MOST);
    } catch {
      // No folder: nothing was ever done.
      return [];
    }
  }

  #putAside(name: string): string {
    const path = join(this.folder, `${name}.json`);
    try {
      renameSync(path, `${path}.broken`);
    } catch {
      // It stays, and is passed over again next time.
    }
    return path;
  }
}

function readRecord(path: string): OperationRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** Written by us, and by nobody else: what tells that it is one, and whole, is enough. */
function isRecord(value: unknown): value is OperationRecord {
  if (typeof value !== 'object' || value === null) return false;
  const parts = ['id', 'clusterId', 'connectionId', 'scope', 'intent', 'by', 'startedAt', 'plan', 'course', 'before'];
  return 'version' in value && value.version === 1 && parts.every((part) => part in value) && 'endedAt' in value;
}
