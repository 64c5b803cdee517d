import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreNode } from '../../app/dcs/node';
import { type SpanOfScope, storyOf } from '../../app/incident/story';
import { ManualClock } from '../../app/manual-clock';
import { Recorder } from '../recorder/recorder';
import { readSpan } from './read-span';

// What a watch told of a real herd (app/incident/lab-run), recorded by the recorder at the times when it was told.

const lab = JSON.parse(readFileSync('app/incident/lab-run/span.ndjson', 'utf8')) as Pick<
  SpanOfScope,
  'from' | 'to' | 'nodes' | 'changes'
>;
const ms = (iso: string): number => Date.parse(iso);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-incident-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Records the run; `lost` says between which instants the store was not heard, and the recorder began anew. */
async function record(lost: readonly [from: string, to: string] | null = null): Promise<void> {
  const clock = new ManualClock(ms(lab.from));
  const make = (): Recorder =>
    new Recorder({
      folder,
      connection: 'lab',
      kind: 'etcd3',
      namespace: '/service',
      mostBytes: 1e9,
      mostDays: 14,
      clock,
      onTrouble: () => undefined,
    });
  let recorder = make();
  const nodes = new Map<string, StoreNode>(lab.nodes.map((node) => [node.key, node]));
  recorder.take('1', [], nodes);
  let isAway = false;
  for (const { at, changes } of lab.changes) {
    const wasAway = isAway;
    isAway = lost !== null && at >= lost[0] && at < lost[1];
    if (isAway && !wasAway) await recorder.close();
    await clock.advance(Math.max(0, ms(at) - clock.now()));
    for (const change of changes) {
      if (change.kind === 'put') nodes.set(change.node.key, change.node);
      else nodes.delete(change.key);
    }
    if (isAway) continue;
    if (wasAway) {
      recorder = make();
      recorder.take('1', [], nodes);
    } else recorder.take(changes[0]?.kind === 'put' ? changes[0].node.modRevision : '9999', changes, nodes);
    await recorder.flush();
  }
  await recorder.close();
}

describe('a span out of a recording', () => {
  it('tells the story that the store told', async () => {
    await record();
    const span = await readSpan(folder, 'demo', ms(lab.from), ms(lab.to));
    const told = storyOf({ namespace: '/service', scope: 'demo', gaps: [], ...lab });
    const read = span === null ? null : storyOf(span);
    expect(read?.leaderGaps).toEqual(told.leaderGaps);
    expect(read?.moments).toEqual(told.moments);
  });

  it('begins with the keys as they were then, and ends where it ends', async () => {
    await record();
    const span = await readSpan(folder, 'demo', ms('2026-11-23T19:38:50.000Z'), ms('2026-11-23T19:39:02.000Z'));
    expect(span?.nodes.find(({ key }) => key === '/service/demo/leader')?.value).toBe('pg-2');
    const story = span === null ? null : storyOf(span);
    expect(story?.leaderGaps.map(({ former, winner }) => [former, winner])).toEqual([['pg-2', 'pg-1']]);
    expect(span?.gaps).toEqual([]);
  });

  it('says what nobody watched, and what had changed after it', async () => {
    await record(['2026-11-23T19:38:40.000Z', '2026-11-23T19:38:59.150Z']);
    const span = await readSpan(folder, 'demo', ms(lab.from), ms(lab.to));
    expect(span?.gaps).toHaveLength(1);
    const story = span === null ? null : storyOf(span);
    expect(story?.leaderGaps.map(({ former, winner }) => [former, winner])).toContainEqual(['pg-2', 'pg-1']);
  });

  it('is none where nothing was recorded', async () => {
    expect(await readSpan(folder, 'demo', 0, 1000)).toBeNull();
    await record();
    expect((await readSpan(folder, 'other', ms(lab.from), ms(lab.to)))?.nodes).toEqual([]);
  });
});
