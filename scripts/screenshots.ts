// npm run screenshots: takes the README's pictures of the real window, on the practice herd, dark and light.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type Page } from 'playwright';
import { ensureBuilt } from './build';
import { prepare, say } from './prepare';
import { root } from './repository';

const folder = join(root, 'docs/screenshots');

process.exitCode = await screenshots();
// Xvfb's pipes would keep this process; its end ends Xvfb.
process.exit();

async function screenshots(): Promise<number> {
  const prepared = await prepare({ ownDisplay: process.platform === 'linux' });
  if (prepared === null) return 1;
  if (!(await ensureBuilt(say))) return 1;
  const userData = await mkdtemp(join(tmpdir(), 'herdscope-screenshots-'));
  await mkdir(folder, { recursive: true });
  const app = await _electron.launch({
    executablePath: prepared.electron.executable,
    args: [...prepared.args, root, `--user-data=${userData}`],
    cwd: root,
    env: { ...process.env, ...prepared.display.env } as Record<string, string>,
  });
  try {
    const page = await app.firstWindow();
    await page.getByRole('row').nth(2).waitFor();
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
      await openCluster(page, 'practice');
      await take(page, `overview-${theme}`);
      await openTab(page, /Slots/);
      await take(page, `slots-${theme}`);
      await openTab(page, /History/);
      await take(page, `history-${theme}`);
      await openTab(page, /Config/);
      await page.locator('[data-path="postgresql.parameters.max_connections"]').click();
      await take(page, `config-${theme}`);
      await openCluster(page, 'savanna');
      await openTab(page, /Synchronisation/);
      await take(page, `sync-${theme}`);
      await openTab(page, /Forecast/);
      await take(page, `forecast-${theme}`);
      await openCluster(page, 'grassland');
      await openTab(page, /Overview/);
      await take(page, `groups-${theme}`);
      await openTab(page, /Keys/);
      await take(page, `keys-${theme}`);
      await openTab(page, /Overview/);
    }
    await takeWizard(page);
    await takePast(page);
  } finally {
    await app.close();
    await rm(userData, { recursive: true, force: true, maxRetries: 5 });
    prepared.display.stop();
  }
  return 0;
}

/** The switchover wizard, from its first step to its outcome; the cluster has another leader afterwards. */
async function takeWizard(page: Page): Promise<void> {
  const step = (name: string) => page.getByRole('complementary').getByRole('button', { name });
  const inBothThemes = async (name: string): Promise<void> => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
      await page.waitForTimeout(400);
      await take(page, `${name}-${theme}`);
    }
  };
  await openCluster(page, 'savanna');
  await page.getByRole('button', { name: 'Switchover…' }).click();
  await page.getByText('Nothing has been sent yet.').waitFor();
  await inBothThemes('switchover-what');
  await step('Checks').click();
  await page.locator('[data-check=leader][data-state=passed]').waitFor();
  await inBothThemes('switchover-checks');
  await step('Review').click();
  await inBothThemes('switchover-review');
  await step('Confirm').click();
  await inBothThemes('switchover-confirm');
  await page.getByRole('button', { name: 'Switch over now' }).click();
  await page.locator('[data-outcome]').waitFor({ timeout: 60_000 });
  // Not the report: it names who did it, on which machine.
  await inBothThemes('switchover-done');
}

/** Back in time: a leader is killed, and the window goes back to when it was lost. */
async function takePast(page: Page): Promise<void> {
  await openCluster(page, 'practice');
  const { primary } = await page.evaluate(async (clusterId) => {
    const answer = await window.herdscope.request('practice.faults', { clusterId });
    const members = answer.ok ? answer.value.groups.flatMap((group) => group.members) : [];
    const member = members.find(({ isPrimary }) => isPrimary)?.name ?? '';
    const change = { kind: 'member', member, fault: 'killed', on: true } as const;
    await window.herdscope.request('practice.inject', { clusterId, change });
    return { primary: member };
  }, 'practice/practice');
  const lost = page.getByRole('button', { name: new RegExp(`${primary} (?:lost the leader lock|→)`) });
  await lost.waitFor({ timeout: 60_000 });
  // Some of what came after it belongs into the picture.
  await page.waitForTimeout(8000);
  await lost.click();
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
    // Away from the event, whose words would lie over the bar.
    await page.mouse.move(900, 740);
    await page.waitForTimeout(600);
    await take(page, `past-${theme}`);
    await page.getByRole('button', { name: /^60 s before/ }).click();
    await page.getByText(/became leader after/).waitFor();
    await take(page, `failover-${theme}`);
    await page.keyboard.press('Escape');
    await lost.click();
  }
  await takeIncident(page);
}

/** The incident of that failover, with a log whose clock is behind. */
async function takeIncident(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^60 s before/ }).click();
  await page.getByRole('button', { name: 'Incident' }).click();
  await page.getByRole('button', { name: 'Back to now' }).last().click();
  const course = page.getByRole('listbox', { name: 'Course of the incident' });
  const taken = await course
    .getByRole('option')
    .filter({ hasText: /took the leader lock after/ })
    .innerText();
  const [, clock = '', winner = ''] = /^(\S+)[^]*?(\S+) took the leader lock after/.exec(taken) ?? [];
  // A machine in another zone, whose clock is besides 4 s behind.
  const wonMs = Date.parse(`${new Date().toISOString().slice(0, 10)}T${clock}Z`) - 3_604_000;
  const stamp = (ms: number): string =>
    new Date(wonMs + ms).toISOString().slice(0, 23).replace('T', ' ').replace('.', ',');
  await page
    .getByRole('textbox', { name: 'Paste a log here' })
    .fill(
      [
        `${stamp(-9000)} INFO: no action. I am (${winner}), a secondary, and following a leader (another)`,
        `${stamp(-320)} WARNING: Request failed to another: GET http://10.0.0.7:8008/patroni (connection refused)`,
        `${stamp(0)} INFO: promoted self to leader by acquiring session lock`,
        `${stamp(40)} INFO: Lock owner: ${winner}; I am ${winner}`,
        `${stamp(900)} INFO: no action. I am (${winner}), the leader with the lock`,
      ].join('\n'),
    );
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByTestId('log-clock').waitFor();
  await page
    .getByRole('textbox', { name: 'What was found and done' })
    .fill('The host lost power. Nothing to do on the new leader; the old one came back by itself.');
  await page.getByText(/^Kept \d/).waitFor();
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' });
    await page.mouse.move(600, 5);
    await page.waitForTimeout(600);
    await take(page, `incident-${theme}`);
  }
}

async function openCluster(page: Page, scope: string): Promise<void> {
  await page.locator(`[data-fleet-row="practice/${scope}"]`).click();
  await page.getByRole('heading', { level: 1, name: scope, exact: true }).waitFor();
  await page.waitForTimeout(600);
}

async function openTab(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await page.waitForTimeout(400);
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  say(`docs/screenshots/${name}.png`);
}
