// npm run examples: makes the snapshots that come with the program (resources/examples) from the practice herd, on a clock that is
// moved by hand: each time the same.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { namespacePrefix, parseKey } from '../app/dcs/keys';
import { MemoryStore } from '../app/dcs/memory-store';
import { ManualClock } from '../app/manual-clock';
import { PRACTICE_NAMESPACE } from '../app/practice/cluster-keys';
import { PracticeHerd } from '../app/practice/herd';
import { Random } from '../app/practice/random';
import { pictureSection } from '../app/snapshot/file/write';
import type { Picture } from '../app/snapshot/picture';
import { redact } from '../app/snapshot/redact';
import { writeSnapshotFile } from '../main/snapshot/write-file';
import { root } from './repository';

const minute = 60_000;
const folder = join(root, 'resources/examples');

interface Example {
  readonly name: string;
  readonly connection: string;
  readonly scopes: readonly string[];
  /** Brings the herd to where it is shown. */
  readonly live: (herd: PracticeHerd, clock: ManualClock, store: MemoryStore) => Promise<void>;
}

const examples: readonly Example[] = [
  {
    name: 'healthy-herd',
    connection: 'Example: a healthy herd',
    scopes: ['savanna', 'savanna-standby'],
    live: (_herd, clock) => clock.advance(4 * minute),
  },
  {
    name: 'no-leader',
    connection: 'Example: no leader',
    scopes: ['practice'],
    live: async (herd, clock, store) => {
      await clock.advance(4 * minute);
      for (const { key } of store.list(`${PRACTICE_NAMESPACE}/practice/members/`))
        herd.kill(key.split('/').at(-1) ?? '');
      await clock.advance(minute);
    },
  },
  {
    name: 'slot-holds-wal',
    connection: 'Example: a slot holds WAL',
    scopes: ['steppe'],
    live: (_herd, clock) => clock.advance(30 * minute),
  },
];

await mkdir(folder, { recursive: true });
for (const { name, connection, scopes, live } of examples) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const herd = new PracticeHerd(store, clock, new Random(11));
  herd.start();
  await live(herd, clock, store);
  const at = new Date(clock.now()).toISOString();
  const nodes = store
    .list(namespacePrefix(PRACTICE_NAMESPACE))
    .filter(({ key }) => scopes.includes(parseKey(PRACTICE_NAMESPACE, key)?.scope ?? ''));
  const ids = [...new Set(nodes.flatMap(({ session }) => session ?? []))];
  const sessions = await store.sessions(ids);
  const picture: Picture = {
    connection,
    store: { kind: 'practice', version: null },
    namespace: PRACTICE_NAMESPACE,
    at,
    revision: store.revision,
    nodes,
    sessions: sessions.ok ? sessions.value : [],
    untold: [],
  };
  await writeSnapshotFile(join(folder, `${name}.herdscope`), {
    program: '0.1.0',
    writtenAt: at,
    redacted: { secrets: true, names: false },
    sections: redact([picture], false).pictures.map(pictureSection),
  });
  herd.stop();
  console.log(`resources/examples/${name}.herdscope: ${String(nodes.length)} keys`);
}
