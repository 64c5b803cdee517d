import type { BrowserWindow, Dialog } from 'electron';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestArgument, RequestError } from '../../app/ipc/contract';
import { reportPage } from '../../app/report/page';
import { when } from '../../app/report/when';
import { err, ok, type Result } from '../../app/result';
import { plainName } from '../../app/unseen';
import { excerpt } from '../../app/text';
import { xml } from '../../app/xml';
import { fileName } from '../window/save-file';
import { makeReport, type ReportParts } from './make-report';
import { printPage } from './print-page';

const formats = {
  html: { name: 'Web page in one file', extension: 'html' },
  pdf: { name: 'PDF document', extension: 'pdf' },
} as const;

/** Makes a report, asks where to write it, and writes it there. Gives the path, or null when the person chose none. */
export async function saveReport(
  parts: ReportParts,
  { clusterId, format, replaceNames }: RequestArgument<'report.save'>,
  window: BrowserWindow,
  dialog: Pick<Dialog, 'showSaveDialog'>,
  folder: string,
): Promise<Result<string | null, RequestError>> {
  // The picture first: while the person looks for a folder the cluster goes on.
  const made = await makeReport(parts, clusterId, replaceNames);
  if (!made.ok) return made;
  const report = made.value;
  const { name, extension } = formats[format];
  const day = report.at.replace(/[-:]/g, '').replace('T', '-').slice(0, 13);
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(folder, `${fileName(`${report.scope}-report-${day}`)}.${extension}`),
    filters: [{ name, extensions: [extension] }],
    properties: ['showOverwriteConfirmation', 'createDirectory', 'dontAddToRecent'],
  });
  if (canceled || filePath === '') return ok(null);
  try {
    const page = reportPage(report, (text) => createHash('sha256').update(text).digest('base64'));
    const title = xml(`${excerpt(plainName(report.scope), 80)} · ${when(report.at)}`);
    await writeFile(filePath, format === 'html' ? page : await printPage(page, title));
    return ok(filePath);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({ code: 'refused', message: `The report could not be written: ${reason}.` });
  }
}
