import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { Recording } from '../../main/recorder/recording';
import { startHerd, type Herd } from '../herd';
import { compareWithEtcd } from './against-etcd';
import { RecorderChild, until } from './recorder-child';
import { mountSmallDisk, type SmallDisk } from './small-disk';

const NAMESPACE = '/service';

/**
 * Records a real herd through six failures, with the recorder killed in the middle and its disk full once, and compares the recording
 * with what etcd kept of each revision. True when they are equal.
 */
export async function recordingProof(say: (line: string) => void): Promise<boolean> {
  const root = await mkdtemp(join(tmpdir(), 'herdscope-recording-proof-'));
  const folder = join(root, 'recording');
  await mkdir(folder);
  const disk = await mountSmallDisk(folder, 8);
  if (disk === null) say('the disk is not filled: a small disk can be mounted by root only');
  let herd: Herd | null = null;
  let child: RecorderChild | null = null;
  let client: Etcd3 | null = null;
  try {
    herd = await startHerd({ members: 3, say });
    const { endpoint } = herd.store;
    client = new Etcd3({ hosts: endpoint });
    const head = async (): Promise<string> => (await client?.get('none').exec())?.header.revision ?? '0';
    child = new RecorderChild(endpoint, NAMESPACE, folder);
    await child.reached(await head());

    say('1. the leader is killed');
    const leader = await herd.killLeader();
    await herd.newLeader(leader);
    await herd.revive();
    await herd.settled();
    say('2. a replica is killed');
    const former = await herd.leader();
    const replica = herd.members.map(({ name }) => name).find((name) => name !== former) ?? '';
    await herd.kill(replica);
    await herd.write(2);

    // Killed while the herd goes on: what comes until the next start is not recorded.
    await child.reached(await head());
    const known = await head();
    await child.kill();
    const kept = (await new Recording(folder).at(Date.now()))?.revision ?? '0';
    say(`the recorder is killed with -9: etcd was at revision ${known}, the recording is at ${kept}`);
    await herd.revive(replica);
    await herd.settled();
    child = new RecorderChild(endpoint, NAMESPACE, folder);
    await child.reached(await head());

    say('3. a switchover');
    await herd.switchover();
    await herd.settled();
    say('4. pause and resume');
    await herd.pause();
    await herd.resume();
    say('5. the configuration is edited');
    await herd.edit('loop_wait=5');
    if (disk !== null) await fillOnce(disk, client, child, say);
    say('6. the store is stopped, and started again');
    await herd.stopStore();
    await new Promise((resolve) => setTimeout(resolve, 8000));
    await herd.startStore();
    await herd.settled();
    await herd.write(2);
    await child.reached(await head());
    await child.stop();

    const { segments, revisions, gaps, differences } = await compareWithEtcd(folder, client, `${NAMESPACE}/`);
    const not = gaps.map(([from, to]) => `${from} to ${to}`).join(', ');
    say(
      `${segments} segments, ${revisions} revisions compared key for key with etcd's own; not recorded: ${not || 'none'}`,
    );
    for (const difference of differences.slice(0, 20)) say(`differs: ${difference}`);
    say(differences.length === 0 ? 'equal' : `${differences.length} differences`);
    return differences.length === 0;
  } finally {
    await child?.kill();
    client?.close();
    await herd?.stop();
    await disk?.unmount();
    await rm(root, { recursive: true, force: true });
  }
}

async function fillOnce(
  disk: SmallDisk,
  client: Etcd3,
  child: RecorderChild,
  say: (line: string) => void,
): Promise<void> {
  await disk.fill();
  // More than what is left of the file's last page.
  await client.put(`${NAMESPACE}/other/config`).value(randomBytes(64 * 1024).toString('hex'));
  await until('the recorder to say that the disk is full', () => child.troubles.at(-1)?.includes('ENOSPC') === true);
  say(`the disk is full: ${String(child.troubles.at(-1))}`);
  await disk.empty();
  await until('the recorder to go on', () => child.troubles.at(-1) === null);
  say('the disk has room again, and recording goes on');
}
