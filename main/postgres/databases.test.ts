import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Member from '../../app/cluster/member';
import { etcd3SettingsSchema } from '../../app/ipc/connections/etcd';
import type { DatabaseLogin } from '../../app/ipc/database';
import type { Check } from '../../app/operations/check';
import { candidateDatabaseChecks } from '../../app/operations/database/candidate-checks';
import type { AskedDatabases } from '../../app/operations/database/database-checks';
import type { DatabaseReport, DatabaseTold } from '../../app/operations/database/database-report';
import { leaderDatabaseChecks } from '../../app/operations/database/leader-checks';
import { isAvailable } from '../../lab/available';
import { type Certificates, makeCertificates } from '../../lab/certificates';
import { asDatabaseUser, plainEnvironment } from '../../lab/database-user';
import { type Herd, startHerd } from '../../lab/herd';
import { startSsh } from '../../lab/ssh-server';
import { Secrets } from '../secrets/secrets';
import { Bastion } from '../ssh/bastion';
import { HostKeys } from '../ssh/host-keys';
import { systemClock } from '../system-clock';
import { DatabaseLogins } from './database-logins';
import { Databases } from './databases';

// Real PostgreSQL servers below real Patroni, in which each condition is made that the checks are to find.

const noKeychain = {
  isEncryptionAvailable: () => false,
  encryptString: () => Buffer.alloc(0),
  decryptString: () => '',
};
const CLUSTER = 'lab/demo';
const superuser: DatabaseLogin = {
  user: 'postgres',
  password: '',
  database: 'postgres',
  sslMode: 'disable',
  caFile: null,
};
const checker: DatabaseLogin = { ...superuser, user: 'checker', password: 'of the checker' };

let herd: Herd;
let certificates: Certificates;
let databases: Databases;
const children: ChildProcess[] = [];

/** Looks until it is so: what is waited for takes as long as the machine needs. */
async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (let i = 0; i < 300; i += 1) {
    const found = await look();
    if (found !== null) return found;
    await delay(100);
  }
  throw new Error(`${what} did not come about`);
}

const member = (name: string): Member.Member =>
  Member.fromNode(
    '1',
    name,
    null,
    JSON.stringify({ conn_url: `postgres://127.0.0.1:${String(herd.member(name).postgresPort)}/postgres` }),
  );

function reportsOf(asked: AskedDatabases): readonly DatabaseReport[] {
  if (asked.kind !== 'asked') throw new Error(asked.kind);
  return asked.reports;
}

async function ask(name: string): Promise<DatabaseReport['said']> {
  const [report] = reportsOf(await databases.ask(CLUSTER, [member(name)]));
  if (report === undefined) throw new Error('no report');
  return report.said;
}

async function told(name: string): Promise<DatabaseTold> {
  const said = await ask(name);
  if (said.kind !== 'told') throw new Error(JSON.stringify(said));
  return said.told;
}

async function failure(login: DatabaseLogin): Promise<string> {
  databases.setLogin(CLUSTER, login, false);
  const said = await ask('pg-1');
  return said.kind === 'failed' ? said.message : said.kind;
}

const leaderChecks = async (): Promise<readonly Check[]> =>
  leaderDatabaseChecks('pg-1', await told('pg-1'), ['pg-1', 'pg-2']);

async function candidateChecks(): Promise<readonly Check[]> {
  const [before, own] = [await told('pg-1'), await told('pg-2')];
  return candidateDatabaseChecks({
    candidate: 'pg-2',
    told: own,
    leader: 'pg-1',
    before,
    followers: ['pg-1'],
    toldBy: (name) => (name === 'pg-1' ? before : own),
    usesSlots: true,
  });
}

/** Waits until a check has come out so, and gives it. */
const found = (id: string, state: Check['state'], checks: () => Promise<readonly Check[]>): Promise<Check> =>
  until(
    `${id} ${state}`,
    async () => (await checks()).find((check) => check.id === id && check.state === state) ?? null,
  );

/** A client of the leader that stays: SQL comes to it line by line. */
function client(...lines: readonly string[]): ChildProcess {
  const { folder, postgresPort } = herd.member('pg-1');
  const child = spawn(
    join(herd.settings.binDir, 'psql'),
    ['-h', folder, '-p', String(postgresPort), '-U', 'postgres', '-Xq'],
    {
      env: { ...plainEnvironment(), PGAPPNAME: 'a client' },
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  children.push(child);
  child.stdin.write(`${lines.join('\n')}\n`);
  return child;
}

describe.runIf(await isAvailable('PostgreSQL logins (main/postgres/databases.test.ts)', 'herd'))(
  'a herd that is asked with a login',
  () => {
    beforeAll(async () => {
      [herd, certificates] = await Promise.all([startHerd({ members: 2 }), makeCertificates()]);
      const { uid, gid } = herd.settings.user;
      const files = { [certificates.server.certFile]: 'server.crt', [certificates.server.keyFile]: 'server.key' };
      for (const [from, name] of Object.entries(files)) {
        const to = join(herd.folder, name);
        copyFileSync(from, to);
        chownSync(to, uid, gid);
        chmodSync(to, 0o600);
      }
      await herd.member('pg-1').sql(`CREATE ROLE checker LOGIN PASSWORD 'of the checker'`);
      await herd.edit(
        `postgresql.pg_hba=["local all all trust", "host all checker 127.0.0.1/32 scram-sha-256", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]`,
        'postgresql.parameters.max_prepared_transactions=5',
        'postgresql.parameters.archive_mode=on',
        'postgresql.parameters.archive_command=/bin/true',
        'postgresql.parameters.ssl=on',
        `postgresql.parameters.ssl_cert_file=${join(herd.folder, 'server.crt')}`,
        `postgresql.parameters.ssl_key_file=${join(herd.folder, 'server.key')}`,
      );
      await herd.waitUntil('a pending restart everywhere', 30, (view) =>
        ['pg-1', 'pg-2'].every((name) => view?.members.find((one) => one.name === name)?.pending_restart === true),
      );
      const secrets = new Secrets(join(herd.folder, 'secrets.json'), noKeychain, 'linux');
      const settings = etcd3SettingsSchema.parse({
        ...{ kind: 'etcd3', id: 'lab', name: 'lab', username: null },
        endpoints: [herd.etcd.endpoint],
      });
      databases = new Databases(systemClock, new DatabaseLogins(secrets, () => settings));
      databases.setLogin(CLUSTER, superuser, false);
    }, 200_000);

    afterAll(async () => {
      databases.close();
      for (const child of children) {
        child.kill('SIGCONT');
        child.kill('SIGKILL');
      }
      await herd.stop();
      await certificates.dispose();
    });

    it('finds that who would follow the candidate has smaller settings', async () => {
      await herd.restart('pg-2');
      const check = await found('settings-of-others pg-2', 'warning', candidateChecks);
      expect(check.words).toMatch(/^pg-1 \(max_prepared_transactions\)/);
      await herd.restart('pg-1');
      await found('settings pg-2', 'passed', candidateChecks);
    });

    it('finds nothing where nothing is', async () => {
      const checks = await until('a quiet herd', async () => {
        const all = [...(await leaderChecks()), ...(await candidateChecks())];
        return all.every(({ state }) => state === 'passed') ? all : null;
      });
      expect(checks.map(({ id }) => id)).toEqual([
        'transactions',
        'prepared',
        'senders',
        'archiver',
        'database-replay pg-2',
        'logical-slots pg-2',
        'settings pg-2',
        'room pg-2',
        'libraries pg-2',
      ]);
    });

    it('finds open and prepared transactions, with whose they are', async () => {
      const idle = client('BEGIN; SELECT txid_current();');
      client('BEGIN; SELECT txid_current();', `PREPARE TRANSACTION 'left behind';`);
      const check = await found('prepared', 'warning', leaderChecks);
      expect(check.words).toMatch(/^left behind; the oldest since/);
      const { transactions } = await until('an open transaction', async () => {
        const all = await told('pg-1');
        return all.transactions.kind === 'known' && all.transactions.value.length > 0 ? all : null;
      });
      expect(transactions).toMatchObject({
        value: [{ application: 'a client', state: 'idle in transaction', user: 'postgres', database: 'postgres' }],
      });
      await herd.member('pg-1').sql(`ROLLBACK PREPARED 'left behind'`);
      idle.kill();
      await found('transactions', 'passed', leaderChecks);
    });

    it('finds a pg_receivewal that takes nothing any more', async () => {
      const { postgresPort } = herd.member('pg-1');
      const [command = '', ...args] = asDatabaseUser(herd.settings.user, [
        join(herd.settings.binDir, 'pg_receivewal'),
        ...['-h', '127.0.0.1', '-p', String(postgresPort), '-U', 'replicator', '-D', herd.member('pg-1').folder],
      ]);
      const receiver = spawn(command, args, { stdio: 'ignore', env: plainEnvironment() });
      children.push(receiver);
      await until('the receiver', async () => {
        const { senders } = await told('pg-1');
        return (
          (senders.kind === 'known' &&
            senders.value.some(({ application, state }) => application === 'pg_receivewal' && state === 'streaming')) ||
          null
        );
      });
      receiver.kill('SIGSTOP');
      await herd.write(24);
      const check = await found('sender pg_receivewal (127.0.0.1)', 'warning', leaderChecks);
      expect(check.words).toMatch(/^It lacks 2\d.* wal_sender_timeout is 0, so it waits for ever/);
      receiver.kill('SIGKILL');
      receiver.kill('SIGCONT');
      await found('senders', 'passed', leaderChecks);
    });

    it('finds a logical slot that the candidate does not have', async () => {
      await herd.member('pg-1').sql(`SELECT pg_create_logical_replication_slot('by_hand', 'pgoutput')`);
      const check = await found('logical-slots pg-2', 'warning', candidateChecks);
      expect([check.words, check.evidence]).toEqual([
        expect.stringMatching(/^by_hand: pg-2 has no such slot/),
        '0 of 1',
      ]);
      await herd.member('pg-1').sql(`SELECT pg_drop_replication_slot('by_hand')`);
    });

    it('finds an archiver that fails, and how many files wait for it', async () => {
      await herd.edit('postgresql.parameters.archive_command=/bin/false');
      await until('the command', async () =>
        (await herd.member('pg-1').sql('SHOW archive_command')) === '/bin/false' ? true : null,
      );
      await herd.member('pg-1').sql('SELECT pg_switch_wal()');
      const check = await found('archiver', 'warning', leaderChecks);
      expect(check.title).toBe('Archiving fails');
      expect(check.evidence).toMatch(/^[1-9]\d* files wait$/);
      await herd.edit('postgresql.parameters.archive_command=/bin/true');
      await found('archiver', 'passed', leaderChecks);
    });

    it('finds a candidate that was told to pause its replay', async () => {
      // Patroni ends the pause in its next round.
      await herd.member('pg-2').freeze();
      await herd.member('pg-2').sql('SELECT pg_wal_replay_pause()');
      const check = await found('database-replay pg-2', 'warning', candidateChecks);
      expect(check.title).toBe('PostgreSQL of pg-2 has paused its replay');
      await herd.member('pg-2').sql('SELECT pg_wal_replay_resume()');
      herd.member('pg-2').thaw();
    });

    it('says what a login without pg_monitor is not told, and that its password was refused', async () => {
      databases.setLogin(CLUSTER, checker, false);
      const states = new Map(
        [...(await leaderChecks()), ...(await candidateChecks())].map(({ id, state, words }) => [id, [state, words]]),
      );
      expect(states.get('transactions')).toEqual(['not-asked', expect.stringContaining('no member of pg_monitor')]);
      expect(states.get('senders')?.[0]).toBe('not-asked');
      expect(states.get('archiver')).toEqual([
        'not-asked',
        expect.stringContaining('How many files wait is not known'),
      ]);
      expect(states.get('prepared')?.[0]).toBe('passed');
      expect(states.get('settings pg-2')?.[0]).toBe('passed');
      expect(states.get('libraries pg-2')?.[0]).toBe('not-asked');

      expect(await failure({ ...checker, password: 'another' })).toMatch(/refuses the password of checker\.$/);
      expect(await failure({ ...superuser, user: 'nobody_here' })).toMatch(/does not let nobody_here in: role/);
      expect(await failure({ ...superuser, database: 'nowhere' })).toMatch(/^There is no database nowhere at 127/);
      expect(await failure({ ...checker, password: '' })).not.toBe('told');
    });

    it('goes over TLS, and to nobody whose certificate it cannot check', async () => {
      const { ca, wrongCa } = certificates;
      expect(await failure({ ...checker, sslMode: 'verify-full', caFile: ca.certFile })).toBe('told');
      expect(await failure({ ...checker, sslMode: 'verify-ca', caFile: ca.certFile })).toBe('told');
      expect(await failure({ ...checker, sslMode: 'verify-full', caFile: wrongCa.certFile })).toMatch(
        /does not vouch for/,
      );
      expect(await failure({ ...checker, sslMode: 'require', caFile: wrongCa.certFile })).toBe('told');
      const ssl = 'SELECT ssl::text FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)';
      expect(await herd.member('pg-1').sql(`${ssl} WHERE application_name = 'Herdscope'`)).toBe('true');
    });

    it('is reached through a bastion where the connection has one', async () => {
      const ssh = await startSsh();
      const knownHosts = join(herd.folder, 'known_hosts');
      writeFileSync(knownHosts, await ssh.knownHosts(ssh.port));
      const { port, user, keyFile } = ssh;
      const way = new Bastion(
        { host: '127.0.0.1', port, user, keyFile, passphrase: null },
        new HostKeys(knownHosts, []),
      );
      try {
        databases.setLogin(CLUSTER, { ...checker, sslMode: 'verify-full', caFile: certificates.ca.certFile }, false);
        expect(await databases.ask(CLUSTER, [member('pg-1')], way)).toMatchObject({
          reports: [{ said: { kind: 'told' } }],
        });
        await ssh.dispose();
        databases.leave(CLUSTER);
        way.close();
        const [report] = reportsOf(await databases.ask(CLUSTER, [member('pg-1')], way));
        expect(report?.said).toMatchObject({ kind: 'failed', message: expect.stringContaining('bastion') as unknown });
      } finally {
        way.close();
        await ssh.dispose();
      }
    });

    it('asks by a connection that can only read, keeps it, and cancels what it asks when nobody looks any more', async () => {
      databases.setLogin(CLUSTER, superuser, false);
      await told('pg-1');
      await told('pg-1');
      const ours = `FROM pg_stat_activity WHERE application_name = 'Herdscope'`;
      const leader = herd.member('pg-1');
      await until('one connection', async () => ((await leader.sql(`SELECT count(*) ${ours}`)) === '1' ? true : null));
      client('BEGIN; LOCK TABLE pg_catalog.pg_settings IN ACCESS EXCLUSIVE MODE;');
      const lock = `SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'pg_settings'::regclass`;
      await until('the lock', async () => ((await leader.sql(lock)) === '0' ? null : true));
      // A question that ran into its own deadline before it was seen to wait is asked again.
      await until('a question that was cancelled', async () => {
        let kind: string | null = null;
        const asking = ask('pg-1').then((said) => (kind = said.kind));
        while (kind === null && (await leader.sql(`SELECT count(*) ${ours} AND wait_event_type = 'Lock'`)) === '0');
        databases.leave(CLUSTER);
        await asking;
        return kind === 'failed' ? true : null;
      });
      await until('its end', async () => ((await leader.sql(`SELECT count(*) ${ours}`)) === '0' ? true : null));
      expect(readFileSync(leader.logFile, 'utf8')).toContain('canceling statement due to user request');
    });
  },
);
