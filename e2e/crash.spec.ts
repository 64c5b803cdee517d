import type { ElectronApplication } from '@playwright/test';
import { expect, test } from './electron-app';

// The window's process is ended as the system would end it. The system's dialog is the one part that stands in here.

test('a page whose process ends comes back; one that goes on ending is asked about', async ({ launch }) => {
  const { app, page } = await launch();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await app.evaluate(({ dialog }) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = (...[, options]: readonly unknown[]) => {
      asked.push((options as { readonly message: string }).message);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    };
  });
  for (const questions of [0, 0, 1]) {
    await crash(app);
    await expect.poll(() => heading(app), { timeout: 15_000 }).not.toBe('');
    expect(await asked(app)).toHaveLength(questions);
  }
  expect((await asked(app))[0]).toContain('ended three times');
});

/** Ends the window's process, and waits until it is gone. */
function crash(app: ElectronApplication): Promise<unknown> {
  return app.evaluate(
    ({ BrowserWindow }) =>
      new Promise((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.once('render-process-gone', resolve);
        contents?.forcefullyCrashRenderer();
      }),
  );
}

/** The heading of the window's page, asked through main: Playwright's own way to it ended with the process. */
function heading(app: ElectronApplication): Promise<string> {
  return app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined || contents.isCrashed() || contents.isLoading()) return '';
    return String(await contents.executeJavaScript(`document.querySelector('h1')?.textContent ?? ''`));
  });
}

function asked(app: ElectronApplication): Promise<readonly string[]> {
  return app.evaluate(() => (globalThis as unknown as { readonly asked: readonly string[] }).asked);
}
