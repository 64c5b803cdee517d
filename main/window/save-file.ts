import type { BrowserWindow, Dialog } from 'electron';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestArgument, RequestError } from '../../app/ipc/contract';
import { err, ok, type Result } from '../../app/result';

type FileToSave = RequestArgument<'file.save'>;

const kinds: Readonly<Record<FileToSave['kind'], string>> = {
  svg: 'SVG picture',
  png: 'PNG picture',
  csv: 'CSV table',
  md: 'Markdown text',
  json: 'JSON data',
};

/**
 * Asks where to and writes a file there. Gives the path, or null when the person chose none. The window only proposes a name; where
 * anything is written is chosen in the system's own dialog.
 */
export async function saveFile(
  file: FileToSave,
  window: BrowserWindow,
  dialog: Pick<Dialog, 'showSaveDialog'>,
  folder: string,
): Promise<Result<string | null, RequestError>> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(folder, `${fileName(file.name)}.${file.kind}`),
    filters: [{ name: kinds[file.kind], extensions: [file.kind] }],
    properties: ['showOverwriteConfirmation', 'createDirectory', 'dontAddToRecent'],
  });
  if (canceled || filePath === '') return ok(null);
  try {
    await writeFile(filePath, file.content);
    return ok(filePath);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({ code: 'refused', message: `The file could not be written: ${reason}.` });
  }
}

/** In bytes, without the ending: common file systems take 255 with it, and a program may add one of its own. */
const NAME_BYTES = 200;

/** A name that every file system takes: a cluster may be called anything. */
export function fileName(name: string): string {
  const safe = name
    .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+|\p{Surrogate}/gu, '-')
    .replace(/^[.\s]+/, '');
  const short = shortened(safe).replace(/[.\s]+$/, '');
  // Windows takes these for devices, whatever follows a dot, and ¹²³ for digits there.
  return short === '' || /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\.|$)/i.test(short)
    ? 'herdscope'
    : short;
}

/** As many whole characters as fit. */
function shortened(name: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > NAME_BYTES) break;
    kept += character;
  }
  return kept;
}
