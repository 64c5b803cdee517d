import { describe, expect, it } from 'vitest';
import { connectionSettingsSchema } from '../../../app/ipc/connections/settings';
import { connectionDraftSchema, type ConnectionSettings, type ConnectionView } from '../../../app/ipc/contract';
import { problemsOf, warningsOf } from './form-problems';
import { draftOf, emptyForm, formOf, formOfImported, type FormState, sameForm } from './form-state';
import type { SecretEntry } from './secret-entry';

const settingsOf = (settings: Readonly<Record<string, unknown>>): ConnectionSettings =>
  connectionSettingsSchema.parse({ id: 'c1', name: 'prod-eu', ...settings });

const viewOf = (
  settings: Readonly<Record<string, unknown>>,
  secrets: ConnectionView['secrets'] = {},
): ConnectionView => {
  const parsed = settingsOf(settings);
  return {
    id: 'c1',
    name: 'prod-eu',
    kind: parsed.kind,
    settings: parsed,
    temporary: false,
    secrets,
    status: { kind: 'connecting', since: '2026-11-23T00:00:00Z' },
    foreignKeyCount: 0,
  };
};

const etcd = {
  kind: 'etcd3',
  endpoints: ['https://etcd1:2379', 'https://etcd2:2379'],
  namespace: '/service',
  username: 'patroni',
  caFile: '/etc/ca.pem',
};

const filled: FormState = { ...emptyForm, name: 'prod-eu', addresses: 'etcd1:2379' };
const typed = (text: string): SecretEntry => ({ kind: 'typed', text });
const withPassword = (form: FormState, password: SecretEntry): FormState => ({
  ...form,
  secrets: { ...form.secrets, password },
});

const kinds: readonly Readonly<Record<string, unknown>>[] = [
  etcd,
  { ...etcd, kind: 'etcd' },
  { ...etcd, recording: { on: false, mostDays: 3, mostMegabytes: 50 } },
  {
    kind: 'consul',
    endpoints: ['https://c:8501'],
    dc: 'eu',
    consistency: 'stale',
    verify: false,
    certFile: '/c.pem',
    keyFile: '/k.pem',
  },
  {
    kind: 'zookeeper',
    hosts: ['zk1:2181', '[::1]:2182'],
    useSsl: true,
    authScheme: 'digest',
    setAcls: { 'CN=pg1': ['ALL'] },
  },
  { kind: 'exhibitor', hosts: ['ex1', 'ex2'], port: 8181, pollIntervalSeconds: 60, namespace: '/db' },
  {
    kind: 'kubernetes',
    kubeconfig: '/k',
    context: 'prod',
    namespace: 'db',
    labels: { application: 'patroni' },
    tmpRoleLabel: 't',
  },
  { kind: 'kubernetes', server: 'https://api:6443', caFile: '/ca.pem', useEndpoints: true, scopeLabel: 'cluster' },
  { kind: 'rest', members: ['https://pg1:8008'], restApi: { username: 'patroni', verify: false } },
  { kind: 'raft', members: ['http://pg1:8008'], writable: true, production: true },
];

describe('the connection form', () => {
  it('gives main a draft that it accepts', () => {
    expect(connectionDraftSchema.safeParse(draftOf(filled)).success).toBe(true);
    expect(draftOf(filled)).toMatchObject({ settings: { id: '', endpoints: ['http://etcd1:2379'], username: null } });
  });

  it.each(kinds)('comes back the same from a connection that exists, and keeps its secrets: %j', (settings) => {
    const view = viewOf(settings, { password: 'keychain', restPassword: 'this-run' });
    const form = formOf(view);
    const draft = draftOf(form);
    expect(draft.settings).toEqual(view.settings);
    expect(draft.secrets).toMatchObject({ password: { kind: 'keep' }, restPassword: { kind: 'keep' } });
    expect(connectionDraftSchema.safeParse(draft).success).toBe(true);
    expect(sameForm(form, formOf(view))).toBe(true);
  });

  it('never sends a secret that an import found, only its handle', () => {
    const form = formOfImported({ settings: settingsOf(etcd), handles: { password: 'h1' }, notes: [] });
    expect(draftOf(form).secrets.password).toEqual({ kind: 'imported', handle: 'h1' });
    expect(form.id).toBe('');
  });

  it('wants the password again when it would go to others than it was given for', () => {
    const form = formOf(viewOf(etcd, { password: 'this-run' }));
    const others = { addresses: 'https://etcd1:2379\nhttps://elsewhere:2379' };
    expect(problemsOf(form, [])).toEqual({});
    expect(problemsOf({ ...form, ...others }, []).password).toContain('Enter it again');
    expect(problemsOf({ ...form, addresses: 'http://etcd1:2379' }, []).password).toBeDefined();
    expect(problemsOf({ ...form, username: 'root' }, []).password).toBeDefined();
    expect(problemsOf({ ...form, addresses: 'etcd2\netcd1' }, [])).toEqual({});
    expect(problemsOf(withPassword({ ...form, ...others }, typed('x')), [])).toEqual({});
  });

  it('removes a password that was replaced by nothing', () => {
    const form = formOf(viewOf(etcd, { password: 'keychain' }));
    expect(draftOf(withPassword(form, typed(''))).secrets.password).toEqual({ kind: 'remove' });
    expect(draftOf(withPassword(form, typed(' x '))).secrets.password).toEqual({ kind: 'set', value: ' x ' });
  });

  it('wants a name of its own and an endpoint', () => {
    expect(Object.keys(problemsOf(emptyForm, []))).toEqual(['name', 'addresses']);
    expect(problemsOf(filled, ['prod-eu']).name).toContain('Another');
    expect(problemsOf(filled, [])).toEqual({});
  });

  it('wants a certificate and its key together, and a user for a password', () => {
    expect(problemsOf({ ...filled, certFile: '/c.pem' }, []).keyFile).toBeDefined();
    expect(problemsOf({ ...filled, keyFile: '/k.pem' }, []).certFile).toBeDefined();
    expect(problemsOf({ ...filled, restKeyFile: '/k.pem' }, []).restCertFile).toBeDefined();
    expect(problemsOf(withPassword(filled, typed('x')), []).username).toBeDefined();
  });

  it('wants of each kind what it cannot do without', () => {
    const of = (part: Partial<FormState>) => Object.keys(problemsOf({ ...filled, ...part }, []));
    expect(of({ kind: 'zookeeper', addresses: 'zk1' })).toEqual([]);
    expect(of(withPassword({ ...filled, kind: 'zookeeper', addresses: 'zk1' }, typed('u:p')))).toEqual(['authScheme']);
    expect(of({ kind: 'exhibitor', addresses: 'ex1', port: '0', pollInterval: 'soon' })).toEqual([
      'port',
      'pollInterval',
    ]);
    expect(of({ kind: 'kubernetes' })).toEqual([]);
    expect(of({ kind: 'kubernetes', byAddress: true, kubeNamespace: 'No', labels: 'x', scopeLabel: ' ' })).toEqual([
      'server',
      'kubeNamespace',
      'labels',
      'scopeLabel',
    ]);
    expect(of({ kind: 'rest', addresses: '' })).toEqual(['addresses']);
  });

  it('does not mind what stands in the fields of another kind', () => {
    const form = withPassword({ ...filled, kind: 'rest', addresses: 'pg1', certFile: '/c.pem' }, typed('x'));
    expect(problemsOf(form, [])).toEqual({});
  });

  it('warns of a secret that anyone on the way can read, and only then', () => {
    const form = withPassword({ ...filled, username: 'u' }, typed('x'));
    expect(warningsOf(form)).toEqual([
      'The endpoints are plain http, so the password crosses the network where anyone on the way can read it.',
    ]);
    expect(warningsOf({ ...form, addresses: 'https://etcd1:2379' })).toEqual([]);
    expect(warningsOf(filled)).toEqual([]);
    expect(warningsOf({ ...form, kind: 'consul' }).join()).toContain('the ACL token crosses');
    const zookeeper: FormState = { ...form, kind: 'zookeeper', addresses: 'zk1', authScheme: 'digest' };
    expect(warningsOf(zookeeper).join()).toContain('without TLS, so the credentials cross');
    expect(warningsOf({ ...zookeeper, useSsl: true })).toEqual([]);
    expect(warningsOf({ ...zookeeper, useSsl: true, verify: false }).join()).toContain('not checked');
  });

  it('means https once a CA is given', () => {
    expect(draftOf({ ...filled, caFile: '/ca.pem' }).settings).toMatchObject({ endpoints: ['https://etcd1:2379'] });
    expect(warningsOf({ ...filled, caFile: '/ca.pem', addresses: 'http://etcd1:2379' }).join()).toContain('not used');
    expect(draftOf({ ...filled, kind: 'rest', restCaFile: '/ca.pem' }).settings).toMatchObject({
      members: ['https://etcd1:2379'],
    });
  });

  it('reads labels as name=value and gives them back', () => {
    const form: FormState = { ...filled, kind: 'kubernetes', labels: 'application=patroni, env=\nteam=a' };
    expect(draftOf(form).settings).toMatchObject({ labels: { application: 'patroni', env: '', team: 'a' } });
    expect(problemsOf({ ...form, labels: '__proto__=x' }, []).labels).toBeDefined();
  });

  it('knows whether something was changed', () => {
    expect(sameForm(emptyForm, { ...emptyForm })).toBe(true);
    expect(sameForm(emptyForm, { ...emptyForm, addresses: 'not a host:x' })).toBe(false);
    expect(sameForm(filled, withPassword(filled, typed('x')))).toBe(false);
    expect(sameForm(filled, { ...filled, writable: true })).toBe(false);
  });
});
