import type { BrowserWindow, Dialog, Shell } from 'electron';
import type { RequestError } from '../../app/ipc/contract';
import { err, ok, type Result } from '../../app/result';

/** An address that may be opened in the system's browser; null for any other scheme, for credentials, and for what is no address. */
export function webAddress(text: string): URL | null {
  try {
    const url = new URL(text);
    const isWeb = (url.protocol === 'https:' || url.protocol === 'http:') && url.host !== '';
    return isWeb && url.username === '' && url.password === '' ? url : null;
  } catch {
    return null;
  }
}

/** Shows the person the whole address, and opens it in the system's browser when the answer is yes. */
export async function openExternalLink(
  text: string,
  window: BrowserWindow,
  dialog: Dialog,
  shell: Shell,
): Promise<Result<null, RequestError>> {
  const url = webAddress(text);
  if (url === null) return err({ code: 'refused', message: 'Only http and https addresses are opened.' });
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: `Open ${url.host} in your browser?`,
    // As parsed: what is shown is what is opened.
    detail: url.href,
    buttons: ['Cancel', 'Open'],
    defaultId: 1,
    cancelId: 0,
    noLink: true,
  });
  if (response === 1) await shell.openExternal(url.href);
  return ok(null);
}
