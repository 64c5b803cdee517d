import type { ReplacedNames, SnapshotSurvey, SurveyedPicture } from '../../app/ipc/snapshot';
import { clustersOf } from '../../app/snapshot/file/write';
import type { Renaming } from '../../app/snapshot/redact';
import { type PictureAndStretch, redactingAll } from '../../app/snapshot/redact/stretches';
import type { Stretch } from '../../app/snapshot/stretch';
import { excerpt } from '../../app/text';
import { slowly } from '../slowly';

const MOST_KEYS = 200;
const MOST_NAMES = 12;

/** What a file with these pictures would hold, for a person to read before it is written. */
export async function surveyOf(parts: readonly PictureAndStretch[], replaceNames: boolean): Promise<SnapshotSurvey> {
  const { secretKeys, renaming } = await slowly(redactingAll(parts, replaceNames));
  return {
    pictures: parts.map(({ picture, stretch }) => {
      const { connection, at, nodes, untold } = picture;
      const bytes = nodes.reduce((sum, node) => sum + node.key.length + node.bytes, 0);
      return {
        connection,
        at,
        clusters: clustersOf(picture),
        keys: nodes.length,
        bytes,
        untold,
        recorded: recordedOf(stretch),
      };
    }),
    secretKeys: secretKeys.slice(0, MOST_KEYS),
    secretKeyCount: secretKeys.length,
    replaced: renaming === null ? null : namesIn(renaming),
  };
}

function recordedOf(stretch: Stretch | null): SurveyedPicture['recorded'] {
  if (stretch === null) return null;
  const { from, to, parts } = stretch;
  const changes = parts.reduce(
    (sum, { steps }) => sum + steps.reduce((n, step) => n + (step.kind === 'changes' ? step.changes.length : 0), 0),
    0,
  );
  return { from, to, changes };
}

function namesIn(renaming: Renaming): readonly ReplacedNames[] {
  return (['clusters', 'members', 'hosts', 'users'] as const).map((what) => {
    const first = [...renaming[what]].slice(0, MOST_NAMES);
    return { what, count: renaming[what].size, first: first.map(([was, is]) => [excerpt(was, 80), is] as const) };
  });
}
