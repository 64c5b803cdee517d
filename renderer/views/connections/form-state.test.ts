import { describe, expect, it } from 'vitest';
import { connectionDraftSchema, type ConnectionView } from '../../../app/ipc/contract';
import {
  draftOf,
  emptyForm,
  formOf,
  formOfImported,
  type FormState,
  problemsOf,
  sameForm,
  warningsOf,
} from './form-state';

const filled: FormState = { ...emptyForm, name: 'prod-eu', endpoints: 'etcd1:2379' };

const view: ConnectionView = {
  id: 'c1',
  name: 'prod-eu',
  kind: 'etcd3',
  settings: {
    kind: 'etcd3',
    id: 'c1',
    name: 'prod-eu',
    endpoints: ['https://etcd1:2379', 'https://etcd2:2379'],
    namespace: '/service',
    username: 'patroni',
    caFile: '/etc/ca.pem',
    certFile: null,
    keyFile: null,
  },
  temporary: false,
  password: 'keychain',
  status: { kind: 'connecting', since: '2026-11-23T00:00:00Z' },
  foreignKeyCount: 0,
};

describe('the connection form', () => {
  it('gives main a draft that it accepts', () => {
    expect(connectionDraftSchema.safeParse(draftOf(filled)).success).toBe(true);
    expect(draftOf(filled)).toMatchObject({ settings: { id: '', endpoints: ['http://etcd1:2379'], username: null } });
  });

  it('comes back the same from a connection that exists, and keeps its password', () => {
    expect(draftOf(formOf(view))).toEqual({ settings: view.settings, password: { kind: 'keep' } });
  });

  it('never sends a password that an import found, only its handle', () => {
    const form = formOfImported({ settings: { ...filledSettings(), username: 'u' }, passwordHandle: 'h1', notes: [] });
    expect(draftOf(form).password).toEqual({ kind: 'imported', handle: 'h1' });
    expect(form.id).toBe('');
  });

  it('wants the password again when it would go to others than it was given for', () => {
    const form = formOf({ ...view, password: 'this-run' });
    const others = { endpoints: 'https://etcd1:2379\nhttps://elsewhere:2379' };
    expect(problemsOf(form, [])).toEqual({});
    expect(problemsOf({ ...form, ...others }, []).password).toContain('Enter it again');
    expect(problemsOf({ ...form, endpoints: 'http://etcd1:2379' }, []).password).toBeDefined();
    expect(problemsOf({ ...form, username: 'root' }, []).password).toBeDefined();
    expect(problemsOf({ ...form, endpoints: 'etcd2\netcd1' }, [])).toEqual({});
    expect(problemsOf({ ...form, ...others, password: { kind: 'typed', text: 'x' } }, [])).toEqual({});
  });

  it('removes a password that was replaced by nothing', () => {
    expect(draftOf({ ...formOf(view), password: { kind: 'typed', text: '' } }).password).toEqual({ kind: 'remove' });
    expect(draftOf({ ...formOf(view), password: { kind: 'typed', text: ' x ' } }).password).toEqual({
      kind: 'set',
      value: ' x ',
    });
  });

  it('wants a name of its own and an endpoint', () => {
    expect(Object.keys(problemsOf(emptyForm, []))).toEqual(['name', 'endpoints']);
    expect(problemsOf(filled, ['prod-eu']).name).toContain('Another');
    expect(problemsOf(filled, [])).toEqual({});
  });

  it('wants a certificate and its key together, and a user for a password', () => {
    expect(problemsOf({ ...filled, certFile: '/c.pem' }, []).keyFile).toBeDefined();
    expect(problemsOf({ ...filled, keyFile: '/k.pem' }, []).certFile).toBeDefined();
    expect(problemsOf({ ...filled, password: { kind: 'typed', text: 'x' } }, []).username).toBeDefined();
  });

  it('warns of a password over plain http, and only then', () => {
    const form: FormState = { ...filled, username: 'u', password: { kind: 'typed', text: 'x' } };
    expect(warningsOf(form).join()).toContain('plain http');
    expect(warningsOf({ ...form, endpoints: 'https://etcd1:2379' })).toEqual([]);
    expect(warningsOf(filled)).toEqual([]);
  });

  it('means https once a CA is given', () => {
    expect(draftOf({ ...filled, caFile: '/ca.pem' }).settings.endpoints).toEqual(['https://etcd1:2379']);
    expect(warningsOf({ ...filled, caFile: '/ca.pem', endpoints: 'http://etcd1:2379' }).join()).toContain('not used');
  });

  it('knows whether something was changed', () => {
    expect(sameForm(emptyForm, { ...emptyForm })).toBe(true);
    expect(sameForm(emptyForm, { ...emptyForm, endpoints: 'not a host:x' })).toBe(false);
    expect(sameForm(filled, { ...filled, password: { kind: 'typed', text: 'x' } })).toBe(false);
  });
});

function filledSettings() {
  return { ...draftOf(filled).settings };
}
