import type { RequestError } from '../../../app/ipc/contract';
import type { SnapshotOpened } from '../../../app/ipc/snapshot';
import type { Result } from '../../../app/result';
import { MOST_DROPPED, MOST_FILES, MOST_PASTED } from '../../../app/snapshot/limits';
import { request } from '../../bridge';
import { formatBytes } from '../../lib/format';
import { snapshotOpened } from '../../stores/opened-snapshots';
import { toast } from '../../stores/ui';

const sayIt = (sentence: string): void => toast(sentence, 'critical');

/** Opens files that were dropped together. `tell` hears why nothing was opened; the answer is whether something was. */
export async function takeFiles(files: readonly File[], tell = sayIt): Promise<boolean> {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length > MOST_FILES) {
    tell(`These are ${files.length} files. At most ${MOST_FILES} can be opened together: put them into one archive.`);
    return false;
  }
  if (bytes > MOST_DROPPED) {
    tell(
      `${files[0]?.name ?? ''} is too large to be dropped (${formatBytes(bytes)}, at most ${formatBytes(MOST_DROPPED)}). Open it with Ctrl O: then it is read piece by piece.`,
    );
    return false;
  }
  try {
    const read = files.map(async (file) => ({
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
      modifiedAt: file.lastModified,
    }));
    return taken(await request('snapshot.drop', { files: await Promise.all(read) }), tell);
  } catch {
    // A folder is a file without bytes to read.
    tell(`${files[0]?.name ?? 'It'} could not be read. Is it a folder? Drop the files in it, or an archive of them.`);
    return false;
  }
}

/** Opens a text that was pasted. */
export async function takeText(text: string, tell = sayIt): Promise<boolean> {
  if (text.length > MOST_PASTED) {
    tell('This text is too long to be pasted. Write it into a file and open that.');
    return false;
  }
  return taken(await request('snapshot.paste', { text }), tell);
}

/** Opens one of the examples that come with the program. */
export async function takeExample(name: string, tell = sayIt): Promise<boolean> {
  return taken(await request('snapshot.example', { name }), tell);
}

/** Asks for files, and opens them. */
export async function chooseFiles(tell = sayIt): Promise<boolean> {
  return taken(await request('snapshot.open', undefined), tell);
}

function taken(answer: Result<SnapshotOpened, RequestError>, tell: (sentence: string) => void): boolean {
  if (!answer.ok) {
    tell(answer.error.message);
    return false;
  }
  snapshotOpened(answer.value, tell);
  return answer.value.kind === 'opened';
}
