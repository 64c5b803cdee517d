import { app, type BrowserWindow, dialog } from 'electron';
import { log, logFolder } from '../log';
import { CrashPolicy } from './crash-policy';

/** Loads the window's page again when its process ended, and asks when that does not help. `gone` is told of each end. */
export function recoverFromCrashes(window: BrowserWindow, gone: () => void): void {
  const policy = new CrashPolicy();
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    gone();
    if (reason === 'clean-exit') return;
    log('error', `the window's process ended: ${reason}`);
    if (policy.crashed(Date.now()) === 'reload') window.webContents.reload();
    else void ask(window, policy, reason);
  });
}

async function ask(window: BrowserWindow, policy: CrashPolicy, reason: string): Promise<void> {
  const folder = logFolder();
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'What the window shows ended three times within a minute.',
    detail: `The last time: ${reason}. The connections are still open.${folder === null ? '' : ` The log is in ${folder}.`}`,
    buttons: ['Load it again', 'Quit Herdscope'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) {
    app.quit();
    return;
  }
  if (window.isDestroyed()) return;
  policy.startAnew();
  window.webContents.reload();
}
