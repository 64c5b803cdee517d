import type { Json, JsonObject } from '../../json';
import { type SegmentHeader } from '../../recording/segment';
import { SegmentWriter } from '../../recording/segment-writer';
import type { StoreNode } from '../../dcs/node';
import type { Stretch, StretchPart } from '../stretch';
import type { Section } from './write';

/** A stretch of a recording as a section of a file. It belongs to the picture before it. */
export function recordingSection(stretch: Stretch, clusters: readonly string[]): Section {
  const { connection, storeKind, namespace, from, to, parts } = stretch;
  return {
    // Keys are counted with the picture.
    content: { kind: 'recording', connection, at: to, clusters: [...clusters], keys: 0 },
    begin: { kind: 'recording', version: 1, connection, store: storeKind, namespace, from, to },
    *records() {
      for (const part of parts) yield* recordsOf(stretch, part);
    },
  };
}

function* recordsOf({ connection, storeKind, namespace }: Stretch, part: StretchPart): Generator<JsonObject> {
  const { beginMs, isGuessed, isLive, revision, nodes, steps } = part;
  const header: SegmentHeader = {
    herdscope: 'recording',
    version: 1,
    connection,
    kind: storeKind,
    namespace,
    at: new Date(beginMs).toISOString(),
    ...(isGuessed ? { guessed: true } : {}),
  };
  yield { segment: { ...header } };
  const writer = new SegmentWriter(header);
  yield* linesIn(writer.begin(revision, new Map(nodes.map((node): [string, StoreNode] => [node.key, node]))), 1);
  if (!isLive) yield* linesIn(writer.mark(beginMs, 'lost'));
  for (const step of steps) {
    if (step.kind === 'changes') yield* linesIn(writer.change(step.ms, step.revision, step.changes));
    else if (step.kind === 'time') yield* linesIn(writer.time(step.ms, step.how));
    else yield* linesIn(writer.mark(step.ms, step.kind));
  }
}

/** The lines of a segment's text as records, from the given one on. */
function* linesIn(text: string, first = 0): Generator<JsonObject> {
  for (const line of text.split('\n').slice(first)) if (line !== '') yield { line: JSON.parse(line) as Json[] };
}
