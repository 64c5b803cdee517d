import type { Etcd3, IKeyValue } from 'etcd3';
import type { StoreNode } from '../../app/dcs/node';
import { SegmentReader } from '../../app/recording/segment-reader';
import { sameData } from '../../app/same-data';
import { listSegments, readSegment } from '../../main/recorder/segment-files';

/** How a recording stands beside what etcd itself has kept. */
export interface Comparison {
  readonly segments: number;
  /** How many of etcd's revisions were compared, key for key. */
  readonly revisions: number;
  /** Revisions that no segment covers, from and to: nothing was recorded then. */
  readonly gaps: readonly (readonly [string, string])[];
  /** Sentences; none when all is equal. */
  readonly differences: readonly string[];
}

/**
 * Replays a recording line by line and reads etcd (which must not have been compacted) at each revision that it covers: what the
 * recording has at a revision must be what etcd had, key for key.
 */
export async function compareWithEtcd(folder: string, client: Etcd3, prefix: string): Promise<Comparison> {
  const gaps: [string, string][] = [];
  const differences: string[] = [];
  let revisions = 0;
  let covered: bigint | null = null;
  const segments = await listSegments(folder);
  for (const { path } of segments) {
    const states = statesOf((await readSegment(path)).lines);
    const [first, last] = [states[0], states.at(-1)];
    if (first === undefined || last === undefined) {
      differences.push(`${path} has nothing that can be shown`);
      continue;
    }
    if (covered !== null && first.revision > covered + 1n)
      gaps.push([String(covered + 1n), String(first.revision - 1n)]);
    let at = 0;
    for (let revision = first.revision; revision <= last.revision; revision += 1n) {
      while ((states[at + 1]?.revision ?? revision + 1n) <= revision) at += 1;
      const theirs = await etcdAt(client, prefix, String(revision));
      const ours = states[at]?.nodes ?? new Map<string, StoreNode>();
      revisions += 1;
      const odd = [...new Set([...theirs.keys(), ...ours.keys()])].filter(
        (key) => !sameData(ours.get(key), theirs.get(key)),
      );
      for (const key of odd) {
        const [own, other] = [JSON.stringify(ours.get(key)), JSON.stringify(theirs.get(key))];
        differences.push(`revision ${String(revision)}, ${key}: recorded ${own}, in etcd ${other}`);
      }
    }
    covered = last.revision;
  }
  return { segments: segments.length, revisions, gaps, differences };
}

interface State {
  readonly revision: bigint;
  readonly nodes: ReadonlyMap<string, StoreNode>;
}

/** All keys after each line of a segment that says something. */
export function statesOf(lines: readonly string[]): readonly State[] {
  const reader = SegmentReader.of(lines[0] ?? '');
  const states: State[] = [];
  for (const line of lines.slice(1)) {
    const told = reader?.take(line) ?? null;
    if (reader === null || told === null) break;
    const { revision, nodes } = reader.recorded;
    if (told.kind === 'all' || told.kind === 'changes')
      states.push({ revision: BigInt(revision), nodes: new Map(nodes) });
  }
  return states;
}

async function etcdAt(client: Etcd3, prefix: string, revision: string): Promise<ReadonlyMap<string, StoreNode>> {
  const { kvs } = await client.getAll().prefix(prefix).revision(revision).exec();
  return new Map(kvs.map((kv) => [kv.key.toString('utf8'), nodeOf(kv)]));
}

function nodeOf(kv: IKeyValue): StoreNode {
  return {
    key: kv.key.toString('utf8'),
    value: kv.value.toString('utf8'),
    bytes: kv.value.length,
    createRevision: kv.create_revision,
    modRevision: kv.mod_revision,
    version: kv.version,
    session: kv.lease === '0' ? null : kv.lease,
  };
}
