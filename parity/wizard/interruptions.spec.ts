import { openedWindow } from '../../e2e/electron-app';
import { expect, test } from './proof';
import { WizardWindow } from './wizard-window';

// What happens while a change of the leader is under way. A member that does not take or replay WAL holds it open meanwhile.

const NOW = /^Switch over now$/;

test('the leader is killed in the middle', async ({ proof }) => {
  const { wizard, herd } = proof;
  const leader = await herd.leader();
  const [candidate, late] = await proof.replicas();
  herd.lag(late, 'receive');
  await wizard.switchover(candidate);
  await wizard.send(NOW);
  await wizard.reached('accepted');
  await herd.kill(leader);
  herd.unlag(late);
  const view = await proof.report('done-otherwise', 180);
  expect(view.record.after?.leader).not.toBe(leader);
  expect(view.outcome?.words).toContain(leader);
  await proof.agrees(view);
  await wizard.close();
  await herd.revive(leader);
});

test('the store is away for 20 s in the middle', async ({ proof }) => {
  const { wizard, herd } = proof;
  const [candidate, late] = await proof.replicas();
  herd.lag(late, 'receive');
  await wizard.switchover(candidate);
  await wizard.send(NOW);
  await wizard.reached('accepted');
  await wizard.reached('demoting');
  await herd.stopStore();
  const back = new Promise((resolve) => setTimeout(resolve, 20_000));
  await expect(proof.page.getByText('The store is not heard from').first()).toBeVisible();
  await back;
  await herd.startStore();
  herd.unlag(late);
  await expect(wizard.outcome).toBeVisible({ timeout: 180_000 });
  await herd.settled(120);
  const view = await proof.lastReport();
  proof.says((await wizard.outcome.innerText()).replaceAll('\n', ' '));
  const { before, after, notes } = view.record;
  expect(notes.map(({ words }) => words)).toContain('The store is heard from again.');
  await proof.agrees(view);
  // What it says is what is: the candidate, another member, or the one from before.
  const is = after?.leader === candidate ? 'done' : after?.leader === before.leader ? 'failed' : 'done-otherwise';
  expect(view.outcome?.kind).toBe(is);
  await wizard.close();
});

test('the window is closed and opened again in the middle', async ({ proof }) => {
  const { herd, herdscope } = proof;
  const { app } = herdscope;
  const [candidate, late] = await proof.replicas();
  herd.lag(late, 'replay');
  await proof.wizard.switchover(candidate);
  await proof.wizard.send(NOW);
  await proof.wizard.reached('accepted');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.close()));
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
  const page = await openedWindow(app, () => app.evaluate((electron) => electron.app.emit('activate')));
  proof.wizard = new WizardWindow(page, herd.scope);
  await proof.wizard.show();
  await proof.page.getByRole('tab', { name: 'Switchover' }).click();
  await proof.wizard.reached('accepted');
  herd.unlag(late);
  const view = await proof.report('done', 180);
  expect(view.record.notes.map(({ words }) => words)).toContain('The window was closed; following goes on.');
  await proof.agreesItIsDone(view, candidate);
  await proof.wizard.close();
});

test('no REST API can be reached: through the store', async ({ proof }) => {
  const { wizard, herd, page } = proof;
  const [candidate] = await proof.replicas();
  // Long enough for the keys to outlive the time in which nobody answers.
  await proof.setTtl(90);
  await wizard.open('Switchover…');
  await wizard.candidate(candidate);
  for (const member of herd.members) await member.freeze();
  try {
    await wizard.checks();
    await expect(wizard.check('route')).toHaveAttribute('data-state', 'stop', { timeout: 30_000 });
    await page.getByRole('button', { name: 'Send it straight into the store…' }).click();
    await expect(wizard.check('route')).toHaveAttribute('data-state', 'warning', { timeout: 30_000 });
    await wizard.send(NOW);
    await wizard.reached('accepted');
  } finally {
    for (const member of herd.members) member.thaw();
  }
  const view = await proof.report('done', 180);
  const [request] = view.record.plan.requests;
  expect(request?.kind).toBe('store');
  if (request?.kind === 'store')
    proof.says(`written: \`${request.key} ${request.value}\`, only at revision ${request.revision}`);
  await proof.agreesItIsDone(view, candidate);
  await wizard.close();
  await proof.setTtl(20);
});
