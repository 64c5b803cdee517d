import type { BrowserWindow, Dialog } from 'electron';

/**
 * Asks the person, in a box of the system's, whether a command that a kubeconfig names may be run from now on. A page that was taken
 * over can ask for it, but cannot answer.
 */
export async function confirmProgram(line: string, window: BrowserWindow | null, dialog: Dialog): Promise<boolean> {
  if (window === null) return false;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'May Herdscope run this program whenever the connection needs credentials?',
    detail: `${line}\n\nIt runs with your rights. It is remembered for exactly this command, arguments and environment.`,
    buttons: ['Cancel', 'Allow'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}
