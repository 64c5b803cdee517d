import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonObject } from '../cluster/parsed';
import type { JsonObject } from '../json';
import { choiceKey, mergeConfig, type Side } from './config-merge';

const none: ReadonlyMap<string, Side> = new Map();
const json = (value: unknown): JsonObject => parseJsonObject(JSON.stringify(value)).value;

const base = json({ ttl: 30, loop_wait: 10, postgresql: { parameters: { max_connections: 100, work_mem: '4MB' } } });
const theirs = json({ ttl: 60, loop_wait: 10, postgresql: { parameters: { max_connections: 200, work_mem: '4MB' } } });
const yours = json({ ttl: 30, loop_wait: 5, postgresql: { parameters: { max_connections: 300 } } });

describe('two edits of one configuration', () => {
  it('are put together where only one of them changed a setting', () => {
    const { merged, settings, open } = mergeConfig(base, theirs, yours, none);
    expect(merged).toMatchObject({ ttl: 60, loop_wait: 5 });
    expect(merged).not.toHaveProperty('postgresql.parameters.work_mem');
    expect(open).toBe(1);
    expect(settings.map(({ path, by }) => [path.at(-1), by]).sort()).toEqual([
      ['loop_wait', 'yours'],
      ['max_connections', 'both'],
      ['ttl', 'theirs'],
      ['work_mem', 'yours'],
    ]);
  });

  it('wait for a choice where both changed a setting to something else, and take what was chosen', () => {
    const clash = mergeConfig(base, theirs, yours, none).settings.find(({ by }) => by === 'both');
    if (clash === undefined) throw new Error('no clash');
    const chosen = (side: Side): unknown =>
      mergeConfig(base, theirs, yours, new Map([[choiceKey(clash), side]])).merged;
    expect(chosen('yours')).toHaveProperty('postgresql.parameters.max_connections', 300);
    expect(chosen('theirs')).toHaveProperty('postgresql.parameters.max_connections', 200);
  });

  it('ask again when the store changes once more: what was chosen against another value does not count', () => {
    const clash = mergeConfig(base, theirs, yours, none).settings.find(({ by }) => by === 'both');
    if (clash === undefined) throw new Error('no clash');
    const later = json({ ...base, postgresql: { parameters: { max_connections: 250, work_mem: '4MB' } } });
    expect(mergeConfig(base, later, yours, new Map([[choiceKey(clash), 'yours']])).open).toBe(1);
  });

  it('agree where both did the same', () => {
    const { settings, open } = mergeConfig(base, yours, yours, none);
    expect(open).toBe(0);
    expect(new Set(settings.map(({ by }) => by))).toEqual(new Set(['alike']));
  });

  it('clash where one removed what the other changed', () => {
    const { open } = mergeConfig(base, json({ ttl: 30, loop_wait: 10 }), yours, none);
    expect(open).toBe(1);
  });

  it('lose nothing: with one side untouched the other side comes out, whatever the names', () => {
    const tree = fc.letrec<{ object: unknown; value: unknown }>((tie) => ({
      object: fc.dictionary(
        fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.string()),
        tie('value'),
        {
          maxKeys: 4,
        },
      ),
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.string(),
        fc.constant(null),
        fc.array(fc.integer()),
        tie('object'),
      ),
    })).object;
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        const [a, b] = [json(one), json(other)];
        expect(mergeConfig(a, a, b, none)).toMatchObject({ open: 0 });
        expect(mergeConfig(a, a, b, none).merged).toEqual(b);
        expect(mergeConfig(a, b, a, none).merged).toEqual(b);
      }),
    );
  });
});
