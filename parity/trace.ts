import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ClusterQuestion, QuestionNode } from './question';

// Real event logs of etcd: at each revision the model must make of the keys what Patroni makes of them.

const folder = new URL('../e2e/traces/', import.meta.url);
const SCOPE = '/service/demo/';

interface TraceEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly value?: string;
  readonly mod_revision: number;
}

/** One question for each event of each log, with every member as the point of view. */
export function traceQuestions(): readonly { readonly file: string; readonly questions: readonly ClusterQuestion[] }[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  return files
    .sort()
    .map((file) => ({ file, questions: replay(readFileSync(fileURLToPath(new URL(file, folder)), 'utf8')) }));
}

function replay(text: string): readonly ClusterQuestion[] {
  const nodes = new Map<string, QuestionNode>();
  return text
    .trim()
    .split('\n')
    .flatMap((line): ClusterQuestion[] => {
      const event = JSON.parse(line) as TraceEvent;
      if (!event.key.startsWith(SCOPE)) return [];
      const { key, value = '', mod_revision } = event;
      // JSON.parse would round a lease, which is larger than 2^53.
      const lease = /"lease":(\d+)\}$/.exec(line)?.[1] ?? null;
      if (event.type === 'delete') nodes.delete(key);
      else nodes.set(key, { key, value, mod_revision: String(mod_revision), lease });
      return [questionOf([...nodes.values()])];
    });
}

function questionOf(nodes: readonly QuestionNode[]): ClusterQuestion {
  const sorted = [...nodes].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  const members = sorted.flatMap(({ key }) => /\/members\/([^/]+)$/.exec(key)?.[1] ?? []);
  const leader = sorted.find(({ key }) => key === `${SCOPE}leader`)?.value;
  return {
    kind: 'cluster',
    mpp: false,
    nodes: sorted,
    names: [...members, 'nobody'],
    auth: { username: 'replicator', password: 'secret' },
    lists: [
      { citus: false, extended: false, group: null },
      { citus: false, extended: true, group: null },
    ],
    views: [...members, 'stranger'].flatMap((name) => [
      { name, role: name === leader ? ('primary' as const) : ('replica' as const), postgres: 15, slots: [] },
      { name, role: 'primary' as const, postgres: 15, slots: [] },
    ]),
  };
}
