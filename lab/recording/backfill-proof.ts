import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { connectionSettingsSchema } from '../../app/ipc/contract';
import type { RecordedConnection } from '../../app/ipc/time';
import { sameData } from '../../app/same-data';
import { Source } from '../../main/inspection/source';
import { Recorders } from '../../main/recorder/recorders';
import { Etcd3Store } from '../../main/stores/etcd3/etcd3-store';
import { systemClock } from '../../main/system-clock';
import { type Herd, startHerd } from '../herd';
import { plainEtcd } from '../plain-etcd';
import { Reference } from '../soak/reference';
import { compareWithEtcd } from './against-etcd';
import { recordedEvents } from './recorded-events';
import { until } from './recorder-child';

const NAMESPACE = '/service';

/**
 * Lets a real herd live for so many minutes before Herdscope connects, and compares what the recording has then with each event of
 * `etcdctl watch --rev=1`, and with etcd's own keys at each revision. True when they are equal.
 */
export async function backfillProof(minutes: number, say: (line: string) => void): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-backfill-proof-'));
  let herd: Herd | null = null;
  const recorders = new Recorders({ folder, clock: systemClock, onTrouble: (sentence) => say(String(sentence)) });
  let source: Source | null = null;
  let reference: Reference | null = null;
  try {
    herd = await startHerd({ members: 3, say });
    await lives(herd, minutes, say);
    const { endpoint } = herd.store;
    const open = (): Promise<Etcd3Store> => Promise.resolve(new Etcd3Store(plainEtcd(endpoint)));
    say('Herdscope connects');
    const id = 'lab';
    const settings = connectionSettingsSchema.parse({
      kind: 'etcd3',
      id,
      name: 'lab',
      endpoints: [endpoint],
      username: null,
    });
    const recorded = { id, name: 'lab', kind: 'etcd3', namespace: NAMESPACE, settings, temporary: false };
    const started = performance.now();
    let shownMs = 0;
    source = new Source(id, await open(), NAMESPACE, systemClock, {
      onDirty: () => {
        shownMs ||= performance.now() - started;
      },
      onStatus: () => undefined,
      tap: recorders.open(recorded, open),
    });
    source.start();
    const extent = async (): Promise<RecordedConnection | undefined> => (await recorders.extent())[0];
    await until('the past to be read', async () => (await extent())?.past?.kind === 'added');
    say(`the picture was there after ${shownMs.toFixed(0)} ms, the past ${secondsSince(started)} s after connecting`);
    tell(await extent(), say);
    source.close();
    await recorders.closeAll();

    const kept = await recordedEvents(await onlyFolder(folder));
    reference = new Reference(endpoint, `${NAMESPACE}/`);
    const last = kept.at(-1)?.revision ?? 0;
    const watch = reference;
    await until('etcdctl to tell as much', () => watch.failure !== null || watch.lastRevision >= last);
    const told = watch.events.filter(({ revision }) => revision <= last);
    const differences =
      told.filter((event, at) => !sameData(event, kept[at])).length + Math.abs(kept.length - told.length);
    say(`${told.length} events of etcdctl watch --rev=1, ${kept.length} in the recording: ${differences} differ`);
    const client = new Etcd3({ hosts: endpoint });
    const compared = await compareWithEtcd(await onlyFolder(folder), client, `${NAMESPACE}/`).finally(() => {
      client.close();
    });
    say(
      `${compared.revisions} revisions compared key for key with etcd's own: ${compared.differences.length} differences, ${compared.gaps.length} gaps`,
    );
    const isEqual =
      watch.failure === null &&
      told.length > 0 &&
      differences + compared.differences.length + compared.gaps.length === 0;
    say(isEqual ? 'equal' : 'not equal');
    return isEqual;
  } finally {
    source?.close();
    reference?.close();
    await recorders.closeAll();
    await herd?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** WAL all the time, and now and then what a person or an accident does. */
async function lives(herd: Herd, minutes: number, say: (line: string) => void): Promise<void> {
  const end = Date.now() + minutes * 60_000;
  const incidents: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['a switchover', () => herd.switchover()],
    ['the configuration is edited', () => herd.edit(`loop_wait=${3 + (Date.now() % 3)}`)],
    [
      'the leader is killed',
      async () => {
        const leader = await herd.killLeader();
        await herd.newLeader(leader);
        await herd.revive();
      },
    ],
    ['pause and resume', () => herd.pause().then(() => herd.resume())],
  ];
  for (let turn = 0; Date.now() < end; turn += 1) {
    for (let writes = 0; writes < 20 && Date.now() < end; writes += 1) {
      await herd.write(1);
      await delay(2000);
    }
    const [what, happens] = incidents[turn % incidents.length] ?? [];
    if (what === undefined || happens === undefined || Date.now() > end) continue;
    say(what);
    await happens();
    await herd.settled();
  }
}

function tell(recorded: RecordedConnection | undefined, say: (line: string) => void): void {
  for (const { from, to, isGuessed } of recorded?.spans ?? [])
    say(`${from} to ${to}${isGuessed === true ? ', from the store’s own past' : ', recorded'}`);
  for (const { at, kind, words } of recorded?.events ?? []) if (!kind.startsWith('finding')) say(`  ${at} ${words}`);
}

/** The folder of the only connection. */
async function onlyFolder(folder: string): Promise<string> {
  const [name = ''] = await readdir(folder);
  return join(folder, name);
}

const secondsSince = (started: number): string => ((performance.now() - started) / 1000).toFixed(1);
