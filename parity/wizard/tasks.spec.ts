import { expect, type Proof, test } from './proof';

// The other operations.

async function run(proof: Proof, send: RegExp): Promise<void> {
  await proof.wizard.checks();
  await proof.wizard.send(send);
  await proof.report('done', 150);
  await proof.wizard.close();
}

const startedAt = (proof: Proof, member: string): Promise<string> =>
  proof.herd.sql(member, 'SELECT pg_postmaster_start_time()');

async function listed(proof: Proof, member: string, column: string): Promise<unknown> {
  return (await proof.herd.list()).find((row) => row['Member'] === member)?.[column];
}

test('pause, and resume', async ({ proof }) => {
  const list = (): Promise<string> => proof.herd.patronictl(['list', proof.herd.scope]);
  await proof.wizard.other('Pause…');
  await run(proof, /^Pause now$/);
  expect(await list()).toContain('Maintenance mode: on');
  proof.patroniSays('Maintenance mode: on');
  await proof.wizard.other('Resume…');
  await run(proof, /^Resume now$/);
  expect(await list()).not.toContain('Maintenance mode');
  proof.patroniSays('Maintenance mode is off');
});

test('restart of a member whose restart is pending', async ({ proof }) => {
  const [member] = await proof.replicas();
  await proof.herd.pendingRestart();
  const before = await startedAt(proof, member);
  await proof.wizard.other('Restart…');
  await proof.page.getByRole('checkbox', { name: member }).check({ force: true });
  await run(proof, /^Restart now$/);
  expect(await startedAt(proof, member)).not.toBe(before);
  await expect.poll(() => listed(proof, member, 'Pending restart'), { timeout: 30_000 }).toBeFalsy();
  proof.patroniSays('its PostgreSQL was started anew, and no restart is pending on it');
});

test('restart at a time, and taken back', async ({ proof }) => {
  const [member] = await proof.replicas();
  await proof.wizard.other('Restart…');
  await proof.page.getByRole('checkbox', { name: member }).check({ force: true });
  await proof.page.getByRole('radio', { name: 'At a time' }).check({ force: true });
  await run(proof, /^Schedule the restart$/);
  const at = await listed(proof, member, 'Scheduled restart');
  expect(at).toBeTruthy();
  proof.patroniSays(`scheduled at ${String(at)}`);
  await proof.wizard.other('Cancel a scheduled restart…');
  await run(proof, /^Cancel the restart now$/);
  await expect.poll(() => listed(proof, member, 'Scheduled restart'), { timeout: 30_000 }).toBeFalsy();
  proof.patroniSays('nothing scheduled any more');
});

test('reload', async ({ proof }) => {
  const loaded = (): Promise<string> => proof.herd.sql(name, 'SELECT pg_conf_load_time()');
  const [name] = await proof.replicas();
  const member = proof.herd.member(name);
  await member.retag({ ...member.tags, noloadbalance: true });
  await loaded();
  await proof.wizard.other('Reload…');
  await run(proof, /^Reload now$/);
  await expect.poll(() => listed(proof, name, 'Tags'), { timeout: 30_000 }).toEqual({ noloadbalance: true });
  proof.patroniSays(`${name} tells the tag that was written into its patroni.yml`);
  await proof.herd.tag(name, { noloadbalance: null });
});

test('reinitialize', async ({ proof }) => {
  const [member] = await proof.replicas();
  const made = (): Promise<string> => proof.herd.sql(member, `SELECT change FROM pg_stat_file('PG_VERSION')`);
  const before = await made();
  await proof.wizard.other('Reinitialize a member…');
  await proof.page.getByRole('checkbox', { name: member }).check({ force: true });
  await run(proof, /^Reinitialize now$/);
  expect(await made()).not.toBe(before);
  await proof.herd.settled();
  proof.patroniSays(`the data directory of ${member} is a new one, and it streams`);
});

test('edit the configuration, and an edit that somebody else was before', async ({ proof }) => {
  const { wizard, page, herd } = proof;
  const shown = (): Promise<string> => herd.patronictl(['show-config', herd.scope]);
  const edit = async (seconds: number): Promise<void> => {
    await wizard.other('Edit the configuration…');
    const field = page.getByRole('textbox', { name: /configuration/i });
    const config = JSON.parse(await field.inputValue()) as Record<string, unknown>;
    await field.fill(JSON.stringify({ ...config, retry_timeout: seconds }, null, 2));
  };
  await edit(6);
  await run(proof, /^Write the configuration$/);
  expect(await shown()).toContain('retry_timeout: 6');
  proof.patroniSays('retry_timeout: 6');
  await edit(7);
  await herd.edit('retry_timeout=5');
  await wizard.checks();
  proof.says(await wizard.stops('revision'));
  expect(await shown()).toContain('retry_timeout: 5');
  proof.patroniSays('retry_timeout: 5, as the other one wrote it');
});

test('remove the cluster while its members run', async ({ proof }) => {
  const { wizard, herd } = proof;
  const leader = await herd.leader();
  await remove(proof);
  proof.says(await wizard.outcome.innerText());
  await wizard.close();
  await herd.settled();
  proof.patroniSays(`its members write their keys again: ${await herd.leader()} leads, as ${leader} did`);
});

test('remove the cluster once its members are stopped', async ({ proof }) => {
  const { herd, page } = proof;
  await Promise.all(herd.members.map((member) => member.shutDown()));
  await remove(proof);
  await expect(page.locator(`[data-fleet-row$="/${herd.scope}"]`)).toHaveCount(0);
  const { outcome } = await proof.lastReport();
  expect(outcome?.kind).toBe('done');
  proof.says(`${outcome?.title ?? ''}. ${outcome?.words ?? ''}`);
  const printed = await herd.patronictl(['list', herd.scope]).catch((error: unknown) => String(error));
  expect(printed).not.toContain('pg-1');
  proof.patroniSays(printed.trim().split('\n')[0] ?? '');
});

async function remove({ wizard, page, herd }: Proof): Promise<void> {
  await wizard.other('Remove the cluster…');
  await wizard.checks();
  await wizard.send(/^Remove the cluster now$/, async () => {
    await page.getByLabel('Type the name of the cluster').fill(herd.scope);
    await page.getByLabel('And once more').fill(herd.scope);
  });
}
