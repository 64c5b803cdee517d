import { fixedClock } from '../../app/fixed-clock';
import type { PictureStore } from '../../app/snapshot/picture-store';
import { Source, type SourceListener } from './source';

/** A source that stands at the instant of the picture that `store` shows; `from` names where the picture is from, now. */
export function fixedSource(
  id: string,
  store: PictureStore,
  from: string | (() => string),
  listener: SourceListener,
): Source {
  const clock = fixedClock(() => Date.parse(store.picture.at));
  return new Source(id, store, store.picture.namespace, clock, listener, () => ({
    at: store.picture.at,
    from: typeof from === 'string' ? from : from(),
    tellsSessions: !store.picture.untold.includes('sessions'),
  }));
}
