import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../dcs/memory-store';
import { ManualClock } from '../../manual-clock';
import type { MemberAnswer, MemberRequest } from '../../operations/member-api';
import { PracticeHerd } from '../herd';
import { Random } from '../random';

// The REST API of the simulated members, asked as the wizard asks a real one.

const HOSTS: Readonly<Record<string, string>> = {
  'practice-1': '10.20.1.11',
  'practice-2': '10.20.1.12',
  'practice-3': '10.20.1.13',
  'practice-4': '10.20.2.14',
  'savanna-1': '10.20.3.11',
  'savanna-3': '10.20.3.13',
  'steppe-1': '10.20.7.11',
};

async function practice(seed = 1) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(seed), { life: false });
  herd.start();
  // The late replica catches up.
  await clock.advance(120_000);
  const key = (scope: string, name: string): unknown => JSON.parse(store.get(`/service/${scope}/${name}`)?.value ?? '');
  const begin = (member: string, method: MemberRequest['method'], path: string, body: unknown = null) =>
    herd.api.ask(`http://${HOSTS[member] ?? member}:8008/patroni`, { method, path, body, timeoutMs: 30_000 });
  /** Asks, and lets time pass until the answer is there. */
  const ask = async (...of: Parameters<typeof begin>): Promise<{ status: number; body: string }> => {
    let answer: MemberAnswer | null = null;
    void begin(...of).then((came) => (answer = came));
    for (let step = 0; step < 400 && answer === null; step += 1) await clock.advance(100);
    const came = answer as MemberAnswer | null;
    if (came?.kind !== 'answered') throw new Error(`no answer: ${JSON.stringify(came)}`);
    return { status: came.status, body: came.body };
  };
  const json = async (...of: Parameters<typeof begin>): Promise<Record<string, unknown>> =>
    JSON.parse((await ask(...of)).body) as Record<string, unknown>;
  return { clock, store, herd, key, begin, ask, json };
}

describe('GET', () => {
  it('/patroni tells who the member is and where it stands', async () => {
    const { json } = await practice();
    expect(await json('practice-1', 'GET', '/patroni')).toMatchObject({
      state: 'running',
      role: 'primary',
      server_version: 150_008,
      timeline: 5,
      xlog: { location: expect.any(Number) as number },
      database_system_identifier: '7588041127730214653',
      tags: { clonefrom: true },
      patroni: { version: '4.1.5', scope: 'practice', name: 'practice-1' },
      replication: [{ application_name: 'practice-2' }, { application_name: 'practice-3' }],
    });
    const replica = await json('practice-2', 'GET', '/patroni');
    expect(replica).toMatchObject({ role: 'replica', replication_state: 'streaming', timeline: 5 });
    expect(replica['cluster_unlocked']).toBeUndefined();
  });

  it('/cluster, /history and /config tell what is in the store', async () => {
    const { json, key } = await practice();
    expect(await json('practice-3', 'GET', '/cluster')).toMatchObject({
      scope: 'practice',
      members: [{ name: 'practice-1', role: 'leader' }, { name: 'practice-2' }, {}, { tags: { nofailover: true } }],
    });
    expect(await json('practice-3', 'GET', '/history')).toEqual(key('practice', 'history'));
    expect(await json('practice-3', 'GET', '/config')).toEqual(key('practice', 'config'));
  });

  it.each([
    ['practice-1', '/primary', 200],
    ['practice-1', '/replica', 503],
    ['practice-2', '/primary', 503],
    ['practice-2', '/replica', 200],
    ['practice-2', '/replica?tag_clonefrom=true', 200],
    ['practice-3', '/replica?tag_clonefrom=true', 503],
    ['practice-3', '/health', 200],
    ['practice-3', '/liveness', 200],
    ['practice-1', '/leader', 200],
    ['savanna-3', '/sync', 503],
    ['savanna-3', '/async', 200],
  ])('of %s %s answers %i', async (member, path, status) => {
    const { ask } = await practice();
    expect((await ask(member, 'GET', path)).status).toBe(status);
  });

  it('of a replica with a limit to its lag is 503 when it is further behind', async () => {
    const { ask, clock, herd } = await practice();
    herd.setLag('practice-3', 5_000_000);
    await clock.advance(10_000);
    expect((await ask('practice-3', 'GET', '/replica')).status).toBe(200);
    expect((await ask('practice-3', 'GET', '/replica?lag=1MB')).status).toBe(503);
  });
});

describe('POST /switchover', () => {
  it('hands over to the candidate, and says so when the other one leads', async () => {
    const { ask, json, clock } = await practice();
    const answer = await ask('practice-1', 'POST', '/switchover', { leader: 'practice-1', candidate: 'practice-2' });
    expect(answer).toEqual({ status: 200, body: 'Successfully switched over to "practice-2"' });
    await clock.advance(20_000);
    expect(await json('practice-2', 'GET', '/patroni')).toMatchObject({ role: 'primary', timeline: 6 });
    expect(await json('practice-1', 'GET', '/patroni')).toMatchObject({ role: 'replica', timeline: 6 });
  });

  it('tells each phase in /patroni: the old one stopped and demoted, the new one promoted', async () => {
    const { begin, clock, json } = await practice();
    void begin('practice-1', 'POST', '/switchover', { leader: 'practice-1', candidate: 'practice-2' });
    const seen = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      await clock.advance(200);
      for (const name of ['practice-1', 'practice-2']) {
        const answer = await json(name, 'GET', '/patroni');
        seen.add(`${name} ${String(answer['state'])} ${String(answer['role'])}`);
      }
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'practice-1 stopped demoted',
        'practice-1 starting replica',
        'practice-1 running replica',
        'practice-2 running primary',
      ]),
    );
  });

  it.each([
    [{}, 400, ''],
    [{ candidate: 'practice-2' }, 400, 'Switchover could be performed only from a specific leader'],
    [{ leader: 'practice-1', candidate: 'practice-1' }, 400, 'Switchover target and source are the same'],
    [{ leader: 'practice-2', candidate: 'practice-3' }, 412, 'leader name does not match'],
    [{ leader: 'practice-1', candidate: 'practice-9' }, 412, 'candidate does not exists'],
    [
      { leader: 'practice-1', candidate: 'practice-4' },
      412,
      'switchover is not possible: no good candidates have been found',
    ],
    [{ leader: 'practice-1', scheduled_at: '2026-01-15T13:00' }, 400, 'Timezone information is mandatory'],
    [{ leader: 'practice-1', scheduled_at: '2025-01-15T13:00Z' }, 422, 'Cannot schedule switchover in the past'],
    [{ leader: 'practice-1', scheduled_at: 'soon' }, 422, 'Unable to parse scheduled timestamp'],
  ])('%j is refused with %i', async (body, status, words) => {
    const { ask, key } = await practice();
    const answer = await ask('practice-1', 'POST', '/switchover', body);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(words);
    expect(() => key('practice', 'failover')).toThrow();
  });

  it('in synchronous mode goes to nobody but the synchronous standby', async () => {
    const { ask } = await practice();
    const body = { leader: 'savanna-1', candidate: 'savanna-3' };
    expect(await ask('savanna-1', 'POST', '/switchover', body)).toEqual({
      status: 412,
      body: 'candidate name does not match with sync_standby',
    });
  });

  it('to one that is too far behind is accepted, and given up in the loop', async () => {
    const { ask, herd, clock, json } = await practice();
    herd.setLag('practice-3', 5_000_000);
    await clock.advance(10_000);
    const body = { leader: 'practice-1', candidate: 'practice-3' };
    expect(await ask('practice-1', 'POST', '/switchover', body)).toEqual({ status: 503, body: 'Switchover failed' });
    expect(await json('practice-1', 'GET', '/patroni')).toMatchObject({ role: 'primary' });
  });

  it('at a time is scheduled, happens then, and can be taken back before', async () => {
    const { ask, clock, json } = await practice();
    const at = (ms: number) => ({ leader: 'practice-1', scheduled_at: new Date(clock.now() + ms).toISOString() });
    const scheduled = { status: 202, body: 'Switchover scheduled' };
    expect(await ask('practice-1', 'POST', '/switchover', at(60_000))).toEqual(scheduled);
    expect(await json('practice-2', 'GET', '/cluster')).toMatchObject({ scheduled_switchover: { from: 'practice-1' } });
    expect(await ask('practice-2', 'DELETE', '/switchover')).toMatchObject({ status: 200 });
    expect(await ask('practice-2', 'DELETE', '/switchover')).toMatchObject({ status: 404 });
    await clock.advance(90_000);
    expect((await ask('practice-1', 'GET', '/primary')).status).toBe(200);
    expect(await ask('practice-1', 'POST', '/switchover', at(30_000))).toEqual(scheduled);
    await clock.advance(45_000);
    expect((await ask('practice-1', 'GET', '/primary')).status).toBe(503);
  });
});

describe('POST /failover', () => {
  it('needs a candidate, and takes one that is not synchronous', async () => {
    const { ask } = await practice();
    expect(await ask('savanna-1', 'POST', '/failover', { leader: 'savanna-1' })).toEqual({
      status: 400,
      body: 'Failover could be performed only to a specific candidate',
    });
    const scheduled = { candidate: 'savanna-3', scheduled_at: '2027-01-01T00:00Z' };
    expect((await ask('savanna-1', 'POST', '/failover', scheduled)).body).toBe("Failover can't be scheduled");
    expect(await ask('savanna-1', 'POST', '/failover', { candidate: 'savanna-3' })).toEqual({
      status: 200,
      body: 'Successfully failed over to "savanna-3"',
    });
  });
});

describe('PATCH /config', () => {
  it('pauses and resumes, and takes a setting away with null', async () => {
    const { ask, key, clock, json } = await practice();
    expect((await ask('practice-2', 'PATCH', '/config', { pause: true })).status).toBe(200);
    await clock.advance(6_000);
    expect(key('practice', 'config')).toMatchObject({ pause: true, ttl: 20 });
    expect(await json('practice-1', 'GET', '/patroni')).toMatchObject({ pause: true });
    expect(await ask('practice-1', 'POST', '/switchover', { leader: 'practice-1' })).toEqual({
      status: 400,
      body: 'Switchover is possible only to a specific candidate in a paused state',
    });
    expect((await ask('practice-2', 'PATCH', '/config', { pause: null })).status).toBe(200);
    expect(key('practice', 'config')).not.toHaveProperty('pause');
    expect((await ask('practice-2', 'PATCH', '/config')).status).toBe(411);
  });

  it('changes a setting within a section, and leaves the rest', async () => {
    const { ask, key } = await practice();
    await ask('practice-2', 'PATCH', '/config', { postgresql: { parameters: { work_mem: '8MB' } } });
    expect(key('practice', 'config')).toMatchObject({
      postgresql: { use_pg_rewind: true, parameters: { work_mem: '8MB', wal_level: 'logical' } },
    });
  });
});

describe('POST /restart', () => {
  it('restarts PostgreSQL and answers when it runs again', async () => {
    const { ask, json } = await practice();
    const before = await json('practice-2', 'GET', '/patroni');
    expect(await ask('practice-2', 'POST', '/restart', {})).toEqual({ status: 200, body: 'restarted successfully' });
    const after = await json('practice-2', 'GET', '/patroni');
    expect(after['postmaster_start_time']).not.toBe(before['postmaster_start_time']);
  });

  it('of the leader keeps its lock', async () => {
    const { ask, clock } = await practice();
    expect((await ask('practice-1', 'POST', '/restart')).status).toBe(200);
    await clock.advance(10_000);
    expect((await ask('practice-1', 'GET', '/primary')).status).toBe(200);
  });

  it.each([
    [{ role: 'primary' }, 503, 'restart conditions are not satisfied'],
    [{ restart_pending: true }, 503, 'restart conditions are not satisfied'],
    [{ postgres_version: '15.8' }, 503, 'restart conditions are not satisfied'],
    [{ role: 'king' }, 400, 'PostgreSQL role should be either primary, standby_leader, or replica'],
    [{ timeout: 0 }, 400, 'Timeout should be a positive number of seconds'],
    [{ moon: 'full' }, 400, 'Unknown filter for the scheduled restart: moon'],
  ])('with %j answers %i', async (body, status, words) => {
    const { ask } = await practice();
    expect(await ask('practice-2', 'POST', '/restart', body)).toEqual({ status, body: words });
  });

  it('at a time is told in the member key, is only one, happens then, and can be taken back', async () => {
    const { ask, clock, json, key } = await practice();
    const schedule = (ms: number) => ({ schedule: new Date(clock.now() + ms).toISOString() });
    expect(await ask('practice-2', 'POST', '/restart', schedule(40_000))).toEqual({
      status: 202,
      body: 'Restart scheduled',
    });
    expect(key('practice', 'members/practice-2')).toMatchObject({
      scheduled_restart: { schedule: expect.any(String) as string },
    });
    expect((await ask('practice-2', 'POST', '/restart', schedule(40_000))).status).toBe(409);
    expect((await ask('practice-2', 'DELETE', '/restart')).status).toBe(200);
    expect((await ask('practice-2', 'DELETE', '/restart')).status).toBe(404);
    expect(key('practice', 'members/practice-2')).not.toHaveProperty('scheduled_restart');
    const before = await json('practice-2', 'GET', '/patroni');
    await ask('practice-2', 'POST', '/restart', schedule(20_000));
    await clock.advance(30_000);
    const after = await json('practice-2', 'GET', '/patroni');
    expect(after['postmaster_start_time']).not.toBe(before['postmaster_start_time']);
    expect(after).not.toHaveProperty('scheduled_restart');
  });
});

describe('POST /reinitialize', () => {
  it('copies the leader again, and is refused by the leader', async () => {
    const { ask, clock, json } = await practice();
    expect(await ask('practice-1', 'POST', '/reinitialize', {})).toEqual({
      status: 503,
      body: 'I am the leader, can not reinitialize',
    });
    expect(await ask('practice-3', 'POST', '/reinitialize')).toEqual({ status: 200, body: 'reinitialize started' });
    await clock.advance(3_000);
    expect(await json('practice-3', 'GET', '/patroni')).toMatchObject({ state: 'creating replica' });
    expect((await ask('practice-3', 'POST', '/reinitialize')).body).toBe('reinitialize already in progress');
    await clock.advance(15_000);
    expect(await json('practice-3', 'GET', '/patroni')).toMatchObject({ state: 'running', timeline: 5 });
  });
});

describe('POST /reinitialize with force', () => {
  it('gives up what is being done, and nothing of that comes after', async () => {
    const { ask, begin, clock, json } = await practice();
    void begin('practice-3', 'POST', '/restart', {});
    await clock.advance(1_000);
    expect((await ask('practice-3', 'POST', '/reinitialize', {})).body).toBe('restart already in progress');
    expect((await ask('practice-3', 'POST', '/reinitialize', { force: true })).status).toBe(200);
    // The restart would have been over by now.
    await clock.advance(4_000);
    expect(await json('practice-3', 'GET', '/patroni')).toMatchObject({ state: 'creating replica' });
    await clock.advance(15_000);
    expect(await json('practice-3', 'GET', '/patroni')).toMatchObject({ state: 'running' });
  });
});

describe('who does not answer', () => {
  it('is one that was killed: no connection, nothing was sent', async () => {
    const { begin, clock, herd } = await practice();
    herd.kill('practice-2');
    const answer = begin('practice-2', 'GET', '/patroni');
    await clock.advance(100);
    expect(await answer).toMatchObject({ kind: 'unreachable', sent: 'no', failure: { kind: 'refused' } });
  });

  it('is nobody of the herd', async () => {
    const { begin, clock } = await practice();
    const answer = begin('10.9.9.9', 'GET', '/patroni');
    await clock.advance(100);
    expect(await answer).toMatchObject({ kind: 'unreachable', sent: 'no' });
  });

  it('is one that takes longer than is waited: it may have done it', async () => {
    const { clock, herd } = await practice();
    const body = { leader: 'practice-1', candidate: 'practice-2' };
    const request = { method: 'POST', path: '/switchover', body, timeoutMs: 800 } as const;
    const answer = herd.api.ask('http://10.20.1.11:8008/patroni', request);
    await clock.advance(1_000);
    expect(await answer).toMatchObject({ kind: 'unreachable', sent: 'perhaps', failure: { kind: 'timeout' } });
  });
});
