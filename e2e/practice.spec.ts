import { expect, type HerdscopeApp, test } from './electron-app';
import { seriousFaults } from './serious';

// What a person sees at the first start: no server, no settings, the practice herd.

test.describe.configure({ mode: 'serial' });

let herdscope: HerdscopeApp;

test.beforeAll(async ({ launch }) => {
  herdscope = await launch();
});

test('the first start shows the practice herd, and says plainly that it is practice', async () => {
  const { page } = herdscope;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText(/nothing here is real/i).first()).toBeVisible();
  await expect(
    page
      .getByRole('row')
      .filter({ hasText: /Leader/i })
      .first(),
  ).toBeVisible();
});

test('the picture lives: a position moves within a few seconds', async () => {
  const { page } = herdscope;
  const table = page.getByRole('grid', { name: 'Members' });
  const before = await table.innerText();
  await expect.poll(() => table.innerText(), { timeout: 20_000 }).not.toBe(before);
});

test('a name that was found in the palette opens its cluster, by keyboard alone', async () => {
  const { page } = herdscope;
  const scope = 'savanna-standby';
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.type(scope);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(scope);
});

test('Tab reaches the fleet list, the tabs and the members, and the focus is always visible', async () => {
  const { page } = herdscope;
  const reached = new Set<string>();
  await page.locator('body').press('Tab');
  for (let i = 0; i < 80; i++) {
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const style = getComputedStyle(element);
      const ring =
        style.outlineStyle !== 'none' || style.boxShadow !== 'none' || element.matches('[data-focus-visible]');
      return { role: element.getAttribute('role') ?? element.tagName.toLowerCase(), ring };
    });
    if (focus !== null) {
      reached.add(focus.role);
      expect(focus.ring, `a visible focus on ${focus.role}`).toBe(true);
    }
    await page.keyboard.press('Tab');
  }
  for (const role of ['option', 'tab']) expect([...reached]).toContain(role);
});

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing serious, ${theme}`, async () => {
    const { page } = herdscope;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('nothing was logged as an error', () => {
  expect(herdscope.errors()).toEqual([]);
});
