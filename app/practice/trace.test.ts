import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { patroniKey, parseKey } from '../dcs/keys';
import { MemoryStore } from '../dcs/memory-store';
import { ManualClock } from '../manual-clock';
import { PracticeHerd } from './herd';
import { Random } from './random';

// What a real Patroni 4.1.5 wrote into a real etcd, and what the practice herd writes in an hour, side by side.

interface Written {
  readonly key: string;
  readonly value: string;
  readonly hasSession: boolean;
}

const TRACE = new URL('../../e2e/traces/demo-patroni-4.1.5-etcd3.ndjson', import.meta.url);

function readTrace(): Written[] {
  return readFileSync(TRACE, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; key: string; value?: string; lease?: number })
    .filter(({ type, key }) => type === 'put' && key.startsWith('/service/demo/'))
    .map(({ key, value = '', lease }) => ({ key, value, hasSession: lease !== undefined }));
}

async function live(): Promise<Written[]> {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const written: Written[] = [];
  store.watch('/service/', '2', {
    onReady: () => undefined,
    onBatch: ({ changes }) => {
      for (const change of changes) {
        if (change.kind === 'delete') continue;
        written.push({ key: change.node.key, value: change.node.value, hasSession: change.node.session !== null });
      }
    },
    onEnd: () => undefined,
  });
  const herd = new PracticeHerd(store, clock, new Random(11));
  herd.start();
  await clock.advance(2_400_000);
  // What does not happen by itself.
  herd.pause('practice');
  await clock.advance(10_000);
  herd.pause('practice', false);
  herd.restart('grassland-1-2');
  herd.kill('savanna-2');
  await clock.advance(60_000);
  herd.revive('savanna-2');
  herd.kill('practice-1');
  await clock.advance(3_000);
  herd.revive('practice-1');
  await clock.advance(600_000);
  return written;
}

function kindOf(key: string): string {
  return patroniKey(parseKey('/service', key)?.relative ?? '')?.kind ?? 'foreign';
}

/** The type of a value and of all in it, without names that members and slots choose. */
function shape(value: unknown, path: string): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => shape(item, path));
    // A line of the history is a tuple; other lists are of any length.
    return `[${(path === 'history' ? items : [...new Set(items)]).join()}]`;
  }
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const isNamed = ['status.slots', 'member.tags', 'member.pending_restart_reason', 'failsafe'].includes(path);
  const entries = Object.entries(value).map(
    ([name, item]) => `${isNamed ? '*' : name}:${shape(item, `${path}.${name}`)}`,
  );
  return `{${[...new Set(entries)].join()}}`;
}

/** Fields that come and go by themselves, whatever state the member is in. */
const INDEPENDENT = ['tags', 'pending_restart', 'pending_restart_reason', 'pause', 'checkpoint_after_promote'];

describe('what the practice herd writes, beside what Patroni 4.1.5 wrote', async () => {
  const real = readTrace();
  const ours = await live();
  const valuesOf = (written: readonly Written[], kind: string): string[] =>
    written.filter(({ key }) => kindOf(key) === kind).map(({ value }) => value);
  const shapesOf = (written: readonly Written[], kind: string): Set<string> =>
    new Set(valuesOf(written, kind).map((value) => shape(JSON.parse(value), kind)));

  it('are the same kinds of keys, and failsafe where it is switched on', () => {
    const kinds = (written: readonly Written[]): string[] => [...new Set(written.map(({ key }) => kindOf(key)))].sort();
    expect(kinds(ours)).toEqual([...kinds(real), 'failsafe'].sort());
    expect(ours.filter(({ key }) => key.endsWith('/failsafe')).every(({ key }) => key.includes('/savanna/'))).toBe(
      true,
    );
  });

  it('members and leader locks with a session, everything else without', () => {
    const wrong = [...real, ...ours].filter(
      ({ key, hasSession }) => hasSession !== ['member', 'leader'].includes(kindOf(key)),
    );
    expect(wrong).toEqual([]);
  });

  it('plain text in initialize and leader', () => {
    for (const value of valuesOf(ours, 'initialize')) expect(value).toMatch(/^7\d{18}$/);
    const names = new Set(ours.filter(({ key }) => kindOf(key) === 'member').map(({ key }) => key.split('/').at(-1)));
    for (const value of valuesOf(ours, 'leader')) expect(names).toContain(value);
  });

  it('status, sync and failover in the same shapes: fields, their order and their types', () => {
    for (const kind of ['status', 'sync', 'failover']) {
      const known = shapesOf(real, kind);
      for (const one of shapesOf(ours, kind)) expect(known, kind).toContain(one);
    }
  });

  it('history lines of five fields with an instant in microseconds, but for the oldest ones of years ago', () => {
    const lines = (written: readonly Written[]): unknown[][] =>
      valuesOf(written, 'history').flatMap((value) => {
        const all = JSON.parse(value) as unknown[][];
        // Later versions left the lines of earlier ones as they were: what is missing is missing from there back.
        const sizes = all.map(({ length }) => length);
        expect(sizes).toEqual([...sizes].sort());
        return all.filter(({ length }) => length !== 3 && length !== 4);
      });
    const known = new Set(lines(real).map((line) => shape(line, 'history')));
    for (const line of lines(ours)) {
      expect(known).toContain(shape(line, 'history'));
      expect(line[3]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
    }
    expect(new Set(lines(ours).map((line) => line[2]))).toEqual(new Set(lines(real).map((line) => line[2])));
  });

  it('compact JSON, as Patroni writes it', () => {
    const json = ours.filter(({ key }) => !['initialize', 'leader'].includes(kindOf(key)));
    expect(json.filter(({ value }) => value !== JSON.stringify(JSON.parse(value)))).toEqual([]);
  });

  it('members: fields of the same types in the same order', () => {
    const parsed = (written: readonly Written[]): Record<string, unknown>[] =>
      [
        ...new Map(valuesOf(written, 'member').map((value) => [shape(JSON.parse(value), 'member'), value])).values(),
      ].map((value) => JSON.parse(value) as Record<string, unknown>);
    const typeOf = new Map<string, string>();
    const before = new Set<string>();
    for (const data of parsed(real)) {
      const names = Object.keys(data);
      for (const [index, name] of names.entries()) {
        typeOf.set(name, typeof data[name]);
        for (const later of names.slice(index + 1)) before.add(`${name} < ${later}`);
      }
    }
    // Seen apart in the trace only; the order is that of `Ha.touch_member`.
    before.add('checkpoint_after_promote < tags');
    before.add('checkpoint_after_promote < replication_state');
    for (const data of parsed(ours)) {
      const names = Object.keys(data);
      for (const [index, name] of names.entries()) {
        expect(typeof data[name]).toBe(typeOf.get(name));
        for (const later of names.slice(index + 1)) expect(before).toContain(`${name} < ${later}`);
      }
    }
    expect(new Set(parsed(ours).map((data) => data['version']))).toEqual(new Set(['4.1.5']));
    for (const value of new Set(valuesOf(ours, 'member').map((one) => one.slice(0, 130)))) {
      expect(value).toMatch(
        /^{"conn_url":"postgres:\/\/10\.[\d.]+:5432\/postgres","api_url":"http:\/\/10\.[\d.]+:8008\/patroni","state":/,
      );
    }
  });

  it('members: each state and role with the same fields', () => {
    const cases = (written: readonly Written[]): Set<string> =>
      new Set(
        valuesOf(written, 'member').map((value) => {
          const data = JSON.parse(value) as Record<string, unknown>;
          const fields = Object.keys(data).filter((name) => !INDEPENDENT.includes(name));
          return `${String(data['state'])} ${String(data['role'])}: ${fields.slice(5).join(' ')}`;
        }),
      );
    const known = cases(real);
    const position = 'xlog_location replay_lsn receive_lsn';
    // The trace has no standby cluster, and no replica whose service was stopped.
    known.add(`running standby_leader: ${position} replication_state timeline`);
    known.add(`running standby_leader: ${position} timeline`);
    known.add('stopped replica: ');
    for (const one of cases(ours)) expect([...known]).toContain(one);
    expect([...cases(ours)].sort()).toEqual(
      expect.arrayContaining([
        'running promoted: xlog_location timeline',
        'stopping demoted: ',
        'restarting replica: ',
      ]),
    );
  });

  it('the same order of events in a switchover', () => {
    const from = (written: readonly Written[], scope: string): string[] => {
      const start = written.findIndex(({ key, value }) => key.endsWith(`${scope}/failover`) && value !== '{}');
      const wanted = ['leader', 'failover', 'history'];
      const steps: string[] = [];
      for (const { key, value } of written.slice(start).filter((one) => one.key.includes(`/${scope}/`))) {
        const kind = kindOf(key);
        if (kind === 'member') {
          const { state, role } = JSON.parse(value) as { state: string; role: string };
          if (role === 'demoted' || role === 'promoted') steps.push(`${state} ${role}`);
        } else if (wanted.includes(kind)) steps.push(kind);
        if (kind === 'history') break;
      }
      return steps;
    };
    const scope = parseKey(
      '/service',
      ours.find(({ key, value }) => key.endsWith('/failover') && value !== '{}')?.key ?? '',
    );
    const mine = from(ours, scope?.scope ?? '');
    // The old leader and the new one write at the same time: only each one's own order is told.
    const once = (steps: string[]): string[] => steps.filter((step, index) => step !== steps[index - 1]);
    const demoted = (steps: string[]): string[] => once(steps.filter((step) => step.endsWith('demoted')));
    const rest = (steps: string[]): string[] => once(steps.filter((step) => !step.endsWith('demoted')));
    expect(rest(mine)).toEqual(rest(from(real, 'demo')));
    expect(demoted(mine)).toEqual(demoted(from(real, 'demo')));
  });
});
