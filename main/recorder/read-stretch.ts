import { setImmediate } from 'node:timers/promises';
import { parseKey } from '../../app/dcs/keys';
import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange } from '../../app/dcs/store';
import { SegmentReader, type Told } from '../../app/recording/segment-reader';
import { err, ok, type Result } from '../../app/result';
import type { Stretch, StretchPart, StretchStep } from '../../app/snapshot/stretch';
import type { Segments } from './segments';

/** What of a recording is wanted. */
export interface StretchWanted {
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Null for all. */
  readonly scopes: ReadonlySet<string> | null;
}

/** So much of a recording can be in one file: it is held whole while its secrets are taken out, and by whoever opens it. */
const MOST_CHANGES = 300_000;
/** Of values, in UTF-16 units. */
const MOST_TEXT = 192 * 1024 * 1024;
/** Others go on after so many lines. */
const LINES_AT_ONCE = 500;

const TOO_MUCH = 'This is more than one file can hold: choose a shorter time, or one cluster.';

/** What a recording holds from one instant to another; null when it holds nothing of it. The error is a sentence. */
export async function readStretch(segments: Segments, wanted: StretchWanted): Promise<Result<Stretch | null, string>> {
  const { fromMs, toMs } = wanted;
  const parts: StretchPart[] = [];
  let about: Pick<Stretch, 'connection' | 'storeKind' | 'namespace'> | null = null;
  let changes = 0;
  let text = 0;
  const count = (nodes: readonly StoreNode[]): void => {
    changes += nodes.length;
    for (const { key, value } of nodes) text += key.length + value.length;
  };
  for (const file of await segments.list()) {
    if (file.beginMs > toMs || (file.endMs !== null && file.endMs < fromMs)) continue;
    const { lines } = await segments.read(file.path).catch(() => ({ lines: [] as readonly string[] }));
    const reader = SegmentReader.of(lines[0] ?? '');
    if (reader === null) continue;
    const { namespace, connection, kind: storeKind } = reader.header;
    // Of two namespaces in one recording the newest counts; there are none in one connection's.
    if (about !== null && about.namespace !== namespace) parts.length = 0;
    about = { namespace, connection, storeKind };
    const taker = new PartTaker(reader, wanted, file.isGuessed);
    for (const [at, line] of lines.slice(1).entries()) {
      if (!taker.take(line, count)) break;
      if (changes > MOST_CHANGES || text > MOST_TEXT) return err(TOO_MUCH);
      if (at % LINES_AT_ONCE === LINES_AT_ONCE - 1) await setImmediate();
    }
    const part = taker.part();
    if (part !== null) parts.push(part);
  }
  if (about === null || parts.length === 0) return ok(null);
  return ok({ ...about, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), parts });
}

/** Takes what is wanted of one segment. */
class PartTaker {
  readonly #steps: StretchStep[] = [];
  #begin: Omit<StretchPart, 'steps'> | null = null;

  constructor(
    private readonly reader: SegmentReader,
    private readonly wanted: StretchWanted,
    private readonly isGuessed: boolean,
  ) {}

  /** False when nothing more is wanted of it, or its lines fit no more. */
  take(line: string, count: (nodes: readonly StoreNode[]) => void): boolean {
    const { reader, wanted } = this;
    const at = reader.peek(line);
    if (at === null || (at > wanted.toMs && reader.isWhole)) return false;
    if (reader.isWhole && at >= wanted.fromMs) this.#beginAt(Math.max(wanted.fromMs, reader.atMs), count);
    const told = reader.take(line);
    if (told === null) return false;
    if (this.#begin === null) return true;
    const step = this.#stepOf(told);
    if (step === null) return true;
    this.#steps.push(step);
    if (step.kind === 'changes') count(step.changes.flatMap((change) => (change.kind === 'put' ? [change.node] : [])));
    return true;
  }

  part(): StretchPart | null {
    return this.#begin === null ? null : { ...this.#begin, steps: this.#steps };
  }

  #beginAt(beginMs: number, count: (nodes: readonly StoreNode[]) => void): void {
    if (this.#begin !== null) return;
    const { revision, nodes, isLive, guessed } = this.reader.recorded;
    const own = [...nodes.values()].filter(({ key }) => this.#isWanted(key));
    count(own);
    this.#begin = { beginMs, isGuessed: this.isGuessed, isLive, revision, nodes: own };
    if (guessed !== null) this.#steps.push({ kind: 'time', ms: beginMs, how: guessed });
  }

  #stepOf(told: Told): StretchStep | null {
    const { atMs: ms, guessed } = this.reader.recorded;
    switch (told.kind) {
      case 'changes': {
        const changes = told.changes.filter((change) => this.#isWanted(keyOf(change)));
        return changes.length === 0 ? null : { kind: 'changes', ms, revision: told.revision, changes };
      }
      case 'lost':
      case 'live':
      case 'still':
        return { kind: told.kind, ms };
      case 'aside':
        return guessed === null ? null : { kind: 'time', ms, how: guessed };
      case 'all':
      case 'part':
        return null;
    }
  }

  #isWanted(key: string): boolean {
    const { scopes } = this.wanted;
    return scopes === null || scopes.has(parseKey(this.reader.header.namespace, key)?.scope ?? '');
  }
}

const keyOf = (change: NodeChange): string => (change.kind === 'put' ? change.node.key : change.key);
