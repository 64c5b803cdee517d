import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterBuilder } from '../../cluster/build-cluster';
import * as Clusters from '../../cluster/cluster';
import { memberRows } from '../../cluster/member-row';
import { topology } from '../../topology/topology';
import { node } from '../../cluster/test-nodes';
import { findings } from '../../findings';
import { ManualClock } from '../../manual-clock';
import { MemoryStore } from '../../dcs/memory-store';
import { PRACTICE_NAMESPACE } from '../../practice/cluster-keys';
import { PracticeHerd } from '../../practice/herd';
import { Random } from '../../practice/random';
import type { Picture } from '../picture';
import { mapStrings } from './map-strings';
import { redact } from '.';

const picture = (values: Readonly<Record<string, unknown>>, over: Partial<Picture> = {}): Picture => ({
  connection: 'production',
  store: { kind: 'etcd3', version: null },
  namespace: '/service',
  at: '2026-03-01T02:03:04.000Z',
  revision: '9000',
  nodes: Object.entries(values).map(([relative, value]) => node(`/service/demo/${relative}`, value)),
  sessions: [],
  untold: [],
  ...over,
});

const valuesOf = (pictures: readonly Picture[]): Record<string, string> =>
  Object.fromEntries(pictures.flatMap(({ nodes }) => nodes.map(({ key, value }) => [key, value])));

const SECRET = 'Tr0ub4dor&3';
/** One value for each way in which a secret comes into a store. */
const places: Readonly<Record<string, (secret: string) => unknown>> = {
  'members/pg1': (secret) => ({ conn_url: `postgres://rep:${encodeURIComponent(secret)}@10.0.0.1:5432/postgres` }),
  'members/pg2': (secret) => ({ api_url: `http://admin:${encodeURIComponent(secret)}@10.0.0.2:8008/patroni` }),
  config: (secret) => ({
    postgresql: {
      parameters: {
        primary_conninfo: `host=10.0.0.1 user=rep password='${secret}' sslmode=prefer`,
        archive_command: `AWS_SECRET_ACCESS_KEY=${encodeURIComponent(secret)} wal-g wal-push %p`,
        restore_command: `curl -u backup:${encodeURIComponent(secret)} https://backup/%f`,
      },
      authentication: { superuser: { username: 'postgres', password: secret }, replication: { password: secret } },
      pg_hba: [`host all all 0.0.0.0/0 ldap ldapserver=ldap ldapbindpasswd="${secret}"`],
    },
    standby_cluster: {
      host: 'dc2',
      primary_slot_name: 'dc2',
      restapi: { auth: { api_token: [secret, { v: secret }] } },
    },
    env: { PGPASSWORD: secret, NOTE: `the password: ${encodeURIComponent(secret)}` },
  }),
  failover: (secret) => ({ leader: 'pg1', token: secret }),
  'notes/plain': (secret) => `export PGPASSWORD="${secret}"\npsql --password '${secret}'`,
  'notes/yaml': (secret) => `replication:\n  username: rep\n  password: '${secret}'\n`,
  'notes/header': (secret) => `curl -H 'Authorization: Bearer ${encodeURIComponent(secret)}' https://x`,
  'notes/nested': (secret) => ({ raw: JSON.stringify({ deep: JSON.stringify({ password: secret }) }) }),
  'secrets/vault_token': (secret) => secret,
  'notes/bare': (secret) => `it was ${secret} before`,
};

describe('secrets', () => {
  it.each(Object.keys(places).filter((key) => key !== 'notes/bare'))('go out of %s', (key) => {
    const { pictures, secretKeys } = redact([picture({ [key]: places[key]?.(SECRET) })], false);
    const text = JSON.stringify(pictures);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(encodeURIComponent(SECRET));
    expect(text).toContain('***');
    expect(secretKeys).toEqual([`/service/demo/${key}`]);
  });

  it('go out of a value that does not say that it is one, once another says so', () => {
    const all = Object.fromEntries(Object.entries(places).map(([key, value]) => [key, value(SECRET)]));
    expect(valuesOf(redact([picture(all)], false).pictures)['/service/demo/notes/bare']).toBe('it was *** before');
  });

  it('go, whatever they are made of, with names and without', () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 40, unit: 'grapheme' })
      .filter((text) => /^[^\s'"\\&,;}\]*]+$/u.test(text));
    fc.assert(
      fc.property(secret, fc.boolean(), (text, names) => {
        const own = `${text}#7q`;
        const all = Object.fromEntries(Object.entries(places).map(([key, value]) => [key, value(own)]));
        const given = JSON.stringify(redact([picture(all)], names).pictures);
        expect(given).not.toContain(JSON.stringify(own).slice(1, -1));
        expect(given).not.toContain(encodeURIComponent(own));
      }),
      { numRuns: 200 },
    );
  });

  it('leave all else as it was written: spaces, long numbers, names given twice, a parameter that only sounds like one', () => {
    const value = '{ "xlog_location": 18446744073709551615, "a":1 ,"a":2, "password_encryption": "scram-sha-256" }';
    const { pictures, secretKeys } = redact([picture({ 'members/pg1': value })], false);
    expect(valuesOf(pictures)['/service/demo/members/pg1']).toBe(value);
    expect(secretKeys).toEqual([]);
  });

  it('keep the word that is also a name: a password “demo” does not make the cluster nameless', () => {
    const { pictures } = redact([picture({ config: { password: 'replicator-7' }, 'members/replicator-7': {} })], false);
    expect(Object.keys(valuesOf(pictures))).toContain('/service/demo/members/replicator-7');
    expect(valuesOf(pictures)['/service/demo/config']).toBe('{"password":"***"}');
  });

  it('that are no text go too', () => {
    const { pictures } = redact([picture({ config: { restapi: { password: 12345678 } } })], false);
    expect(valuesOf(pictures)['/service/demo/config']).toBe('{"restapi":{"password":"***"}}');
  });
});

describe('names', () => {
  const member = (host: string, over: object = {}): unknown => ({
    conn_url: `postgres://rep@${host}:5432/postgres`,
    api_url: `http://${host}:8008/patroni`,
    state: 'running',
    role: 'replica',
    ...over,
  });
  const values = {
    leader: 'oslo-pg1',
    'members/oslo-pg1': member('10.20.30.40', { role: 'primary' }),
    'members/oslo-pg2': member('oslo-pg2', { tags: { replicatefrom: 'oslo-pg1' } }),
    'members/bergen.pg3': member('bergen.pg3.corp.example.com'),
    status: { optime: 1, slots: { oslo_pg2: 5, bergen_pg3: 7, kafka: 9 }, retain_slots: ['bergen_pg3'] },
    sync: { leader: 'oslo-pg1', sync_standby: 'oslo-pg2,bergen.pg3' },
    failover: { leader: 'oslo-pg1', member: 'oslo-pg2' },
    failsafe: { 'oslo-pg1': 'http://10.20.30.40:8008/patroni' },
    history: [[1, 100, 'no recovery target specified', '2026-01-01T00:00:00+00:00', 'oslo-pg2']],
    config: {
      slots: { bergen_pg3: { type: 'physical' } },
      postgresql: { pg_hba: ['host replication rep 10.20.30.40/32 md5', 'host all all 127.0.0.1/32 trust'] },
    },
  };

  it('are replaced everywhere alike, the slots of members with them, and what is no name stays', () => {
    const { pictures } = redact([picture(values)], true);
    const now = Object.fromEntries(
      Object.entries(valuesOf(pictures)).map(([key, value]) => [
        key.replace('/service/cluster-1/', ''),
        value.startsWith('{') || value.startsWith('[') ? (JSON.parse(value) as unknown) : value,
      ]),
    );
    expect(now).toMatchObject({
      leader: 'member-2',
      'members/member-2': { conn_url: 'postgres://user-1@10.0.0.1:5432/postgres', role: 'primary', state: 'running' },
      'members/member-3': { api_url: 'http://member-3:8008/patroni', tags: { replicatefrom: 'member-2' } },
      'members/member-1': { conn_url: 'postgres://user-1@host-1.example:5432/postgres' },
      status: { slots: { member_3: 5, member_1: 7, kafka: 9 }, retain_slots: ['member_1'] },
      sync: { leader: 'member-2', sync_standby: 'member-3,member-1' },
      failover: { leader: 'member-2', member: 'member-3' },
      failsafe: { 'member-2': 'http://10.0.0.1:8008/patroni' },
      history: [[1, 100, 'no recovery target specified', '2026-01-01T00:00:00+00:00', 'member-3']],
      config: {
        slots: { member_1: { type: 'physical' } },
        postgresql: { pg_hba: ['host replication user-1 10.0.0.1/32 md5', 'host all all 127.0.0.1/32 trust'] },
      },
    });
  });

  it('leave no trace', () => {
    const text = JSON.stringify(redact([picture(values)], true).pictures);
    for (const name of ['oslo', 'bergen', 'corp', '10.20.30.40', 'demo', 'production'])
      expect(text).not.toContain(name);
  });

  it('are the same in several pictures', () => {
    const { pictures } = redact([picture(values), picture({ leader: 'oslo-pg2' })], true);
    expect(pictures.map(({ nodes }) => nodes.find(({ key }) => key.endsWith('/leader'))?.value)).toEqual([
      'member-2',
      'member-3',
    ]);
  });

  it('of a member that is called like a word of Patroni’s do not change that word', () => {
    const odd = { leader: 'running', 'members/running': member('h', { state: 'running', role: 'primary' }) };
    const { pictures } = redact([picture(odd)], true);
    const now = valuesOf(pictures);
    expect(now['/service/cluster-1/leader']).toBe('member-1');
    expect(JSON.parse(now['/service/cluster-1/members/member-1'] ?? '')).toMatchObject({ state: 'running' });
  });

  it('leave a cluster that shows the same: members, roles, lags, tree and findings', async () => {
    const clock = new ManualClock();
    const store = new MemoryStore(clock);
    const herd = new PracticeHerd(store, clock, new Random(7));
    herd.start();
    await clock.advance(120_000);
    const before = picture({}, { namespace: PRACTICE_NAMESPACE, nodes: store.list('/') });
    const after = redact([before], true);
    herd.stop();
    const rename = new Map([...(after.renaming?.members ?? [])]);
    const clusters = after.renaming?.clusters ?? new Map<string, string>();
    expect(clusters.size).toBeGreaterThan(3);
    for (const [was, is] of clusters) {
      const one = built(before, was);
      const other = built(after.pictures[0], is);
      expect(other.codes).toEqual(one.codes);
      expect(other.tree).toEqual(one.tree.map((name) => rename.get(name) ?? name));
      expect(other.lags).toEqual(one.lags);
      expect(other.leaders).toEqual(one.leaders.map((name) => (name === null ? null : rename.get(name))));
    }
  });
});

function built(from: Picture | undefined, scope: string) {
  if (from === undefined) throw new Error('no picture');
  const { namespace, at } = from;
  const prefix = `${namespace}/${scope}/`;
  const nodes = new Map(from.nodes.filter(({ key }) => key.startsWith(prefix)).map((one) => [one.key, one]));
  const { groups, problems, foreignKeys } = new ClusterBuilder(namespace).build(nodes);
  const observed = () => ({ seenMembers: new Map<string, string>(), unlockedSince: null, storeHasSessions: true });
  const found = findings({ namespace, scope, groups, problems, foreignKeys, keys: nodes, now: at, observed });
  return {
    codes: found.map(({ code, severity }) => `${code} ${severity}`).sort(),
    leaders: groups.map(({ cluster }) => Clusters.leaderName(cluster)),
    tree: groups
      .flatMap(({ cluster }) => topology(cluster).nodes.map((place) => ('name' in place ? place.name : '')))
      .sort(),
    lags: groups.flatMap(({ cluster }) =>
      memberRows(cluster).map(({ role, state, timeline }) => [role, state, timeline]),
    ),
  };
}

describe('changing the texts of a JSON value', () => {
  it('gives any other JSON back as it was', () => {
    fc.assert(fc.property(fc.json(), (text) => mapStrings(text, () => null) === text));
  });

  it('changes what it is told to, and the rest keeps its meaning', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const mapped = mapStrings(JSON.stringify(value), (text, { isName }) => (isName ? null : `${text}!`));
        const louder = (one: unknown): unknown =>
          typeof one === 'string' ? `${one}!` : Array.isArray(one) ? one.map(louder) : one;
        const shallow = typeof value === 'object' && value !== null && !Array.isArray(value) ? null : louder(value);
        if (shallow !== null && !JSON.stringify(value).includes('{')) expect(JSON.parse(mapped ?? '')).toEqual(shallow);
      }),
    );
  });

  it('says that a text is no JSON', () => {
    expect(mapStrings('pg1', () => null)).toBeNull();
  });
});
