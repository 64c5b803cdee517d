import { mkdir, rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { parseKey, patroniKey } from '../../app/dcs/keys';
import type { StoreNode } from '../../app/dcs/node';
import { compareRevisions } from '../../app/dcs/revision';
import { type Anchor, historyAnchor, initializeAnchor, timesFrom } from '../../app/recording/guess-times';
import { SegmentWriter } from '../../app/recording/segment-writer';
import { pack, packedPath, sumOf } from './segment-files';
import { apply, type Past, type PastPlace } from './store-past';

/** A segment is closed at this size, in UTF-16 units; with many keys later, as they are at the beginning of each. */
const SEGMENT_SIZE = 512 * 1024;
const TIMES_BEGINNING = 3;
/** Others go on after so many steps. */
const STEPS_AT_ONCE = 200;

/**
 * Writes what a store still knew of its past, with guessed times, as segments that are closed. False, and nothing is left of it, when it
 * was cancelled. `past` is used up.
 */
export async function writePast(past: Past, place: PastPlace & { readonly kind: string }): Promise<boolean> {
  const { namespace, folder, connection, kind, after, until, signal } = place;
  if (past.steps.length === 0) return true;
  const now: Anchor = { upTo: until.revision, from: until.revision, ms: until.ms };
  const first: readonly Anchor[] = after === null ? [] : [{ upTo: after.revision, from: after.revision, ms: after.ms }];
  const told = anchorsOf(namespace, past).filter(({ from }) => compareRevisions(from, after?.revision ?? '0') > 0);
  const timeOf = timesFrom([...first, ...told], now);
  const paths: string[] = [];
  let open: { readonly writer: SegmentWriter; readonly beginMs: number; readonly beginning: number } | null = null;
  let text = '';
  let said = '';
  let written = 0;
  const close = async (endMs: number): Promise<void> => {
    if (open === null) return;
    const path = packedPath(folder, open.beginMs, Math.max(open.beginMs, endMs), true);
    paths.push(path);
    await pack(text + open.writer.sum(sumOf(text)), path);
    open = null;
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const step of past.steps) {
    if (signal.aborted) break;
    written += 1;
    if (written % STEPS_AT_ONCE === 0) await setImmediate();
    const { ms, ...how } = timeOf(step.revision);
    if (open === null) {
      const at = new Date(ms).toISOString();
      const header = { herdscope: 'recording', version: 1, connection, kind, namespace, at } as const;
      const writer = new SegmentWriter({ ...header, guessed: true });
      text = writer.begin(past.revision, past.nodes);
      open = { writer, beginMs: ms, beginning: text.length };
      said = '';
    }
    const { writer, beginMs, beginning } = open;
    const words = JSON.stringify(how);
    if (words !== said) text += writer.time(ms, how);
    said = words;
    text += writer.change(ms, step.revision, step.changes);
    apply(past, step);
    // Files are known by when they begin: two of them cannot begin at once.
    if (text.length > Math.max(SEGMENT_SIZE, TIMES_BEGINNING * beginning) && ms > beginMs) await close(writer.lastMs);
  }
  // Up to where it is recorded nothing more happened.
  if (open !== null) {
    text += open.writer.mark(until.ms - 1, 'still');
    await close(open.writer.lastMs);
  }
  if (!signal.aborted) return true;
  for (const path of paths) await rm(path, { force: true });
  return false;
}

/** The times that the keys tell, as they were at the beginning and as they were written since. */
function anchorsOf(namespace: string, { nodes, steps }: Past): readonly Anchor[] {
  const leaders = new Map<string, StoreNode>();
  const anchors: Anchor[] = [];
  const take = (node: StoreNode): void => {
    const parsed = parseKey(namespace, node.key);
    const kind = parsed === null ? undefined : patroniKey(parsed.relative)?.kind;
    if (kind === 'leader') leaders.set(node.key, node);
    const anchor =
      kind === 'history'
        ? historyAnchor(node, leaders.get(node.key.replace(/history$/, 'leader')))
        : kind === 'initialize'
          ? initializeAnchor(node)
          : null;
    if (anchor !== null) anchors.push(anchor);
  };
  // A leader is needed for the history beside it, whose key may come before.
  for (const node of nodes.values()) if (node.key.endsWith('/leader')) take(node);
  for (const node of nodes.values()) if (!node.key.endsWith('/leader')) take(node);
  for (const { changes } of steps) for (const change of changes) if (change.kind === 'put') take(change.node);
  return anchors;
}
