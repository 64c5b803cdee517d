import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreNode } from '../../app/dcs/node';
import { ManualClock } from '../../app/manual-clock';
import { Recorders, type Tap } from '../recorder/recorders';
import { tellIncident } from './tell-incident';

const start = Date.parse('2026-11-24T02:00:00.000Z');
const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

let folder: string;
let clock: ManualClock;
let recorders: Recorders;
let tap: Tap;
let revision = 0;
const nodes = new Map<string, StoreNode>();

function node(key: string, value: string): StoreNode {
  revision += 1;
  const rev = String(revision);
  return { key, value, bytes: value.length, createRevision: rev, modRevision: rev, version: '1', session: null };
}

function put(key: string, value: string): void {
  const made = node(`/service/demo/${key}`, value);
  nodes.set(made.key, made);
  tap.take(made.modRevision, [{ kind: 'put', node: made }], nodes);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-tell-'));
  clock = new ManualClock(start);
  nodes.clear();
  recorders = new Recorders({ folder, clock, onTrouble: () => undefined });
  tap = recorders.open({
    id: 'c1',
    name: 'lab',
    kind: 'practice',
    namespace: '/service',
    settings: null,
    temporary: false,
  });
  for (const [key, value] of [
    ['leader', 'pg1'],
    ['members/pg1', '{"role":"primary","state":"running","timeline":1,"xlog_location":100}'],
    ['members/pg2', '{"role":"replica","state":"running","timeline":1,"xlog_location":100}'],
  ] as const) {
    const made = node(`/service/demo/${key}`, value);
    nodes.set(made.key, made);
  }
  tap.take(String(revision), [], nodes);
});
afterEach(async () => {
  await recorders.closeAll();
  await rm(folder, { recursive: true, force: true });
});

const ask = (from: number, to: number, scope = 'demo', connectionId = 'c1') =>
  tellIncident(recorders, { connectionId, scope, from: iso(from), to: iso(to) }, () => true);

describe('an incident that is asked for', () => {
  it('is told up to the last moment, though nothing was written to disk yet', async () => {
    await clock.advance(10_000);
    put('leader', 'pg2');
    const told = await ask(-5, 11);
    const story = told.ok && told.value.kind === 'told' ? told.value.story : null;
    expect(story?.leaderGaps).toMatchObject([{ former: 'pg1', winner: 'pg2', how: 'taken-over' }]);
    expect(story?.gaps).toEqual([{ from: iso(-5), to: iso(0) }]);
  });

  it('has no gap where nothing happened, as long as somebody watched', async () => {
    await clock.advance(600_000);
    const told = await ask(1, 599);
    expect(told.ok && told.value.kind === 'told' ? told.value.story.gaps : null).toEqual([]);
  });

  it('has a gap where the store is not heard', async () => {
    await clock.advance(10_000);
    tap.heard(false);
    await clock.advance(60_000);
    const told = await ask(1, 60);
    expect(told.ok && told.value.kind === 'told' ? told.value.story.gaps : null).toEqual([
      { from: iso(10), to: iso(60) },
    ]);
  });

  it.each([
    ['another cluster', 0, 10, 'other', 'c1'],
    ['another connection', 0, 10, 'demo', 'gone'],
    ['before the recording', -100, -50, 'demo', 'c1'],
    ['a name that is none', 0, 10, '__proto__', 'c1'],
  ])('is none for %s', async (_what, from, to, scope, connection) => {
    await clock.advance(20_000);
    expect(await ask(from, to, scope, connection)).toEqual({ ok: true, value: { kind: 'nothing' } });
  });

  it('is refused where its span ends before it begins, or is longer than a day', async () => {
    expect((await ask(10, 10)).ok).toBe(false);
    expect((await ask(0, 86_401)).ok).toBe(false);
  });
});
