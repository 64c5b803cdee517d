import { describe, expect, it } from 'vitest';
import { PostgresSimulation, Workload, type HistoryLine } from './postgres-simulation';
import { Random } from './random';

const HISTORY: readonly HistoryLine[] = [
  [1, 800, 'no recovery target specified', '2026-01-01T00:00:00.000000+00:00', 'a'],
];

function servers(): [primary: PostgresSimulation, replica: PostgresSimulation, cascade: PostgresSimulation] {
  const workload = new Workload(10_000, new Random(1));
  const make = (): PostgresSimulation => new PostgresSimulation(workload, { lsn: 1_000_000, history: HISTORY });
  const [primary, replica, cascade] = [make(), make(), make()];
  primary.start(0, 'primary');
  replica.start(0, 'standby');
  cascade.start(0, 'standby');
  replica.follow(primary);
  cascade.follow(replica);
  return [primary, replica, cascade];
}

describe('simulated PostgreSQL', () => {
  it('writes WAL in multiples of 8 bytes, which replicas and their replicas receive', () => {
    const [primary, replica, cascade] = servers();
    cascade.advance(10_000);
    expect(primary.received).toBeGreaterThan(1_000_000);
    expect(primary.received % 8).toBe(0);
    expect([replica.received, cascade.received]).toEqual([primary.received, primary.received]);
    expect(cascade.isStreamingFrom(replica)).toBe(true);
    expect(cascade.isStreamingFrom(primary)).toBe(false);
  });

  it('a replica that fell behind stays there while it is held, replays after it received, and then catches up', () => {
    const [primary, replica] = servers();
    replica.fallBehind({ receive: 80_000, replay: 96_000 }, true);
    primary.writeBurst(96_000);
    replica.advance(30_000);
    expect(primary.received - replica.received).toBe(80_000);
    expect(primary.received - replica.replayed).toBe(96_000);
    replica.fallBehind({ receive: 80_000, replay: 96_000 }, false);
    replica.advance(31_000);
    expect(replica.replayed).toBeLessThan(replica.received);
    replica.advance(60_000);
    expect(replica.replayed).toBe(primary.received);
  });

  it('shuts down in order: replicas have the last checkpoint too, and follow a successor without pg_rewind', () => {
    const [primary, replica, cascade] = servers();
    const end = primary.shutDown(5_000);
    expect(replica.received).toBe(primary.received);
    expect(end).toBeLessThan(primary.received);
    expect(replica.streaming).toBe(false);
    replica.promote('2026-01-01T00:00:05.000000+00:00', 'b');
    expect(replica.timeline).toBe(3);
    expect(replica.history.at(-1)).toEqual([
      2,
      primary.received,
      'no recovery target specified',
      '2026-01-01T00:00:05.000000+00:00',
      'b',
    ]);
    expect(primary.hasDivergedFrom(replica)).toBe(false);
    cascade.advance(6_000);
    expect([cascade.timeline, cascade.streaming]).toEqual([3, true]);
  });

  it('goes down at once with records that nobody else has, and needs pg_rewind to come back', () => {
    const [primary, replica] = servers();
    primary.kill(5_000);
    expect(primary.received).toBeGreaterThan(replica.received);
    const fork = replica.received;
    replica.promote('2026-01-01T00:00:05.000000+00:00', 'b');
    expect(primary.hasDivergedFrom(replica)).toBe(true);
    primary.start(6_000, 'standby');
    primary.follow(replica);
    primary.advance(7_000);
    expect(primary.streaming).toBe(false);
    primary.rewindTo(replica);
    expect(primary.received).toBe(fork);
    primary.advance(8_000);
    expect([primary.streaming, primary.timeline]).toEqual([true, 3]);
  });
});
