import { requestNames } from '../../app/ipc/names';
import { describe, expect, it } from 'vitest';
import type { RequestName } from '../../app/ipc/contract';
import { ok } from '../../app/result';
import { answer, type Handlers } from './answer';

const faults: string[] = [];
const fault = (request: string): void => void faults.push(request);

/** Handlers that answer what they were given, so that one sees what passed the check. */
function echo(change: Partial<Handlers> = {}): Handlers {
  const all = Object.fromEntries(requestNames.map((name) => [name, (argument: unknown) => ok(argument)]));
  return { ...all, ...change } as unknown as Handlers;
}

describe('a request from the window', () => {
  it('is run when its name and argument are as the contract says', async () => {
    expect(await answer(echo(), 'cluster.open', { clusterId: 'c/demo' }, fault)).toEqual(ok({ clusterId: 'c/demo' }));
    expect(await answer(echo(), 'session.start', undefined, fault)).toEqual(ok(undefined));
  });

  it.each(['shell.run', '__proto__', 'constructor', 'toString', ''])('is refused when its name is %j', async (name) => {
    expect(await answer(echo(), name, {}, fault)).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it.each<[RequestName, unknown]>([
    ['cluster.open', { clusterId: 7 }],
    ['cluster.open', undefined],
    ['session.start', {}],
    ['connection.save', {}],
    ['connection.remove', { id: 'x'.repeat(65) }],
    ['settings.update', { theme: 'pink' }],
    ['file.choose', { purpose: '/etc/passwd' }],
    ['link.open', { url: 'x'.repeat(5000) }],
    ['link.open', 'https://example.com'],
    ['snapshot.drop', { files: [{ name: 'x', bytes: new Uint8Array(1), modifiedAt: 1e300 }] }],
    ['incident.delete', { id: '../../settings' }],
    ['incident.open', { id: '0123456789abcdef\n' }],
    ['snapshot.example', { name: '../x' }],
    ['cluster.value', { clusterId: 'c/demo', key: { toString: 'x' } }],
    ['settings.update', JSON.parse('{"__proto__":{"theme":"dark"},"theme":["dark"]}')],
  ])('is refused when the argument of %s is %j', async (name, argument) => {
    expect(await answer(echo(), name, argument, fault)).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it('is refused when it is to write a file larger than any of ours', async () => {
    const save = (bytes: number) =>
      answer(echo(), 'file.save', { name: 'tree', kind: 'png', content: new Uint8Array(bytes) }, fault);
    expect((await save(1000)).ok).toBe(true);
    expect(await save(50_000_001)).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it('reaches its handler without what the contract does not know', async () => {
    const argument = JSON.parse('{"clusterId":"c/demo","more":1,"__proto__":{"x":1}}') as unknown;
    expect(await answer(echo(), 'cluster.open', argument, fault)).toEqual(ok({ clusterId: 'c/demo' }));
  });

  it('never has a password in its refusal', async () => {
    const password = { kind: 'set', value: 'secret-word'.repeat(1000) };
    const refused = await answer(echo(), 'connection.test', { settings: {}, password }, fault);
    expect(refused.ok).toBe(false);
    expect(JSON.stringify(refused)).not.toContain('secret-word');
  });

  it('is answered when its handler throws, and the fault is reported without going to the window', async () => {
    faults.length = 0;
    const broken = echo({
      'cluster.open': () => {
        throw new Error('inner words');
      },
      'connection.test': () => Promise.reject(new Error('inner words')),
    });
    const answered = await answer(broken, 'cluster.open', { clusterId: null }, fault);
    expect(answered).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(answered)).not.toContain('inner words');
    expect(faults).toEqual(['cluster.open']);
  });
});
