import type { Picture } from '../picture';
import { nodesOf, type Stretch, withNodes } from '../stretch';
import { redacting, type Redacted } from '.';

/** A picture, and what was recorded before it; null where only the picture is wanted. */
export interface PictureAndStretch {
  readonly picture: Picture;
  readonly stretch: Stretch | null;
}

/** What may be given away. */
export interface RedactedAll extends Omit<Redacted, 'pictures'> {
  readonly parts: readonly PictureAndStretch[];
}

/**
 * Takes the secrets out of pictures and of all that was recorded, and replaces names when `names` is set, everywhere alike: what is a secret at
 * one instant is one at all of them. In small steps, between which others can go on.
 */
export function* redactingAll(parts: readonly PictureAndStretch[], names: boolean): Generator<void, RedactedAll> {
  const pictures = parts.map(({ picture }) => picture);
  const recorded = parts.map(({ picture, stretch }): Picture => {
    return { ...picture, sessions: [], nodes: stretch === null ? [] : nodesOf(stretch) };
  });
  const { pictures: all, secretKeys, renaming } = yield* redacting([...pictures, ...recorded], names);
  const clean = parts.map(({ picture, stretch }, at): PictureAndStretch => {
    const cleanPicture = all[at] ?? { ...picture, nodes: [] };
    const cleanNodes = all[parts.length + at] ?? { ...picture, nodes: [] };
    const cleanStretch =
      stretch === null ? null : { ...withNodes(stretch, cleanNodes), connection: cleanPicture.connection };
    return { picture: cleanPicture, stretch: cleanStretch };
  });
  return { parts: clean, secretKeys: [...new Set(secretKeys)], renaming };
}
