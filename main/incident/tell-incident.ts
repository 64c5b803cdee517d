import { setImmediate } from 'node:timers/promises';
import { tellStory } from '../../app/incident/story';
import type { RequestArgument, RequestError } from '../../app/ipc/contract';
import { type IncidentTold, LONGEST_SPAN_MS } from '../../app/ipc/incident';
import { err, ok, type Result } from '../../app/result';
import { inSteps } from '../../app/steps';
import type { Recorders } from '../recorder/recorders';
import { readSpan } from './read-span';

/** Tells what was recorded of a cluster in a span, for as long as `isWanted`; whatever else main does goes on meanwhile. */
export async function tellIncident(
  recorders: Pick<Recorders, 'written'>,
  { connectionId, scope, from, to }: RequestArgument<'incident.read'>,
  isWanted: () => boolean,
): Promise<Result<IncidentTold, RequestError>> {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (toMs <= fromMs) return err({ code: 'invalid', message: 'The span ends before it begins.' });
  if (toMs - fromMs > LONGEST_SPAN_MS)
    return err({ code: 'refused', message: 'The span is longer than a day. Mark a shorter one.' });
  const written = await recorders.written(connectionId);
  const span = written === null ? null : await readSpan(written.folder, scope, fromMs, toMs, written.heardMs);
  // A connection that is recorded without this cluster: it had no key then.
  if (span === null || (span.nodes.length === 0 && span.changes.length === 0)) return ok({ kind: 'nothing' });
  const story = await inSteps(tellStory(span), setImmediate, isWanted);
  if (story === null) return err({ code: 'refused', message: 'Another span was asked for.' });
  return ok({ kind: 'told', story });
}
