import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../app/clock';
import type { WritableStore, Written } from '../app/dcs/store';
import { systemClock } from '../main/system-clock';
import { Observed, until } from './observed';
import type { Servers, Subject } from './subject';

const HOUR_MS = 3_600_000;

/** The machine's time, which can jump: after a sleep, or when somebody sets it. */
class JumpingClock implements Clock {
  offsetMs = 0;
  now(): number {
    return systemClock.now() + this.offsetMs;
  }
  after(ms: number, run: () => void): () => void {
    return systemClock.after(ms, run);
  }
}

/** Writes until it is done: while the store is without a leader nothing is. */
async function write(writing: () => Promise<Written>): Promise<void> {
  await until(async () => (await writing()).kind === 'done', 40_000);
}

async function fill(store: WritableStore, at: string, value: string): Promise<void> {
  for (const name of ['config', 'leader', 'status', 'members/a', 'members/b']) {
    await write(() => store.set(`${at}demo/${name}`, value, 'any', null));
  }
}

/** Every fault, tried on one store. Each store has a file of its own: they wait most of the time, and do so side by side. */
export function tryFaults({ name, startThree, startOne, words, kinds }: Subject): void {
  describe(`${name}, three servers`, () => {
    let servers: Servers;
    let made = 0;
    let observed: Observed | null = null;
    const clock = new JumpingClock();
    beforeAll(async () => {
      servers = await startThree();
    });
    afterEach(() => {
      observed?.mirror.close();
      clock.offsetMs = 0;
    });
    afterAll(() => servers?.stop());

    /** A mirror of some keys that is live. */
    async function begin(): Promise<{ at: string; seen: Observed; writer: WritableStore }> {
      made += 1;
      const at = `/faults-${String(made)}/`;
      const writer = servers.writer();
      await fill(writer, at, 'before');
      const seen = new Observed(servers.reader(), at, clock);
      observed = seen;
      await until(() => seen.isLive);
      await seen.equals(writer);
      return { at, seen, writer };
    }

    /** After the fault: the store's state within 10 s, nothing twice. */
    async function ends(seen: Observed, writer: WritableStore): Promise<void> {
      await seen.equals(writer);
      expect(seen.twice).toEqual([]);
      expect(seen.mirror.status.kind).toBe('live');
    }

    it.each([0, 1, 2])('server %i is killed: another one is asked, and it comes back', async (server) => {
      const { at, seen, writer } = await begin();
      const told = seen.statuses.length;
      await servers.kill(server);
      await fill(writer, at, `without ${String(server)}`);
      await ends(seen, writer);
      for (const failure of seen.failures(told)) {
        expect(kinds.broken).toContain(failure.kind);
        expect(failure.message).toMatch(words.broken);
      }
      await servers.start(server);
      await fill(writer, at, 'again');
      await ends(seen, writer);
    });

    it('its leader is killed: it goes on when another leads', async () => {
      const { at, seen, writer } = await begin();
      const leader = await servers.leader();
      await servers.kill(leader);
      await fill(writer, at, 'with another leader');
      await ends(seen, writer);
      await servers.start(leader);
      await until(async () => (await servers.leader()) >= 0);
    });

    it('all are killed: says so for as long, and goes on when they are back', async () => {
      const { at, seen, writer } = await begin();
      const told = seen.statuses.length;
      await Promise.all([0, 1, 2].map((server) => servers.kill(server)));
      await until(() => seen.failures(told).some(({ message }) => words.allGone.test(message)));
      const failure = seen.failures(told).at(-1);
      expect(kinds.allGone).toContain(failure?.kind);
      expect(failure?.advice).not.toBe('');
      // What was known stays, and since when it is so.
      expect(seen.mirror.nodes.size).toBe(5);
      expect(seen.mirror.status).toMatchObject({ kind: 'lost', lastHeardAt: expect.stringMatching(/Z$/) as string });
      await Promise.all([0, 1, 2].map((server) => servers.start(server)));
      await fill(writer, at, 'back');
      await ends(seen, writer);
    });

    it('the network is cut: says that the connection broke, and shows what happened meanwhile', async () => {
      const { at, seen, writer } = await begin();
      const told = seen.statuses.length;
      servers.cut();
      await until(() => seen.failures(told).length > 0);
      await fill(writer, at, 'unseen');
      await write(() => writer.remove(`${at}demo/members/b`, null));
      servers.heal();
      await ends(seen, writer);
      for (const failure of seen.failures(told)) expect(failure.message).toMatch(words.broken);
      expect(seen.mirror.nodes.has(`${at}demo/members/b`)).toBe(false);
    });

    it('the connection is half open: the silence is noticed and said', async () => {
      const { at, seen, writer } = await begin();
      const told = seen.statuses.length;
      servers.stall();
      await fill(writer, at, 'unheard');
      await until(() => seen.failures(told).length > 0);
      const [failure] = seen.failures(told);
      expect(failure?.kind).toBe('timeout');
      expect(failure?.message).toMatch(words.silent);
      servers.heal();
      await ends(seen, writer);
    });

    it('the past is forgotten while it was away: it reads everything anew', async () => {
      const { at, seen, writer } = await begin();
      servers.cut();
      for (let i = 0; i < 5; i += 1) await fill(writer, at, `unseen ${String(i)}`);
      await write(() => writer.removeAll(`${at}demo/members/`));
      await servers.forgetPast();
      servers.heal();
      await ends(seen, writer);
    });

    it('a session expires while it was away: its keys are gone, and no others', async () => {
      const { at, seen, writer } = await begin();
      const session = await writer.openSession(2);
      if (!session.ok) throw new Error(session.error.message);
      await write(() => writer.create(`${at}demo/members/c`, 'c', session.value));
      // Who opened a session may know it by another name than those who only see its TTL.
      await seen.equals(servers.writer());
      servers.cut();
      await until(async () => {
        const snapshot = await writer.snapshot(at);
        return snapshot.ok && snapshot.value.nodes.length === 5;
      });
      expect(seen.mirror.nodes.size).toBe(6);
      servers.heal();
      await ends(seen, writer);
      expect(seen.mirror.nodes.has(`${at}demo/members/c`)).toBe(false);
    });

    it('the clock is wrong by five minutes, either way: it makes no difference', async () => {
      const { at, seen, writer } = await begin();
      for (const offsetMs of [300_000, -300_000]) {
        clock.offsetMs = offsetMs;
        await fill(writer, at, String(offsetMs));
        await ends(seen, writer);
        servers.cut();
        await until(() => !seen.isLive);
        servers.heal();
        await ends(seen, writer);
      }
    });

    it('the machine sleeps for an hour: after waking the connection is made anew at once', async () => {
      const { at, seen, writer } = await begin();
      // Asleep nothing comes through and no timer runs; the other end has gone long ago.
      servers.stall();
      await fill(writer, at, 'asleep');
      clock.offsetMs += HOUR_MS;
      servers.heal();
      seen.mirror.wake();
      await ends(seen, writer);
    });
  });

  describe(name, () => {
    it.each([false, true])(
      'is restored from a backup, its revisions then higher than what was seen: %s',
      async (higher) => {
        const server = await startOne();
        try {
          const at = '/faults/';
          const writer = server.writer();
          await fill(writer, at, 'then');
          await server.backup();
          await fill(writer, at, 'now');
          await write(() => writer.create(`${at}demo/failover`, 'x', null));
          const seen = new Observed(server.reader(), at, systemClock);
          await until(() => seen.isLive);
          await seen.equals(writer);
          await server.restore();
          // Another history: as long as the one that was seen, or longer.
          if (higher) for (let i = 0; i < 6; i += 1) await fill(writer, '/elsewhere/', String(i));
          await seen.equals(writer);
          expect(seen.mirror.nodes.get(`${at}demo/config`)?.value).toBe('then');
          expect(seen.mirror.nodes.has(`${at}demo/failover`)).toBe(false);
          seen.mirror.close();
        } finally {
          await server.stop();
        }
      },
    );
  });
}
