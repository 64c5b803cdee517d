import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEtcd } from '../lab/etcd-server';
import { startSsh } from '../lab/ssh-server';
import { TcpProxy } from '../lab/tcp-proxy';
import { expect, test } from './electron-app';

// A connection through a real sshd: an unknown key is shown and accepted by the person, the status tells of a lost bastion.

test('through a bastion: its key is shown and accepted, clusters come through it, and its loss is said', async ({
  launch,
}) => {
  test.setTimeout(120_000);
  const [ssh, etcd] = await Promise.all([startSsh(), startEtcd()]);
  const proxy = await TcpProxy.start(ssh.port);
  try {
    await etcd.ctl(['put', '/service/behind/initialize', '7711168519450300001']);
    await etcd.ctl(['put', '/service/behind/leader', 'pg1']);
    const { page, userData } = await launch();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.keyboard.press('Control+n');
    const form = page.getByRole('dialog', { name: 'Add a connection' });
    await form.getByLabel('Name', { exact: true }).fill('inside');
    await form.getByLabel('Endpoints', { exact: true }).fill(`http://localhost:${String(etcd.port)}`);
    await form.getByRole('button', { name: /Through a bastion/ }).click();
    await form.getByLabel('Bastion', { exact: true }).fill('127.0.0.1');
    await form.getByLabel('SSH port', { exact: true }).fill(String(proxy.port));
    await form.getByRole('button', { name: 'Test the connection' }).click();
    await expect(form).toContainText('Give the user to sign in as.');
    await form.getByLabel('SSH user', { exact: true }).fill(ssh.user);
    await form.getByLabel('SSH private key', { exact: true }).fill(ssh.protectedKeyFile);
    await form.getByLabel('Passphrase of the SSH key', { exact: true }).fill('wrong');
    await form.getByRole('button', { name: 'Test the connection' }).click();
    const said = form.getByRole('status');
    await expect(said).toContainText('The passphrase does not open the private key');
    await form.getByLabel('Passphrase of the SSH key', { exact: true }).fill(ssh.passphrase);
    await form.getByRole('button', { name: 'Test the connection' }).click();
    await expect(said).toContainText(await ssh.fingerprint());
    await page.screenshot({ path: test.info().outputPath('unknown-key.png') });
    await form.getByRole('button', { name: 'The key is right: accept it and test again' }).click();
    await expect(said).toContainText('1 cluster and 2 keys below /service');
    await page.screenshot({ path: test.info().outputPath('accepted.png') });
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('option', { name: /behind/ })).toBeVisible();
    expect(await readFile(join(userData, 'known_hosts'), 'utf8')).toContain(
      `[127.0.0.1]:${String(proxy.port)} ssh-ed25519`,
    );
    for (const file of ['settings.json', 'known_hosts']) {
      expect(await readFile(join(userData, file), 'utf8')).not.toContain(ssh.passphrase);
    }

    proxy.refuse();
    await expect(page.getByText(/The bastion is lost/).first()).toBeVisible({ timeout: 30_000 });
    await page.screenshot({ path: test.info().outputPath('lost.png') });
    proxy.heal();
    await expect(page.getByText(/The bastion is lost/)).toHaveCount(0, { timeout: 60_000 });
    await etcd.ctl(['put', '/service/another/initialize', '7711168519450300002']);
    await expect(page.getByRole('option', { name: /another/ })).toBeVisible({ timeout: 30_000 });
  } finally {
    await proxy.close();
    await Promise.all([etcd.dispose(), ssh.dispose()]);
  }
});
