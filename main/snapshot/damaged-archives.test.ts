import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { createTar } from 'nanotar';
import { describe, expect, it } from 'vitest';
import { bytesInput } from './input';
import { openInputs } from './open-inputs';

// True files, damaged byte by byte: whatever comes of it is a picture or a sentence, and nothing is thrown.

const openedAt = '2026-11-24T12:00:00.000Z';
const consul = Buffer.from(
  '[{"LockIndex":1,"Key":"service/demo/leader","Flags":0,"Value":"cGcx","CreateIndex":1,"ModifyIndex":9}]',
);
const ours = readFileSync(new URL('../../resources/examples/slot-holds-wal.herdscope', import.meta.url));

const files: Readonly<Record<string, Uint8Array>> = {
  'kv.json.gz': gzipSync(consul),
  'kv.zip': zipSync({ 'kv.json': consul, 'deeper/other.txt': Buffer.from('nothing') }),
  'kv.tar': createTar([{ name: 'kv.json', data: consul }]),
  'kv.tar.gz': gzipSync(createTar([{ name: 'kv.json', data: consul }])),
  'ours.herdscope': ours,
};

/** What befalls a file on its way: bits that flip, an end that is missing, a piece that comes twice, a stretch of zeros. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('twice' as const), at: fc.nat(), bytes: fc.nat(600) }),
  fc.record({ kind: fc.constant('zeros' as const), at: fc.nat(), bytes: fc.nat(40) }),
);
type Damage = typeof damage extends fc.Arbitrary<infer One> ? One : never;

function damaged(bytes: Uint8Array, what: Damage): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = what.at % Math.max(1, copy.length);
  switch (what.kind) {
    case 'flip':
      copy[at] = (copy[at] ?? 0) ^ (1 << what.bit);
      return copy;
    case 'cut':
      return copy.subarray(0, at);
    case 'twice':
      return Buffer.concat([copy.subarray(0, at + what.bytes), copy.subarray(at)]);
    case 'zeros':
      return copy.fill(0, at, Math.min(copy.length, at + what.bytes));
  }
}

describe.each(Object.keys(files))('%s', (name) => {
  const whole = files[name] ?? new Uint8Array();

  it('is read as it is', async () => {
    const found = await openInputs([bytesInput(name, whole, openedAt)], openedAt);
    expect(found.ok && found.value.pictures.length).toBeGreaterThan(0);
  });

  it('is a picture or a sentence when it is damaged', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (all) => {
        const found = await openInputs([bytesInput(name, all.reduce(damaged, whole), openedAt)], openedAt);
        if (found.ok) return;
        refused += 1;
        expect(found.error).toMatch(/^\S.{10,}\.$/s);
        expect(found.error).not.toMatch(/undefined|\[object|Error:/);
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});
