import type { StoreNode } from '../dcs/node';
import type { NodeChange } from '../dcs/store';
import { utf8Bytes } from '../dcs/utf8';
import { compareRevisions } from '../dcs/revision';
import { type Delete, fieldsOf, type GuessedTime, type Put, type SegmentHeader, type SegmentLine } from './segment';
import { valueDelta } from './value-delta';

interface Known {
  readonly number: number;
  node: StoreNode;
}

/** Makes a segment's lines out of what a mirror tells. It keeps nothing but the keys as they were last written. */
export class SegmentWriter {
  readonly #known = new Map<string, Known>();
  #number = 0;
  #keys = 0;
  #lastMs: number;

  /** `header.at` is when the segment begins. */
  constructor(private readonly header: SegmentHeader) {
    this.#lastMs = Date.parse(header.at);
  }

  /** When the last line was, in milliseconds since 1970. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** The first lines: the header, and all keys as they are. Each line ends with a newline. */
  begin(revision: string, nodes: ReadonlyMap<string, StoreNode>): string {
    const lines = [JSON.stringify(this.header), this.#line(['all', this.#next(), 0, revision, nodes.size])];
    for (const node of nodes.values()) {
      lines.push(this.#line(['key', this.#next(), 0, ...fieldsOf(node)]));
      this.#learn(node);
    }
    return `${lines.join('\n')}\n`;
  }

  /**
   * What changed, seen at `ms` since 1970: a line for each of the store's revisions where they come in their order, so that none of
   * them is lost; one line for what is only the difference between two looks.
   */
  change(ms: number, revision: string, changes: readonly NodeChange[]): string {
    const steps = stepsOf(revision, changes);
    return steps.map((step) => this.#step(ms, step)).join('');
  }

  /** Whether the store is heard from now on, or that nothing changed until now. */
  mark(ms: number, what: 'lost' | 'live' | 'still'): string {
    return `${this.#line([what, this.#next(), this.#passed(ms)])}\n`;
  }

  /** Tells how well the times from `ms` on are known; only where they are guessed. */
  time(ms: number, how: GuessedTime): string {
    return `${this.#line(['time', this.#next(), this.#passed(ms), how.kind, how.earliestMs, how.latestMs])}\n`;
  }

  /** Closes what was written since the sum before: `hash` is of that text. */
  sum(hash: string): string {
    return `${this.#line(['sum', this.#next(), 0, hash])}\n`;
  }

  #step(ms: number, { revision, changes }: Step): string {
    const puts: Put[] = [];
    const deletes: Delete[] = [];
    for (const change of changes) {
      if (change.kind === 'put') puts.push(this.#put(change.node, revision));
      else {
        const known = this.#known.get(change.key);
        // A key that was never there cannot go.
        if (known === undefined) continue;
        deletes.push([known.number, change.modRevision]);
        this.#known.delete(change.key);
      }
    }
    return `${this.#line(['change', this.#next(), this.#passed(ms), revision, puts, deletes])}\n`;
  }

  #put(node: StoreNode, revision: string): Put {
    const known = this.#known.get(node.key);
    const before = known?.node;
    const follows =
      before !== undefined &&
      before.createRevision === node.createRevision &&
      before.session === node.session &&
      Number.isSafeInteger(Number(node.version)) &&
      node.version === String(Number(before.version) + 1);
    if (known === undefined || !follows || utf8Bytes(node.value) !== node.bytes) {
      this.#learn(node);
      return ['+', ...fieldsOf(node)];
    }
    known.node = node;
    const delta = valueDelta(before.value, node.value) ?? node.value;
    return node.modRevision === revision ? [known.number, delta] : [known.number, delta, node.modRevision];
  }

  #learn(node: StoreNode): void {
    this.#known.set(node.key, { number: this.#keys, node });
    this.#keys += 1;
  }

  #next(): number {
    this.#number += 1;
    return this.#number;
  }

  /** Milliseconds since the line before. A clock that was set back does not make time run backwards. */
  #passed(ms: number): number {
    const passed = Math.max(0, Math.round(ms - this.#lastMs));
    this.#lastMs += passed;
    return passed;
  }

  #line(line: SegmentLine): string {
    return JSON.stringify(line);
  }
}

/** Changes that are one line. */
interface Step {
  readonly revision: string;
  readonly changes: readonly NodeChange[];
}

/** A batch revision by revision; as a whole where it is not in the store's order. In no step does a key occur twice. */
function stepsOf(revision: string, changes: readonly NodeChange[]): readonly Step[] {
  const [first] = changes;
  if (first === undefined || changes.length === 1) return [{ revision, changes }];
  const inOrder = changes.every((change, at) => {
    const before = changes[at - 1];
    return before === undefined || compareRevisions(revisionOf(before), revisionOf(change)) <= 0;
  });
  const steps: { revision: string; changes: NodeChange[] }[] = [];
  let keys = new Set<string>();
  for (const change of changes) {
    const key = change.kind === 'put' ? change.node.key : change.key;
    const step = steps.at(-1);
    const own = inOrder ? revisionOf(change) : revision;
    if (step === undefined || step.revision !== own || keys.has(key)) {
      steps.push({ revision: own, changes: [change] });
      keys = new Set([key]);
    } else {
      step.changes.push(change);
      keys.add(key);
    }
  }
  const last = steps.at(-1);
  if (last !== undefined) last.revision = revision;
  return steps;
}

function revisionOf(change: NodeChange): string {
  return change.kind === 'put' ? change.node.modRevision : change.modRevision;
}
