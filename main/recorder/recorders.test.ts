import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node } from '../../app/cluster/test-nodes';
import type { StoreNode } from '../../app/dcs/node';
import { connectionSettingsSchema } from '../../app/ipc/contract';
import type { ConnectionSettings } from '../../app/ipc/contract';
import { usualRecording } from '../../app/ipc/connections/fields';
import { ManualClock } from '../../app/manual-clock';
import { type Recorded, Recorders, type Tap } from './recorders';

const START = Date.UTC(2026, 10, 23, 1, 0, 0);
const KEY = '/service/demo/leader';

let folder: string;
let clock: ManualClock;
let recorders: Recorders;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'herdscope-recorders-')), 'recordings');
  clock = new ManualClock(START);
  recorders = run();
});
afterEach(async () => {
  await recorders.closeAll();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const run = (): Recorders => new Recorders({ folder, clock, onTrouble: () => undefined });

const settings = (over: object = {}): ConnectionSettings =>
  connectionSettingsSchema.parse({
    kind: 'etcd3',
    id: 'a',
    name: 'prod',
    endpoints: ['http://10.0.0.1:2379'],
    username: null,
    ...over,
  });

const recorded = (of: ConnectionSettings | null, over: Partial<Recorded> = {}): Recorded => ({
  id: of?.id ?? 'practice',
  name: 'prod',
  kind: 'etcd3',
  namespace: '/service',
  settings: of,
  temporary: false,
  ...over,
});

function tell(tap: Tap, leader: string): void {
  const nodes = new Map<string, StoreNode>([[KEY, node(KEY, leader)]]);
  tap.take('1', [], nodes);
}

const leaderOf = async (id: string): Promise<string | undefined> => {
  await recorders.extent();
  return (await recorders.at(id, clock.now()))?.nodes.get(KEY)?.value;
};

/** The program ends and starts again. */
async function again(): Promise<void> {
  await recorders.closeAll();
  await clock.advance(10_000);
  recorders = run();
}

describe('recordings', () => {
  it('of two connections to the same store stay apart, in whatever order they are opened', async () => {
    tell(recorders.open(recorded(settings())), 'of-a');
    tell(recorders.open(recorded(settings({ id: 'b' }))), 'of-b');
    await again();
    recorders.open(recorded(settings({ id: 'b' })));
    recorders.open(recorded(settings()));
    expect([await leaderOf('a'), await leaderOf('b')]).toEqual(['of-a', 'of-b']);
  });

  it('are found again when only the name, the user’s files or what may be done changed, and not when it goes elsewhere', async () => {
    tell(recorders.open(recorded(settings())), 'pg1');
    await again();
    recorders.open(recorded(settings({ name: 'other', writable: true, caFile: '/ca.pem' })));
    expect(await leaderOf('a')).toBe('pg1');
    await again();
    recorders.open(recorded(settings({ namespace: '/other' })));
    expect(await leaderOf('a')).toBeUndefined();
  });

  it('of a connection for this run are found in the next one, where it has another id', async () => {
    tell(recorders.open(recorded(settings({ id: 'r1' }), { temporary: true })), 'pg1');
    await again();
    recorders.open(recorded(settings({ id: 'r2' }), { temporary: true }));
    expect(await leaderOf('r2')).toBe('pg1');
  });

  it('of the practice herd begin anew with each run', async () => {
    tell(recorders.open(recorded(null)), 'pg1');
    expect(await leaderOf('practice')).toBe('pg1');
    await again();
    recorders.open(recorded(null));
    expect(await leaderOf('practice')).toBeUndefined();
  });

  it('are not made of a connection that is not to be recorded, until it is', async () => {
    const off = settings({ recording: { ...usualRecording, on: false } });
    tell(recorders.open(recorded(off)), 'pg1');
    expect((await recorders.extent())[0]).toMatchObject({ isOn: false, spans: [], bytes: 0 });
    await clock.advance(5_000);
    recorders.change('a', settings());
    const [on] = await recorders.extent();
    expect(on).toMatchObject({ isOn: true, spans: [{ from: new Date(START + 5_000).toISOString() }] });
    expect(await leaderOf('a')).toBe('pg1');
  });

  it('tell the gaps in which the store was not heard', async () => {
    const tap = recorders.open(recorded(settings()));
    tell(tap, 'pg1');
    await clock.advance(1_000);
    tap.heard(false);
    await clock.advance(4_000);
    tap.heard(true);
    const [extent] = await recorders.extent();
    expect(extent?.lost).toEqual([
      { from: new Date(START + 1_000).toISOString(), to: new Date(START + 5_000).toISOString() },
    ]);
  });

  it('keep what happened with the connection that it happened to', async () => {
    for (const id of ['a', 'b']) tell(recorders.open(recorded(settings({ id }))), 'pg1');
    const at = new Date(START + 1).toISOString();
    recorders.happened([{ id: '1', at, clusterId: 'a/demo', kind: 'paused', words: 'paused' }]);
    const [a, b] = await recorders.extent();
    expect(a?.events).toEqual([{ id: '1', at, clusterId: 'a/demo', kind: 'paused', words: 'paused' }]);
    expect(b?.events).toEqual([]);
  });

  it('are deleted when a person says so, and go on', async () => {
    const tap = recorders.open(recorded(settings()));
    tell(tap, 'pg1');
    recorders.happened([
      { id: '1', at: new Date(START + 1).toISOString(), clusterId: 'a/demo', kind: 'paused', words: 'paused' },
    ]);
    await recorders.extent();
    await clock.advance(60_000);
    expect(await recorders.empty('a')).toBe(true);
    expect(await recorders.empty('unknown')).toBe(false);
    await clock.advance(1_000);
    const [extent] = await recorders.extent();
    expect(extent?.spans.map(({ from }) => from)).toEqual([new Date(START + 60_000).toISOString()]);
    expect(extent?.events).toEqual([]);
    await recorders.forget('a');
    expect(await readdir(folder)).toEqual([]);
  });

  it('can be read by their owner alone', async () => {
    tell(recorders.open(recorded(settings())), 'pg1');
    await recorders.closeAll();
    const [name = ''] = await readdir(folder);
    const files = await readdir(join(folder, name));
    expect(files).not.toEqual([]);
    for (const path of [folder, join(folder, name), ...files.map((file) => join(folder, name, file))])
      expect((await stat(path)).mode & 0o077).toBe(0);
  });
});
