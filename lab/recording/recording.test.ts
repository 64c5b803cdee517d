import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EtcdServer, startEtcd } from '../etcd-server';
import { compareWithEtcd } from './against-etcd';
import { RecorderChild } from './recorder-child';

let server: EtcdServer;
let client: Etcd3;
let folder: string;
let child: RecorderChild | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-recording-'));
  server = await startEtcd();
  client = new Etcd3({ hosts: server.endpoint });
});
afterEach(async () => {
  await child?.kill();
  child = null;
  client.close();
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

let lsn = 1000;

/** What a member's loops write: its key and the status, and now and then the lock is lost and taken by another. */
async function live(rounds: number): Promise<string> {
  let revision = '0';
  for (let round = 0; round < rounds; round += 1) {
    lsn += 8192;
    const member = { state: 'running', role: 'replica', xlog_location: lsn, name: '<b>ü🐘' };
    await client.put('/service/demo/members/pg1').value(JSON.stringify(member));
    const { header } = await client
      .put('/service/demo/status')
      .value(JSON.stringify({ optime: lsn, slots: { pg2: lsn } }));
    revision = header.revision;
    if (round % 5 === 0) {
      const lease = await client.leaseClient.leaseGrant({ TTL: 60 });
      await client.kv.put({ key: Buffer.from('/service/demo/leader'), value: Buffer.from('pg1'), lease: lease.ID });
      await client.leaseClient.leaseRevoke({ ID: lease.ID });
      const put = { key: Buffer.from('/service/demo/leader'), value: Buffer.from(`pg${String(round)}`) };
      const both = [{ request_put: put }, { request_delete_range: { key: Buffer.from('/service/demo/failover') } }];
      revision = (await client.kv.txn({ success: both })).header.revision;
      await client.put('/service/demo/failover').value('{}');
      await client.put('/elsewhere').value(String(round));
    }
  }
  return revision;
}

describe('a recording of a real etcd', () => {
  it('is what etcd had at each revision, though its program was killed, and the store', async () => {
    const before = await live(5);
    child = new RecorderChild(server.endpoint, '/service', folder);
    await child.reached(before);
    await child.reached(await live(20));
    // Killed while the store is written to: what was written a moment ago is lost, and nothing else.
    const writing = live(20);
    await child.kill();
    const killedAt = await writing;
    child = new RecorderChild(server.endpoint, '/service', folder);
    await child.reached(killedAt);
    await server.kill();
    await server.restart();
    await child.reached(await live(20));
    await child.stop();
    const { segments, revisions, gaps, differences } = await compareWithEtcd(folder, client, '/service/');
    expect(differences).toEqual([]);
    expect(segments).toBe(2);
    expect(revisions).toBeGreaterThan(110);
    expect(gaps.length).toBeLessThanOrEqual(1);
  }, 60_000);
});
