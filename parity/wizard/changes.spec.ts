import { startInsertClient } from './insert-client';
import { expect, type Proof, test } from './proof';
import { localTime, nextMinute } from './local-time';

// Changes of the leader that are carried out.

const NOW = /^Switch over now$/;

async function switchOver(proof: Proof, candidate: string | null): Promise<void> {
  await proof.wizard.switchover(candidate);
  await proof.wizard.send(NOW);
  await proof.agreesItIsDone(await proof.report('done'), candidate);
  await proof.wizard.close();
}

test('switchover now, to a candidate', async ({ proof }) => {
  const [candidate] = await proof.replicas();
  await switchOver(proof, candidate);
});

test('switchover now, to whom Patroni takes', async ({ proof }) => {
  await switchOver(proof, null);
});

for (const nth of [1, 2, 3]) {
  test(`the write outage beside a client that inserts a row every 10 ms, ${String(nth)}`, async ({ proof }) => {
    const [candidate] = await proof.replicas();
    const client = await startInsertClient(proof.herd);
    let heard;
    try {
      await proof.wizard.switchover(candidate);
      await proof.wizard.send(NOW);
      await proof.report('done');
    } finally {
      heard = await client.end();
    }
    const { outage } = await proof.lastReport();
    const measured = outage?.ms ?? NaN;
    proof.says(`wizard: ${measured} ms ± ${outage?.withinMs ?? NaN} ms`);
    const apart = measured - heard.longestGapMs;
    proof.patroniSays(
      `client: ${heard.longestGapMs} ms without a confirmed row, ${heard.rows} rows; apart: ${apart} ms`,
    );
    expect(Math.abs(apart)).toBeLessThanOrEqual(100);
    await proof.wizard.close();
  });
}

test('switchover at a time, carried out then', async ({ proof }) => {
  const { wizard } = proof;
  const [candidate] = await proof.replicas();
  await wizard.open('Switchover…');
  await wizard.choose(/^Switchover at a time/);
  await wizard.candidate(candidate);
  const time = nextMinute();
  await proof.page.getByLabel('When').fill(localTime(time));
  await wizard.checks();
  await wizard.send(/^Schedule the switchover$/);
  await wizard.reached('accepted');
  await expect.poll(() => proof.herd.wholeCluster()).toHaveProperty('scheduled_switchover');
  proof.patroniSays(await scheduled(proof));
  const view = await proof.report('done', 200);
  await proof.agreesItIsDone(view, candidate);
  const stopped =
    view.phases.find(({ id }) => id === 'demoting')?.at ?? view.phases.find(({ id }) => id === 'taken')?.at;
  expect(Date.parse(stopped ?? '')).toBeGreaterThanOrEqual(time.getTime() - 500);
  await wizard.close();
});

async function scheduled(proof: Proof): Promise<string> {
  const printed = await proof.herd.patronictl(['list', proof.herd.scope]);
  return /Switchover scheduled.*/.exec(printed)?.[0] ?? '';
}

test('switchover at a time, cancelled', async ({ proof }) => {
  const { wizard, page } = proof;
  await wizard.open('Switchover…');
  await wizard.choose(/^Switchover at a time/);
  await wizard.checks();
  await wizard.send(/^Schedule the switchover$/);
  await wizard.reached('accepted');
  await page.getByRole('button', { name: 'Cancel the switchover…' }).click();
  await wizard.checks();
  await wizard.send(/^Cancel the switchover now$/);
  await proof.report('done');
  expect(await proof.herd.wholeCluster()).not.toHaveProperty('scheduled_switchover');
  await wizard.close();
  // The one that was scheduled has its own report, and it says so.
  const ended = await proof.endedReports();
  const last = ended.filter(({ record }) => record.intent.kind === 'switchover').at(-1);
  expect(last?.outcome?.kind).toBe('cancelled');
  expect(last?.record.after?.leader).toBe(last?.record.before.leader);
  proof.says(`${last?.outcome?.title ?? ''}. ${last?.outcome?.words ?? ''}`);
  proof.patroniSays('nothing is scheduled');
});

test('failover with the leader dead and its lock not run out yet', async ({ proof }) => {
  const { wizard, herd } = proof;
  const leader = await herd.leader();
  const [candidate] = await proof.replicas();
  await herd.kill(leader);
  await wizard.open('Switchover…');
  await wizard.choose(/^Failover to a member/);
  await wizard.candidate(candidate);
  await wizard.checks();
  await wizard.send(/^Fail over now$/);
  await wizard.reached('writable');
  await herd.revive(leader);
  await proof.agreesItIsDone(await proof.report('done'), candidate);
  await wizard.close();
});

test('failover with the leader dead, paused: nobody leads', async ({ proof }) => {
  const { wizard, herd } = proof;
  const leader = await herd.leader();
  const [candidate] = await proof.replicas();
  await herd.pause();
  await herd.kill(leader);
  await wizard.open('Failover…');
  await wizard.candidate(candidate);
  await wizard.checks();
  await expect(wizard.check('leader')).toHaveAttribute('data-state', 'passed');
  await wizard.send(/^Fail over now$/);
  await wizard.reached('writable');
  await herd.resume();
  await herd.revive(leader);
  await proof.agreesItIsDone(await proof.report('done'), candidate);
  await wizard.close();
});
