import { expect, test } from './proof';
import { localTime } from './local-time';

// What is refused: by the checks before anything is sent, or by Patroni in words. patronictl is asked for the same each time.

const NOW = /^Switch over now$/;

test('refused: nofailover', async ({ proof }) => {
  const { wizard, herd } = proof;
  const [candidate] = await proof.replicas();
  await herd.tag(candidate, { nofailover: true });
  await wizard.switchover(candidate);
  proof.says(await wizard.stops(`may-lead ${candidate}`));
  await proof.patroniRefuses(...(await proof.switchover(candidate)));
  await herd.tag(candidate, { nofailover: null });
});

test('refused: the candidate lags', async ({ proof }) => {
  const { wizard, herd } = proof;
  const [candidate] = await proof.replicas();
  herd.lag(candidate, 'receive');
  await herd.write(24);
  await wizard.switchover(candidate);
  proof.says(await wizard.stops(`lag ${candidate}`));
  await proof.patroniRefuses(...(await proof.switchover(candidate)));
  herd.unlag();
});

test('refused: the candidate is not synchronous', async ({ proof }) => {
  const { wizard, herd } = proof;
  await herd.sync('on');
  const asynchronous = (await herd.list()).find((row) => row['Role'] === 'Replica');
  const candidate = String(asynchronous?.['Member']);
  await wizard.switchover(candidate);
  proof.says(await wizard.stops(`sync ${candidate}`));
  await proof.patroniRefuses(...(await proof.switchover(candidate)));
  await herd.sync('off');
});

test('refused: paused, and no candidate is named', async ({ proof }) => {
  const { wizard, herd } = proof;
  await herd.pause();
  await wizard.switchover(null);
  proof.says(await wizard.stops('paused'));
  await proof.patroniRefuses(...(await proof.switchover(null)));
  await herd.resume();
});

test('refused: paused, and for later', async ({ proof }) => {
  const { wizard, herd } = proof;
  const [candidate] = await proof.replicas();
  await herd.pause();
  await wizard.open('Switchover…');
  await wizard.choose(/^Switchover at a time/);
  await wizard.candidate(candidate);
  await wizard.checks();
  proof.says(await wizard.stops('paused'));
  const later = ['--scheduled', new Date(Date.now() + 3_600_000).toISOString()];
  await proof.patroniRefuses(...(await proof.switchover(candidate)), ...later);
  await herd.resume();
});

test('refused: a time that has passed', async ({ proof }) => {
  const { wizard, page } = proof;
  await wizard.open('Switchover…');
  await wizard.choose(/^Switchover at a time/);
  const before = new Date(Date.now() - 3_600_000);
  await page.getByLabel('When').fill(localTime(before));
  await wizard.checks();
  proof.says(await wizard.stops('schedule'));
  await proof.patroniRefuses(...(await proof.switchover(null)), '--scheduled', before.toISOString());
});

test('refused: the candidate stayed on the old timeline', async ({ proof }) => {
  const { wizard, herd } = proof;
  const [next, candidate] = await proof.replicas();
  await herd.edit('check_timeline=true');
  herd.lag(candidate, 'replay');
  await herd.switchover(next);
  await wizard.switchover(candidate);
  proof.says(await wizard.stops(`timeline ${candidate}`));
  await proof.patroniRefuses(...(await proof.switchover(candidate)));
  herd.unlag();
  await herd.edit('check_timeline=null');
});

test('refused: another member leads by now', async ({ proof }) => {
  const { wizard, herd } = proof;
  const [candidate, other] = await proof.replicas();
  const before = await proof.switchover(other);
  await wizard.switchover(other);
  await herd.switchover(candidate);
  await herd.settled();
  proof.says(await wizard.stops('leader'));
  await proof.patroniRefuses(...before);
});

test('refused by Patroni: the leader does not reach the REST API of the candidate', async ({ proof }) => {
  const { wizard, herd } = proof;
  const leader = await herd.leader();
  const [candidate] = await proof.replicas();
  // Its key stays for as long as Patroni there stands still.
  await proof.setTtl(90);
  await wizard.open('Switchover…');
  await wizard.candidate(candidate);
  await herd.member(candidate).freeze();
  try {
    await wizard.checks();
    await expect(wizard.check(`reachable ${candidate}`)).toHaveAttribute('data-state', 'warning', { timeout: 30_000 });
    await wizard.send(NOW);
    const view = await proof.report('refused');
    expect(view.outcome?.words).toContain('no good candidates have been found” (HTTP 412)');
    expect(view.record.after?.leader).toBe(leader);
    await proof.patroniRefuses(...(await proof.switchover(candidate)));
  } finally {
    herd.member(candidate).thaw();
  }
  await wizard.close();
  await proof.setTtl(20);
});
