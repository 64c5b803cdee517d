import { setImmediate } from 'node:timers/promises';
import { difference } from '../../app/dcs/difference';
import { scopePrefix } from '../../app/dcs/keys';
import type { StoreNode } from '../../app/dcs/node';
import type { NodeChange } from '../../app/dcs/store';
import type { SpanChange, SpanOfScope } from '../../app/incident/story';
import { SegmentReader } from '../../app/recording/segment-reader';
import { listSegments, readSegment } from '../recorder/segment-files';

/** Segments that follow each other so closely have no gap between them. */
const SEAM_MS = 2000;

/** So many lines are read before whatever else waits is done. */
const LINES_AT_ONCE = 500;

/**
 * What was recorded of a scope from one instant to another (milliseconds since 1970), change by change: what its story is told from.
 * Null when nothing of that time can be read. Times that nobody watched are its gaps; up to `heardMs` somebody did, though nothing
 * may be written since a while.
 */
export async function readSpan(
  folder: string,
  scope: string,
  fromMs: number,
  toMs: number,
  heardMs = 0,
): Promise<SpanOfScope | null> {
  const files = (await listSegments(folder)).filter(
    ({ beginMs, endMs }) => beginMs <= toMs && (endMs === null || endMs >= fromMs),
  );
  // One that was not closed may have ended long before: only the newest that began by then can hold the beginning.
  const firstAt = Math.max(0, files.filter(({ beginMs }) => beginMs <= fromMs).length - 1);
  const taker = new SpanTaker(scope, fromMs, toMs);
  let read = 0;
  for (const file of files.slice(firstAt)) {
    const { lines } = await readSegment(file.path).catch(() => ({ lines: [] as readonly string[] }));
    const reader = SegmentReader.of(lines[0] ?? '');
    if (reader === null) continue;
    for (const line of lines.slice(1)) {
      if (++read % LINES_AT_ONCE === 0) await setImmediate();
      const at = reader.peek(line);
      if (at === null || (at > toMs && reader.isWhole)) break;
      const told = reader.take(line);
      if (told === null) break;
      if (told.kind === 'all') taker.all(reader);
      else if (told.kind === 'changes') taker.changed(reader, told.changes);
      else if (told.kind !== 'part') taker.heard(reader);
    }
  }
  return taker.span(heardMs);
}

class SpanTaker {
  #namespace: string | null = null;
  #prefix = '';
  /** The scope's keys as of the last line. */
  #nodes = new Map<string, StoreNode>();
  #first: readonly StoreNode[] | null = null;
  readonly #changes: SpanChange[] = [];
  readonly #gaps: { from: string; to: string }[] = [];
  readonly #guessed: { fromMs: number; toMs: number }[] = [];
  #lastMs: number | null = null;
  #lostMs: number | null = null;

  constructor(
    private readonly scope: string,
    private readonly fromMs: number,
    private readonly toMs: number,
  ) {}

  /** A segment begins: all keys are known, whatever was missed before. */
  all(reader: SegmentReader): void {
    const { atMs, revision, nodes, isLive } = reader.recorded;
    this.#namespace ??= reader.header.namespace;
    this.#prefix = scopePrefix(this.#namespace, this.scope);
    if (this.#lastMs === null) this.#gap(this.fromMs, atMs);
    else if (atMs - this.#lastMs > SEAM_MS) this.#gap(this.#lastMs, atMs);
    const own = [...nodes.values()].filter(({ key }) => key.startsWith(this.#prefix));
    // Before the first segment nothing is known: what it begins with is no change.
    if (this.#lastMs === null) this.#nodes = new Map(own.map((node) => [node.key, node]));
    else this.#take(atMs, difference(this.#nodes, { revision, nodes: own }));
    this.#live(atMs, isLive);
    this.#lastMs = atMs;
    if (reader.header.guessed === true) this.#guessed.push({ fromMs: atMs, toMs: atMs });
  }

  changed(reader: SegmentReader, changes: readonly NodeChange[]): void {
    const { atMs } = reader.recorded;
    const own = changes.filter((change) =>
      (change.kind === 'put' ? change.node.key : change.key).startsWith(this.#prefix),
    );
    this.#take(atMs, own);
    this.heard(reader);
  }

  heard(reader: SegmentReader): void {
    const { atMs, isLive } = reader.recorded;
    this.#live(atMs, isLive);
    this.#lastMs = atMs;
    const guessed = this.#guessed.at(-1);
    if (reader.header.guessed === true && guessed !== undefined) guessed.toMs = atMs;
  }

  span(heardMs: number): SpanOfScope | null {
    if (this.#namespace === null || this.#lastMs === null) return null;
    this.#first ??= [...this.#nodes.values()];
    this.#gap(this.#lostMs ?? Math.max(heardMs, this.#lastMs + SEAM_MS), this.toMs);
    return {
      namespace: this.#namespace,
      scope: this.scope,
      from: iso(this.fromMs),
      to: iso(this.toMs),
      nodes: this.#first,
      changes: this.#changes,
      gaps: this.#gaps,
      guessed: this.#guessed
        .filter(({ fromMs, toMs }) => fromMs <= this.toMs && toMs >= this.fromMs)
        .map(({ fromMs, toMs }) => ({ from: iso(Math.max(fromMs, this.fromMs)), to: iso(Math.min(toMs, this.toMs)) })),
    };
  }

  #take(atMs: number, changes: readonly NodeChange[]): void {
    if (changes.length === 0) return;
    if (atMs >= this.fromMs) {
      this.#first ??= [...this.#nodes.values()];
      this.#changes.push({ at: iso(atMs), changes });
    }
    for (const change of changes) {
      if (change.kind === 'put') this.#nodes.set(change.node.key, change.node);
      else this.#nodes.delete(change.key);
    }
  }

  #live(atMs: number, isLive: boolean): void {
    if (!isLive) this.#lostMs ??= atMs;
    else if (this.#lostMs !== null) {
      this.#gap(this.#lostMs, atMs);
      this.#lostMs = null;
    }
  }

  #gap(fromMs: number, toMs: number): void {
    const [from, to] = [Math.max(fromMs, this.fromMs), Math.min(toMs, this.toMs)];
    if (to > from) this.#gaps.push({ from: iso(from), to: iso(to) });
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
